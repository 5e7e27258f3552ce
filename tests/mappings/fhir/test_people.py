"""Who wrote a document and for which structure."""

import pytest

from mappings.fhir.people import national
from mappings.submission import Identifier, JsonObject
from tests.mappings.fhir.deposits import INS, changed, organization, simplified
from tests.mappings.fhir.reading import read, warned

PS, ST = "urn:oid:1.2.250.1.71.4.2.1", "urn:oid:1.2.250.1.71.4.2.2"


@pytest.mark.parametrize(
    ("system", "value", "expected"),
    [
        ("https://rpps.esante.gouv.fr", "10101201234", f"{PS}|810101201234"),
        ("http://rpps.esante.gouv.fr/", "10101201234", f"{PS}|810101201234"),
        ("https://finess.esante.gouv.fr", "330099999", f"{ST}|1330099999"),
        ("https://sirene.fr", "264403106", f"{ST}|2264403106"),
        ("https://sirene.fr", "26440310600012", f"{ST}|326440310600012"),
        (
            "https://rpps.esante.gouv.fr",
            "1010120",
            "https://rpps.esante.gouv.fr|1010120",
        ),
        (PS, "810101201234", f"{PS}|810101201234"),
        ("urn:x", "10101201234", "urn:x|10101201234"),
    ],
)
def test_national_numbers_have_one_form(system: str, value: str, expected: str) -> None:
    """RPPS, FINESS, SIREN and SIRET become PS_IdNat and Struct_IdNat; others stay."""
    assert str(national(Identifier(system, value))) == expected


def test_a_role_gives_its_practitioner_and_its_organization() -> None:
    """The author's person and structure, and the custodian, are told apart."""
    [document] = read(simplified()).value.documents
    assert document.authors == {f"{PS}|810000009999"}
    assert document.organizations == {f"{ST}|1330099999"}
    assert document.custodians == {f"{ST}|1330099999"}


def test_a_custodian_did_not_write_the_document() -> None:
    """Who only keeps it is neither an author nor an author's organisation."""
    [document] = read(simplified(author=[{"display": "Dr X"}])).value.documents
    assert document.authors == document.organizations == frozenset()
    assert document.custodians == {f"{ST}|1330099999"}


AUTHORS: dict[str, tuple[JsonObject, set[str]]] = {
    "logical": ({"identifier": {"system": PS, "value": "8"}}, {f"{PS}|8"}),
    "patient": ({"reference": "#patient"}, {str(INS), "urn:oid:1.2.3|7"}),
    "number without value": ({"identifier": {"system": PS}}, set()),
    "nobody named": ({"display": "Dr X"}, set()),
}


@pytest.mark.parametrize("name", AUTHORS)
def test_an_author_may_be_named_in_several_ways(name: str) -> None:
    """By identifier, as the patient, or by name only."""
    author, expected = AUTHORS[name]
    [document] = read(simplified(author=[author])).value.documents
    assert document.authors == expected


def test_an_organization_may_be_the_author() -> None:
    """Then nobody is the person, and the structure is known."""
    request = simplified(author=[{"reference": "#org"}])
    [document] = read(changed(request, "custodian", None)).value.documents
    assert document.authors == frozenset()
    assert document.organizations == {f"{ST}|1330099999"}


def test_a_role_that_leads_to_itself_is_read_once() -> None:
    """A circle of references ends."""
    circle = {
        "resourceType": "PractitionerRole",
        "id": "role",
        "practitioner": {"reference": "#role"},
        "organization": {"reference": "#org"},
    }
    request = simplified()
    request = request | {"contained": [request["contained"][0], circle, organization()]}
    [document] = read(request).value.documents
    assert document.organizations == {f"{ST}|1330099999"}


def test_a_role_may_name_its_organization_only() -> None:
    """A role without a person is its structure."""
    alone: JsonObject = {"resourceType": "PractitionerRole", "id": "role"}
    alone["organization"] = {"identifier": {"system": ST, "value": "1"}}
    request = simplified()
    contained = [request["contained"][0], alone, organization()]
    [document] = read(request | {"contained": contained}).value.documents
    assert document.organizations == {f"{ST}|1"}
    assert document.custodians == {f"{ST}|1330099999"}


def test_a_reference_to_nothing_is_a_warning() -> None:
    """A contained author that is not there is named in a warning."""
    found = read(simplified(author=[{"reference": "#nobody"}]))
    assert warned(found) == ["DocumentReference.author[0]"]
