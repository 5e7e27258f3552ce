"""Whole documents written with their ground truth: which categories, and where."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gateway.commands.label import label_file
from labels.codes import Category
from mappings import pdf
from mappings.cda import submission as cda
from mappings.content import Content
from mappings.fhir.content import contents as fhir_contents
from mappings.fhir.parse import parse_json
from tests.evaluation.figures import Count, Pair, count

Place = tuple[str, Category]


@dataclass(frozen=True, slots=True)
class Document:
    """A document with the truth and with what the service says of it.

    ``spots`` are the places which the truth names, ``places`` those that were labelled,
    ``missed`` the spots that no labelled place of their category covers, ``beyond`` the
    labelled places that touch no spot of their category. ``ordinary`` are the words
    that must survive when all that is sensitive is hidden, ``taken`` those of them that
    would not, because a place that says them is labelled.
    """

    name: str
    pair: Pair
    spots: tuple[Place, ...]
    places: tuple[Place, ...]
    missed: tuple[Place, ...]
    beyond: tuple[Place, ...]
    ordinary: tuple[str, ...]
    taken: tuple[str, ...]


def measure(folder: Path) -> tuple[Document, ...]:
    """Return every document of ``folder`` that has a truth beside it."""
    return tuple(_document(sidecar) for sidecar in sorted(folder.glob("*.truth.yaml")))


def documents(measured: Iterable[Document]) -> dict[Category, Count]:
    """Return the counts of every category, a document being the unit."""
    return count(document.pair for document in measured)


def places(measured: Iterable[Document]) -> dict[Category, Count]:
    """Return the counts of every category, a place being the unit.

    Right and missed count spots; wrong counts labelled places beyond them, some of
    which are right all the same (the truth does not name every attribute).
    """
    spots: Counter[Category] = Counter()
    missed: Counter[Category] = Counter()
    beyond: Counter[Category] = Counter()
    for document in measured:
        spots.update(category for _, category in document.spots)
        missed.update(category for _, category in document.missed)
        beyond.update(category for _, category in document.beyond)
    return {c: Count(spots[c] - missed[c], beyond[c], missed[c]) for c in Category}


def touches(one: str, other: str) -> bool:
    """Tell whether one place is the other, contains it, or is contained in it."""
    return _within(one, other) or _within(other, one)


def _within(inner: str, outer: str) -> bool:
    return inner == outer or inner.startswith((f"{outer}/", f"{outer}#"))


def _document(sidecar: Path) -> Document:
    truth = yaml.safe_load(sidecar.read_text("utf-8"))
    data = (sidecar.parent / truth["file"]).read_bytes()
    answer = label_file(data)
    spots = tuple(_spots(truth))
    labelled = tuple(
        (place["place"], Category(category))
        for place in answer["places"]
        for category in place["categories"]
    )
    return Document(
        name=truth["file"],
        pair=(
            frozenset(map(Category, truth["categories"])),
            frozenset(map(Category, answer["document"]["categories"])),
        ),
        spots=spots,
        places=labelled,
        missed=_untouched(spots, labelled),
        beyond=_untouched(labelled, spots),
        ordinary=tuple(truth.get("must_survive", ())),
        taken=tuple(_taken(truth, data, {place for place, _ in labelled})),
    )


def _taken(truth: dict[str, Any], data: bytes, labelled: set[str]) -> Iterator[str]:
    """Yield each ordinary string that is said nowhere but in labelled places.

    A string that shares its place with a spot is left aside: no label of places can
    part the two, only a rendition that cuts within a text.
    """
    said = _contents(data)
    spots = {_place(spot) for spot in truth.get("spots", ())}
    for words in truth.get("must_survive", ()):
        where = [each.place for each in said if words in each.text]
        shared = any(touches(place, spot) for place in where for spot in spots)
        if where and not shared and all(_hidden(place, labelled) for place in where):
            yield words


def _hidden(place: str, labelled: set[str]) -> bool:
    return any(_within(place, each) for each in labelled)


def _contents(data: bytes) -> tuple[Content, ...]:
    if data.lstrip()[:1] == b"{":
        return fhir_contents(parse_json(data), pdf.read)
    return cda.read(data, pdf.read).value.documents[0].contents


def _untouched(these: tuple[Place, ...], those: tuple[Place, ...]) -> tuple[Place, ...]:
    return tuple(
        (place, category)
        for place, category in these
        if not any(touches(place, other) for other, same in those if same is category)
    )


def _spots(truth: dict[str, Any]) -> Iterator[Place]:
    """Yield each spot that can be read; what is only an image says no category."""
    for spot in truth.get("spots", ()):
        if spot.get("pdf", {}).get("text_layer", True):
            yield _place(spot), Category(spot["category"])


def _place(spot: dict[str, Any]) -> str:
    if "pdf" in spot:
        where = spot["pdf"].get("xpath") or spot["pdf"]["pointer"]
        return f"{where}#page={spot['pdf']['page']}"
    return str(spot.get("xpath") or spot["pointer"])
