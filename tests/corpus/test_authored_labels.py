"""Labels of the authored documents against their ground truth, at document level."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from labels.codes import Category
from labels.detection.service import Context, label
from mappings import pdf
from mappings.cda import submission as cda
from mappings.content import Content
from mappings.fhir.content import contents as fhir_contents
from mappings.fhir.parse import parse_json
from tests.evaluation.spots import area, found, spots, standing, within
from tests.shared_material import shared

SEX = {"male": "M", "female": "F"}
WRITTEN = 2025
"""The documents are of 2024 and 2025; ages need no more precision than the year."""


def read(path: Path) -> tuple[tuple[Content, ...], Context]:
    """Return the places of a document and what it says of its patient."""
    if path.suffix == ".xml":
        found = cda.read(path.read_bytes(), pdf.read).value
        who = found.patient
        return found.documents[0].contents, known(who.gender, who.birth_date)
    resource: Any = parse_json(path.read_bytes())
    patient: dict[str, Any] = next(patients(resource), {})
    context = known(patient.get("gender", ""), patient.get("birthDate", ""))
    return fhir_contents(resource, pdf.read), context


def patients(node: object) -> Iterator[dict[str, Any]]:
    """Yield each Patient anywhere in a resource."""
    if isinstance(node, dict):
        if node.get("resourceType") == "Patient":
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from patients(child)


def known(gender: str, birth_date: str) -> Context:
    """Return sex and age as the labelling service takes them."""
    age = WRITTEN - int(birth_date[:4]) if birth_date else None
    return Context(sex=SEX.get(gender, ""), age=age)


def truths() -> list[tuple[Path, set[str]]]:
    """Return each authored document with the categories it really has."""
    folder = shared("samples", "authored")
    rows = []
    for sidecar in sorted(folder.glob("*.truth.yaml")):
        truth = yaml.safe_load(sidecar.read_text("utf-8"))
        rows.append((folder / truth["file"], set(truth["categories"])))
    return rows


def test_precision_and_recall_of_document_categories(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Recall at least 0.95 and precision at least 0.9; both are printed."""
    right = found = expected = 0
    for path, truth in truths():
        seen = {str(c) for c in label(*read(path)).document.categories}
        right += len(seen & truth)
        found += len(seen)
        expected += len(truth)
    recall, precision = right / expected, right / found
    with capsys.disabled():
        print(f"\nauthored documents: recall {recall:.3f}, precision {precision:.3f}")  # noqa: T201 - the measure asked for
    assert recall >= 0.95
    assert precision >= 0.9


def test_an_ordinary_document_has_no_label() -> None:
    """The tempting words of an ordinary ophthalmology letter label nothing."""
    path = shared("samples", "authored", "15-ophtalmo-ordinaire.xml")
    assert not label(*read(path)).places


def test_an_image_is_opaque() -> None:
    """A scanned page without text is marked opaque, with no invented category."""
    path = shared("samples", "authored", "14-n1-pdf-image.xml")
    document = label(*read(path)).document
    assert [str(mark) for mark in document.marks] == ["OPAQUE"]
    assert not document.categories


def test_places_of_the_spots(capsys: pytest.CaptureFixture[str]) -> None:
    """At least 95 spots in 100 stand in a place labelled with their category.

    A place covers what is below it, and all of the file it is a page of; a sentence
    covers its words. A page without text has no place; its spots are not counted.
    """
    hit = expected = 0
    for path, truth in truths_with_spots():
        contents, context = read(path)
        texts = {one.place: one.text for one in contents if one.text}
        areas = [
            area(place, category)
            for place, one in label(contents, context).places
            for category in one.categories
        ]
        for spot in spots(truth):
            above = [one for one in areas if within(spot.place, one.place)]
            hit += found(spot, above, texts)
            expected += 1
    with capsys.disabled():
        print(f"\nauthored places: recall {hit / expected:.3f} of {expected}")  # noqa: T201 - the measure asked for
    assert hit / expected >= 0.95


def test_a_label_on_a_sentence_spares_the_next() -> None:
    """A paragraph that ends with a disclosure keeps what it says of the asthma."""
    path = shared("samples", "authored", "08-cs-mg-violences.xml")
    contents, context = read(path)
    texts = {one.place: one.text for one in contents if one.text}
    labelled = [
        area(place, Category.VIOLENCE) for place, _ in label(contents, context).places
    ]
    assert any(one.span for one in labelled)
    assert standing("Pas de crise depuis", labelled, texts)
    assert not standing("son mari", labelled, texts)


def truths_with_spots() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each authored document with all that is true of it."""
    folder = shared("samples", "authored")
    for sidecar in sorted(folder.glob("*.truth.yaml")):
        truth = yaml.safe_load(sidecar.read_text("utf-8"))
        yield folder / truth["file"], truth
