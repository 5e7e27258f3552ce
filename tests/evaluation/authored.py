"""Whole documents written with their ground truth: which categories, and where."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from gateway.commands.label import label_file
from labels.codes import Category
from labels.detection.structure import Places
from mappings import pdf
from mappings.cda import submission as cda
from mappings.content import Content
from mappings.fhir.content import contents as fhir_contents
from mappings.fhir.parse import parse_json
from tests.evaluation.figures import Count, Pair, count
from tests.evaluation.spots import (
    Area,
    Spot,
    area,
    found,
    right,
    spots,
    standing,
    touches,
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document with the truth and with what the service says of it.

    ``spots`` are the places which the truth names, ``areas`` those that were labelled,
    ``missed`` the spots that no labelled place of their category covers, ``beyond`` the
    labelled places that meet no spot of their category, ``strange`` those of them that
    are no part of the fact (row, entry, resource) of one. ``ordinary`` are the words that
    must survive when all that is sensitive is hidden, ``hidden`` those of them that
    would not, because every place or sentence that says them is labelled; ``taken``
    those of the hidden that share no place with a spot.
    """

    name: str
    pair: Pair
    spots: tuple[Spot, ...]
    areas: tuple[Area, ...]
    missed: tuple[Spot, ...]
    beyond: tuple[Area, ...]
    strange: tuple[Area, ...]
    ordinary: tuple[str, ...]
    hidden: tuple[str, ...]
    taken: tuple[str, ...]


def measure(folder: Path) -> tuple[Document, ...]:
    """Return every document of ``folder`` that has a truth beside it."""
    return tuple(_document(sidecar) for sidecar in sorted(folder.glob("*.truth.yaml")))


def documents(measured: Iterable[Document]) -> dict[Category, Count]:
    """Return the counts of every category, a document being the unit."""
    return count(document.pair for document in measured)


def places(
    measured: Iterable[Document], *, facts: bool = False
) -> dict[Category, Count]:
    """Return the counts of every category, a place being the unit.

    Right and missed count spots; wrong counts labelled places beyond them, some of
    which are right all the same (the truth does not name every attribute): with
    ``facts``, those of the row, entry or resource of a spot are not counted as wrong.
    """
    spots: Counter[Category] = Counter()
    missed: Counter[Category] = Counter()
    beyond: Counter[Category] = Counter()
    for document in measured:
        spots.update(spot.category for spot in document.spots)
        missed.update(spot.category for spot in document.missed)
        wrong = document.strange if facts else document.beyond
        beyond.update(area.category for area in wrong)
    return {c: Count(spots[c] - missed[c], beyond[c], missed[c]) for c in Category}


def _document(sidecar: Path) -> Document:
    truth = yaml.safe_load(sidecar.read_text("utf-8"))
    data = (sidecar.parent / truth["file"]).read_bytes()
    answer = label_file(data)
    every = {each.place: each.text for each in _contents(data)}
    texts = {place: text for place, text in every.items() if text}
    named = tuple(spots(truth))
    areas = tuple(
        area(place["place"], Category(category))
        for place in answer["places"]
        for category in place["categories"]
    )
    ordinary = tuple(truth.get("must_survive", ()))
    said = (
        words for words in ordinary if any(words in text for text in texts.values())
    )
    hidden = tuple(words for words in said if not standing(words, areas, texts))
    beyond = tuple(one for one in areas if not right(one, named, texts))
    return Document(
        name=truth["file"],
        pair=(
            frozenset(map(Category, truth["categories"])),
            frozenset(map(Category, answer["document"]["categories"])),
        ),
        spots=named,
        areas=areas,
        missed=tuple(spot for spot in named if not found(spot, areas, texts)),
        beyond=beyond,
        strange=tuple(_of_no_fact(beyond, named, Places(every))),
        ordinary=ordinary,
        hidden=hidden,
        taken=tuple(words for words in hidden if not _shared(words, named, texts)),
    )


def _of_no_fact(
    areas: Iterable[Area], named: Iterable[Spot], places: Places
) -> Iterator[Area]:
    """Yield the labelled places that belong to no row, entry or resource of a spot."""
    facts = {(places.fact(spot.place), spot.category) for spot in named}
    for one in areas:
        if (places.fact(one.place), one.category) not in facts:
            yield one


def _shared(words: str, named: Iterable[Spot], texts: Mapping[str, str]) -> bool:
    """Tell whether words stand in a place of which the truth names other words."""
    where = [place for place, text in texts.items() if words in text]
    return any(touches(place, spot.place) for place in where for spot in named)


def _contents(data: bytes) -> tuple[Content, ...]:
    if data.lstrip()[:1] == b"{":
        return fhir_contents(parse_json(data), pdf.read)
    return cda.read(data, pdf.read).value.documents[0].contents
