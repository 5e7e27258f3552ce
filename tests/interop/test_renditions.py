"""What is left when a part is hidden, and what went to CDA and back, is FHIR for others too."""

import random
from collections.abc import Iterator

import pytest

from mappings.cda import submission
from mappings.cda.content import contents as places_of_cda
from mappings.cda.document import clinical_document
from mappings.cda.to_fhir.document import bundle
from mappings.fhir.content import contents as places_of_fhir
from mappings.fhir.rendition import rendition as fhir_rendition
from mappings.fhir.to_cda import to_cda
from mappings.pdf import unread
from mappings.rendition import rendition as rendered
from mappings.submission import JsonObject
from tests.interop.validators import Validators
from tests.mappings.fhir.to_cda.resources import ALONE, PANEL, RARE, REPORT, document_of
from tests.shared_material import shared

RECORDED = "2026-11-22T10:00:00+00:00"
AUTHORED = (
    "01-vsm-vih.xml",
    "02-bio-serologies.xml",
    "04-cs-endocrino-femme-trans.xml",
    "06-ep-med-hormones.xml",
)
HIDDEN = (0, 2, 8)
"""How many places are hidden, each chosen by a chance that is the same in every run."""


def chosen(name: str, places: list[str]) -> Iterator[list[str]]:
    """Yield some places of a document, a few and many."""
    chance = random.Random(name)  # noqa: S311 - reproducible
    for number in HIDDEN:
        yield chance.sample(places, min(number, len(places)))


@pytest.mark.corpus
@pytest.mark.parametrize("name", AUTHORED)
def test_a_rendered_cda_maps_to_valid_fhir(validators: Validators, name: str) -> None:
    """A reader of renditions can map what he gets as the original is mapped."""
    data = shared("samples", "authored", name).read_bytes()
    who = submission.read(data, unread).value.patient
    places = [one.place for one in places_of_cda(clinical_document(data), unread)]
    made = 0
    for hidden in chosen(name, places):
        found = rendered(data, "text/xml", hidden, who, unread)
        if found is not None:
            made += 1
            assert validators.judge(bundle(found.body, RECORDED).value) == []
    assert made


@pytest.mark.corpus
@pytest.mark.parametrize("name", AUTHORED)
def test_a_rendered_fhir_document_is_valid(validators: Validators, name: str) -> None:
    """Whatever goes, what is left has all that FHIR demands, and every link its target."""
    data = shared("samples", "authored", name).read_bytes()
    who = submission.read(data, unread).value.patient
    source = bundle(data, RECORDED).value
    places = [one.place for one in places_of_fhir(source, unread)]
    made = 0
    for hidden in chosen(name, places):
        found = fhir_rendition(source, hidden, who)
        if found is not None:
            made += 1
            assert validators.judge(found) == []
    assert made


@pytest.mark.parametrize("source", [*ALONE, *RARE], ids=lambda r: r["resourceType"])
def test_what_went_to_cda_and_back_is_valid(
    validators: Validators, source: JsonObject
) -> None:
    """A resource in a document, written as CDA and mapped again."""
    there = to_cda(document_of(source)).value
    assert validators.judge(bundle(there, RECORDED).value) == []


def test_results_that_went_to_cda_and_back_are_valid(validators: Validators) -> None:
    """Reports and panels, with what they hold."""
    there = to_cda(document_of(REPORT, PANEL)).value
    assert validators.judge(bundle(there, RECORDED).value) == []
