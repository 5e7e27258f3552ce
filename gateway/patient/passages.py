"""The passages of a document in which something was found: one fact, wherever it stands.

A fact stands in several places of a document (a row, the coded entry behind it, the name
of a code): labelling says so, since the places share their evidence. People are shown it
once, as it reads, and what they decide about it is decided about all those places.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway import placing
from gateway.audit.events import Interaction
from gateway.inquiry import Inquiry
from gateway.placing import SENTENCE, Opened
from gateway.repository.items import Stored
from gateway.repository.place_labels import Places
from gateway.view import public_id
from labels.consent import Directive
from labels.item import within
from labels.label import Label, join
from mappings.content import Content

LONGEST = 400
"""How many characters of a passage are shown."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One fact: the places it stands in, its words as found, and why it is sensitive.

    ``text`` is empty where only codes without words stand. ``label`` is what was worked
    out, before the patient's words.
    """

    places: tuple[str, ...]
    text: str
    label: Label

    @property
    def key(self) -> str:
        """How forms name the passage: its first place."""
        return self.places[0]

    def holds(self, place: str) -> bool:
        """Whether a place is one of the passage's, or in one, or around one."""
        return any(within(place, own) or within(own, place) for own in self.places)


@dataclass(frozen=True, slots=True)
class Read:
    """A document that was opened for the patient, passage by passage."""

    opened: Opened
    passages: tuple[Passage, ...]

    @property
    def displays(self) -> dict[str, str]:
        """The words that the document gives with its codes."""
        codes = (code for each in self.opened.said for code in each.codes)
        return {each.code: each.display for each in codes if each.display}


def read(
    asked: Inquiry, stored: Stored, labelled: Places, masks: Iterable[Directive]
) -> Read | None:
    """Open a document of the patient for its passages; traced as a reading of it.

    None when the document is not there any more.
    """
    opened = placing.opened(asked, stored.id)
    if opened is None:
        return None
    name = f"Binary/{public_id(asked.record, stored.id)}"
    asked.trace(Interaction.READ, granted=True, items=(name,), query=name)
    masked = {
        place for each in masks for item, place in each.places if item == stored.id
    }
    known = dict.fromkeys(sorted(masked), Label()) | dict(labelled)
    return Read(opened, passages(known, opened.said))


def passages(labelled: Places, said: Sequence[Content]) -> tuple[Passage, ...]:
    """Return the facts that the labelled places tell, in the order of the document.

    Facts that read the same are one: what hides one should hide the other.
    """
    texts = _texts(labelled, said)
    order = {place: number for number, place in enumerate(texts)}
    merged: dict[str, list[str]] = {}
    for fact in _facts(labelled):
        own = sorted(fact, key=lambda place: (order.get(place, len(order)), place))
        text = next((texts[place] for place in own if texts.get(place)), "")
        merged.setdefault(text.casefold() or own[0], []).extend(own)
    told: dict[str, list[Label]] = {}
    for place, top in _tops(labelled).items():
        told.setdefault(top, []).append(labelled[place])
    found = [_passage(places, told, texts) for places in merged.values()]
    return tuple(
        sorted(found, key=lambda each: (order.get(each.key, len(order)), each.key))
    )


def _passage(
    places: Sequence[str], told: Mapping[str, list[Label]], texts: Mapping[str, str]
) -> Passage:
    text = next((texts[place] for place in places if texts.get(place)), "")
    label = join(*(each for place in places for each in told[place]))
    return Passage(tuple(places), text, label)


def _facts(labelled: Places) -> list[list[str]]:
    """Return the outermost places, those that share evidence together."""
    tops = _tops(labelled)
    linked = {top: top for top in tops.values()}

    def first(place: str) -> str:
        while linked[place] != place:
            linked[place] = linked[linked[place]]
            place = linked[place]
        return place

    for place, label in labelled.items():
        for each in label.evidence:
            if (seen := _outermost(each.place, labelled)) in linked:
                linked[first(seen)] = first(tops[place])
    facts: dict[str, list[str]] = {}
    for top in linked:
        facts.setdefault(first(top), []).append(top)
    return list(facts.values())


def _tops(labelled: Places) -> dict[str, str]:
    return {place: _outermost(place, labelled) for place in labelled}


def _outermost(place: str, labelled: Places) -> str:
    """Return the outermost labelled place that a place is in; itself if it is in none."""
    return next((each for each in _above(place) if each in labelled), place)


def _above(place: str) -> Iterator[str]:
    """Yield every path that a place is at or below, the shortest first."""
    for cut in re.finditer("[/#]", place):
        yield place[: cut.start()]
    yield place


def _texts(labelled: Places, said: Sequence[Content]) -> dict[str, str]:
    """Return the words found at each outermost place, in the order of the document."""
    sentences: dict[str, list[str]] = {}
    for place in labelled:
        sentences.setdefault(place.rpartition(SENTENCE)[0], []).append(place)
    found: dict[str, dict[str, None]] = {}
    for content in said:
        words = content.text or _displayed(content)
        for place in sentences.get(content.place, ()) if content.place else ():
            found[place] = {_slice(place, content.text): None}
        top = _outermost(content.place, labelled)
        if words and top in labelled:
            found.setdefault(top, {})[words] = None
    return {place: _short(" · ".join(each)) for place, each in found.items()}


def _displayed(content: Content) -> str:
    return next((each.display for each in content.codes if each.display), "")


def _slice(place: str, text: str) -> str:
    start, _, end = place.rpartition(SENTENCE)[2].partition(",")
    whole = start.isdecimal() and end.isdecimal()
    return text[int(start) : int(end)] if whole else text


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
