"""Which of a document's labels a rendition can leave out, and which stay with the whole.

A label stays with the whole when the metadata say it (a reader is found by them, and
they are shown), when hiding its places leaves no document, or one that still tells it (in
an address, a file name), and when it was found in no place at all: what is in doubt is
hidden as a whole.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gateway import deadline
from labels.codes import Category
from labels.label import Label, high_water_mark, join
from mappings import rendition, residue
from mappings.content import Content
from mappings.mapped import Refused
from mappings.pdf import unread
from mappings.submission import Traits

NOBODY = Traits(())
TITLES = frozenset({"/description", "/content/0/attachment/title"})
"""Places of the metadata that a rendition says anew."""

TITLE = "/h:ClinicalDocument/h:title"
BODIES = ("/h:structuredBody/", "/section/")
"""What is in the path of whatever a body says, in a CDA and in a FHIR document."""
ENTRIES, COMPOSITION = "/entry/", "/entry/0/"

Places = Mapping[str, Label]
Read = Callable[[tuple[Content, ...]], Label]
"""Labels what is left of a document."""


@dataclass(frozen=True, slots=True)
class Divided:
    """What stays with the whole, and the labels of the places that can be left out."""

    fixed: Label
    places: Places


@dataclass(frozen=True, slots=True)
class _Document:
    body: bytes
    content_type: str
    identity: Traits = NOBODY

    def without(self, places: Iterable[str]) -> bytes | None:
        """Return what is left of the document without these places, None for nothing."""
        deadline.check()
        try:
            left = rendition.rendition(
                self.body,
                self.content_type,
                frozenset(places),
                self.identity,
                unread,
            )
        except Refused:
            return None
        return None if left is None else left.body

    def stands_without(self, places: Iterable[str]) -> bool:
        """Tell whether something is left of the document without these places."""
        return self.without(places) is not None


def divided(
    body: bytes,
    content_type: str,
    computed: Label,
    described: Places,
    said: Places,
    read: Read,
) -> Divided | None:
    """Divide the label of a document; None for what is seen whole or not at all.

    ``computed`` is its label, ``described`` are the labels of places of its metadata,
    ``said`` those of places of its body; ``read`` labels what is left of it.
    """
    document = _Document(body, content_type)
    if not rendition.divisible(body, content_type) or not document.stands_without(()):
        return None
    if not document.stands_without(said):
        return Divided(computed, said)
    shown = high_water_mark(
        *(label for place, label in described.items() if place not in TITLES)
    )
    nowhere = computed.categories - join(shown, *said.values()).categories
    stuck = frozenset(_stuck(document, said, read)) | nowhere
    held = [label for label in said.values() if label.categories & stuck]
    level = computed.confidentiality if nowhere else shown.confidentiality
    return Divided(join(shown, Label(level, nowhere), *held), said)


def stands_without(
    body: bytes, content_type: str, places: Iterable[str], identity: Traits = NOBODY
) -> bool:
    """Tell whether places can be left out of a document and something is left of it.

    For a person with an ``identity``, what tells a former one is left out as well.
    """
    document = _Document(body, content_type, identity)
    return rendition.divisible(body, content_type) and document.stands_without(places)


def given_to_all(
    body: bytes, content_type: str, places: Iterable[str], identity: Traits
) -> bool:
    """Tell whether a person's document has a rendition for every reader of renditions.

    One from which all labelled places are left out, and one from which nothing is: a
    former name where no place can be hidden (a carer's name, an id) leaves none at all,
    and more may go with it than the labels say. What lies between has one as well. What
    stands for nobody at all is not asked here: :func:`divided` keeps it whole.
    """
    person, nobody = (_Document(body, content_type, who) for who in (identity, NOBODY))
    return all(
        person.stands_without(left) or not nobody.stands_without(left)
        for left in ((), tuple(places))
    )


def apart(place: str) -> bool:
    """Tell whether a place is of the body, or the title, which a rendition says anew.

    What stands in a header is repeated by the metadata, by which a document is found: it
    cannot be left out by itself.
    """
    entry = place.startswith(ENTRIES) and not place.startswith(COMPOSITION)
    return entry or place.startswith(TITLE) or any(part in place for part in BODIES)


def _stuck(document: _Document, said: Places, read: Read) -> Iterable[Category]:
    """Yield the categories without whose places nothing is left, or what still tells them."""
    for category in join(*said.values()).categories:
        places = [
            place for place, label in said.items() if category in label.categories
        ]
        left = document.without(places)
        if (
            left is None
            or category in read(residue.said(left, document.content_type)).categories
        ):
            yield category
