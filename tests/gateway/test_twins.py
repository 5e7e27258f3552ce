"""The same results in other bytes are known again; other results are not."""

import json
from typing import Any

import pytest

from gateway import twins
from gateway.demo.world.load import load
from mappings.cda import submission as cda
from mappings.pdf import unread
from mappings.submission import Document

Json = dict[str, Any]

LAB = next(each for each in load().deposits if each.name == "blood-count")
REFERENCE: Json = {
    "date": "2026-09-21T10:00:00+02:00",
    "type": {"coding": [{"system": "http://loinc.org", "code": "11502-2"}]},
}
AUTHOR = "urn:oid:1.2.250.1.71.4.2.1|899700990098"


def observation(code: str, **value: object) -> Json:
    """Return an Observation."""
    coding = {"system": "http://loinc.org", "code": code, "display": "x"}
    return {"resourceType": "Observation", "code": {"coding": [coding]}, **value}


def quantity(value: object, unit: str = "g/dL") -> Json:
    """Return a Quantity."""
    return {"valueQuantity": {"value": value, "unit": unit, "code": unit}}


def document(*resources: Json, date: str = "", author: str = AUTHOR) -> Document:
    """Return a FHIR document with these resources."""
    entries = [{"resource": each} for each in resources]
    body = {"resourceType": "Bundle", "type": "document", "entry": entries}
    reference = REFERENCE | ({"date": date} if date else {})
    return Document(
        reference,
        json.dumps(body).encode(),
        "application/fhir+json",
        (),
        frozenset({author}),
    )


HAEMOGLOBIN = observation("718-7", **quantity(13.2))
LEUCOCYTES = observation("6690-2", **quantity(6, "10*9/L"))
BLOOD = document(HAEMOGLOBIN, LEUCOCYTES)


@pytest.mark.parametrize(
    "other",
    [
        document(LEUCOCYTES, HAEMOGLOBIN),
        document(observation("718-7", **quantity(13.20)), LEUCOCYTES),
        document(HAEMOGLOBIN, LEUCOCYTES, {"resourceType": "Practitioner"}),
        document(HAEMOGLOBIN, LEUCOCYTES, HAEMOGLOBIN),
        document(HAEMOGLOBIN, LEUCOCYTES, date="2026-09-21"),
        document(HAEMOGLOBIN, LEUCOCYTES, observation("1-1")),
    ],
    ids=["order", "zeros", "others", "twice", "hour", "no value"],
)
def test_the_same_results_are_the_same(other: Document) -> None:
    """Order, notation, hour of the day and what is no result make no difference."""
    assert twins.tokens(BLOOD)
    assert twins.tokens(BLOOD) == twins.tokens(other)


@pytest.mark.parametrize(
    "other",
    [
        document(HAEMOGLOBIN),
        document(observation("718-7", **quantity(13.3)), LEUCOCYTES),
        document(observation("718-7", **quantity(13.2, "g/L")), LEUCOCYTES),
        document(HAEMOGLOBIN, LEUCOCYTES, date="2026-09-22"),
        document(HAEMOGLOBIN, LEUCOCYTES, author="urn:oid:1|2"),
    ],
    ids=["fewer", "value", "unit", "day", "author"],
)
def test_other_results_are_others(other: Document) -> None:
    """A value, a unit, a day or an author that differs: another document."""
    assert not twins.tokens(BLOOD) & twins.tokens(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"valueString": "Négatif "}, {"valueString": "négatif"}),
        (
            {"valueCodeableConcept": {"coding": [{"system": "s", "code": "neg"}]}},
            {
                "valueCodeableConcept": {
                    "coding": [{"system": "s", "code": "neg", "display": "Négatif"}]
                }
            },
        ),
    ],
)
def test_words_and_codes_are_results_too(one: Json, other: Json) -> None:
    """A result in words is compared without case, one in a code by the code."""
    first = twins.tokens(document(observation("1-8", **one)))
    assert first
    assert first == twins.tokens(document(observation("1-8", **other)))


@pytest.mark.parametrize(
    "other",
    [
        document(),
        document(observation("718-7")),
        document({"resourceType": "Observation", "valueString": "x"}),
        Document(
            REFERENCE, b"Observation", "application/fhir+json", (), frozenset("a")
        ),
        Document(REFERENCE, b"<observation", "text/xml", (), frozenset("a")),
        Document(REFERENCE, b"%PDF", "application/pdf", (), frozenset("a")),
        Document({}, BLOOD.body, BLOOD.content_type, (), frozenset({AUTHOR})),
        Document(REFERENCE, BLOOD.body, BLOOD.content_type, ()),
    ],
    ids=[
        "empty",
        "no value",
        "no code",
        "no JSON",
        "no XML",
        "PDF",
        "undated",
        "nobody",
    ],
)
def test_what_has_no_results_to_read_is_compared_with_nothing(other: Document) -> None:
    """No results, no day, no author, or nothing that can be read: no tokens."""
    assert twins.tokens(other) == frozenset()


@pytest.mark.parametrize(
    "hostile",
    [
        [],
        {"resourceType": "Observation", "code": [], "valueString": "x"},
        {"resourceType": "Observation", "code": {"coding": "x"}, "valueString": "x"},
        {"resourceType": "Observation", "code": {"coding": [1, {"code": []}]}},
        observation("1-8", valueQuantity={"value": "many", "unit": []}),
        observation("1-8", valueQuantity=[], valueCodeableConcept=7),
    ],
)
def test_what_is_malformed_is_no_error(hostile: Json) -> None:
    """A body that no reader would take is compared as far as it can be read."""
    assert twins.tokens(document(HAEMOGLOBIN, hostile))


def test_the_results_of_a_cda_are_known_again_in_another_wrapping() -> None:
    """A laboratory report with another title and identifier tells the same results."""
    first = cda.read(LAB.body, unread).value.documents[0]
    identifier = LAB.documents[0].identifier.removeprefix("urn:oid:").encode()
    body = LAB.body.replace(identifier, b"2.25.99").replace(b"<title>", b"<title>bis ")
    again = cda.read(body, unread).value.documents[0]
    assert twins.tokens(first)
    assert twins.tokens(first) == twins.tokens(again)
