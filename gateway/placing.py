"""One fact of a document: whether the place is there, and whether the rest can stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from gateway import dividing, rendering
from gateway.inquiry import Inquiry
from gateway.repository import finding, place_labels
from gateway.repository.items import Stored
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.item import within
from mappings import body
from mappings.content import Content
from mappings.submission import Traits

SENTENCE = "#char="


@dataclass(frozen=True, slots=True)
class Opened:
    """A document with what it says, place by place.

    ``in_places`` is whether who opened it may name its places.
    """

    stored: Stored
    original: bytes
    said: tuple[Content, ...]
    who: Traits = dividing.NOBODY
    in_places: bool = True

    @property
    def content_type(self) -> str:
        """The media type of the original."""
        return str(self.stored.content["content"][0]["attachment"]["contentType"])

    def holds(self, place: str) -> bool:
        """Tell whether a place is in the document: one that says something, or above one."""
        return any(_is_in(place, each) for each in self.said)

    def stands_without(self, places: frozenset[str]) -> bool:
        """Tell whether something is left when the places are hidden."""
        return dividing.stands_without(
            self.original, self.content_type, places, self.who
        )


def opened(asked: Inquiry, item_id: str) -> Opened | None:
    """Open a document that who asks may see, for what it says; None for any other.

    To who is given a rendition of it it has no places (``in_places``): those of the
    original would tell what is left out, and those of the rendition are other ones.
    """
    stored = finding.find(*asked.place, asked.clearance, item_id)
    if stored is None:
        return None
    original = finding.original(*asked.place, stored)
    whole = rendering.gets_original(asked.clearance, stored)
    found = Opened(stored, original, (), asked.record.identity, whole)
    if not whole:
        return found
    return replace(found, said=body.contents(original, found.content_type, asked.pdf))


def standing(
    said: Directive,
    documents: Mapping[str, Opened],
    hidden: Mapping[str, frozenset[str]],
) -> Directive | None:
    """Return the directive as it can be kept: a mask that leaves nothing masks the whole.

    ``documents`` are those of its places; ``hidden`` is what else may be hidden of each
    from some reader (:func:`hidden_beside`). None for a permission of one place of what
    is seen whole or not at all: it would open more than it says.
    """
    shows = said.effect is Effect.SHOW
    whole = frozenset(
        item
        for item in {item for item, _ in said.places}
        if not all(map(dividing.apart, _places(said, item)))
        or not documents[item].stands_without(_places(said, item))
        or not (
            shows or documents[item].stands_without(_places(said, item) | hidden[item])
        )
    )
    if whole and shows:
        return None
    kept = frozenset(each for each in said.places if each[0] not in whole)
    return replace(said, places=kept, items=said.items | whole)


def hidden_beside(
    asked: Inquiry,
    said: Directive,
    documents: Mapping[str, Opened],
    others: Iterable[Directive],
) -> dict[str, frozenset[str]]:
    """Return what a reader whom a mask speaks of may have hidden from him already.

    Every labelled place, and the places of those of ``others`` (the directives that hold
    beside this one) that are masks, not over, and may speak of the same reader.
    """
    masks = [
        each
        for each in others
        if each.effect is Effect.MASK
        and not (each.end and each.end <= asked.at)
        and _may_meet(each.audience, said.audience)
    ]
    labelled = place_labels.of_items(*asked.place, documents)
    return {
        item: frozenset(rendering.with_words(opened.stored, labelled[item]))
        | frozenset().union(*(_places(each, item) for each in masks))
        for item, opened in documents.items()
    }


def _may_meet(one: Audience, other: Audience) -> bool:
    """Whether somebody may be in both audiences: two persons are never one reader."""
    alike = one.kind is other.kind is AudienceKind.PERSON
    return not alike or one.value == other.value


def _places(said: Directive, item: str) -> frozenset[str]:
    return frozenset(place for each, place in said.places if each == item)


def _is_in(place: str, content: Content) -> bool:
    if within(content.place, place):
        return bool(place)
    known, cut, span = place.rpartition(SENTENCE)
    return bool(cut) and known == content.place and _spans(span, len(content.text))


def _spans(span: str, length: int) -> bool:
    start, _, end = span.partition(",")
    digits = start.isdecimal() and end.isdecimal() and len(span) < length + 2
    return digits and int(start) < int(end) <= length
