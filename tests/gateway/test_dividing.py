"""What of a label a rendition can leave out, and what stays with the whole document."""

import json

import pytest

from gateway.dividing import Divided, divided
from labels.codes import Category
from labels.detection.service import label
from mappings import body
from mappings.pdf import unread
from tests.mappings.cda.rendition.documents import HEADED, structured

XML, JSON = "text/xml", "application/fhir+json"
FACT = "<paragraph>Infection par le VIH.</paragraph><paragraph>Angine.</paragraph>"


def division(document: bytes, media: str = XML) -> Divided:
    """Label a document and divide its label, as a deposit does."""
    found = label(body.contents(document, media, unread))
    parts = divided(
        document,
        media,
        found.document,
        {},
        dict(found.places),
        lambda left: label(left).document,
    )
    assert parts is not None
    return parts


def test_a_fact_of_a_place_can_be_left_out() -> None:
    """The label stays at its place; nothing is fixed to the whole."""
    parts = division(structured(FACT))
    assert any(Category.HIV in one.categories for one in parts.places.values())
    assert Category.HIV not in parts.fixed.categories


@pytest.mark.parametrize(
    "header",
    [
        HEADED.replace("DOC-1", "VIH-2019"),
        HEADED.replace("SET-1", "suivi_vih"),
    ],
)
def test_a_fact_that_a_rendition_would_still_tell_stays_with_the_whole(
    header: str,
) -> None:
    """The name of the original is in every rendition: when it tells, none is given."""
    parts = division(structured(FACT, header=header))
    assert Category.HIV in parts.fixed.categories


def test_an_address_that_tells_stays_with_the_whole() -> None:
    """In a FHIR document too: where a file is may say what it is."""
    composition = {
        "resourceType": "Composition",
        "status": "final",
        "type": {"text": "Consultation"},
        "date": "2026-01-01",
        "author": [{"display": "Dr Sorbier"}],
        "title": "Consultation",
        "section": [
            {"title": "Motif", "entry": [{"reference": f"urn:uuid:{n}"}]}
            for n in range(3)
        ],
    }
    attachment = {"contentType": "text/plain", "title": "Courrier"}
    resources = [
        composition,
        {"resourceType": "Condition", "code": {"text": "Infection par le VIH"}},
        {"resourceType": "Condition", "code": {"text": "Angine"}},
        {"resourceType": "DocumentReference", "status": "current"}
        | {
            "content": [{"attachment": attachment | {"url": "https://x.example/a.txt"}}]
        },
    ]
    bundle = {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": {"system": "urn:x", "value": "1"},
        "timestamp": "2026-01-01T00:00:00Z",
        "entry": [
            {"fullUrl": "urn:uuid:c" if not n else f"urn:uuid:{n - 1}", "resource": one}
            for n, one in enumerate(resources)
        ],
    }
    plain = json.dumps(bundle).encode()
    assert Category.HIV not in division(plain, JSON).fixed.categories
    told = plain.replace(b"a.txt", b"suivi-vih.txt")
    assert Category.HIV in division(told, JSON).fixed.categories
