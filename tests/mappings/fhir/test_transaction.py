"""ITI-65: how the parts of a request become documents, and how they must agree."""

import base64

import pytest

from mappings.submission import JsonObject
from tests.mappings.fhir.deposits import (
    DOCUMENT,
    INS,
    OTHER_INS,
    TEXT,
    changed,
    document_reference,
    entry,
    identifier,
    label,
    patient,
    transaction,
    with_entry,
)
from tests.mappings.fhir.reading import places, read, refusal, warned


def two_documents() -> JsonObject:
    """Build a request with two documents, the second one first in the list of entries."""
    whole = transaction()
    second = document_reference(
        masterIdentifier={
            "system": "urn:ietf:rfc:3986",
            "value": "urn:oid:1.2.250.1.999.1.9",
        }
    )
    second = changed(second, "content.0.attachment.url", "urn:uuid:binary-2")
    carrier = whole["entry"][2]["resource"]
    added = [entry(carrier, "urn:uuid:binary-2"), entry(second, "urn:uuid:document-2")]
    return whole | {"entry": [*added, *whole["entry"]]}


def test_a_complete_request_has_no_issue() -> None:
    """One document, its patient, its submission set, its entries in order."""
    found = read(transaction())
    assert found.issues == ()
    assert found.value.entries == ("List", "DocumentReference/0", "Binary/0")
    assert found.value.patient.identifiers[0] == INS
    assert [d.body for d in found.value.documents] == [TEXT]
    assert found.value.submission_set is not None
    assert found.value.submission_set["entry"] == [
        {"item": {"reference": "DocumentReference/0"}}
    ]


def test_entries_keep_their_number_and_order() -> None:
    """Documents are numbered in the order of the request, carriers by their document."""
    whole = with_entry(entry(patient(), "urn:uuid:patient"), two_documents())
    found = read(whole)
    assert found.value.entries == (
        "Binary/0",
        "DocumentReference/0",
        "List",
        "DocumentReference/1",
        "Binary/1",
        "Patient",
    )


def test_a_document_the_set_forgot_is_added() -> None:
    """Every document of the request is in the set that is kept, with a warning."""
    found = read(two_documents())
    assert warned(found) == ["Bundle.entry[1]"]
    assert found.value.submission_set is not None
    members = [e["item"]["reference"] for e in found.value.submission_set["entry"]]
    assert members == ["DocumentReference/1", "DocumentReference/0"]


WRONG: dict[str, tuple[str, object, str]] = {
    "no set": ("entry.0", None, "Bundle.entry"),
    "no document": ("entry.1", None, "Bundle.entry"),
    "no entry": ("entry", [], "Bundle.entry"),
    "no binary": (
        "entry.2",
        None,
        "Bundle.entry[1].resource.content[0].attachment.url",
    ),
    "address twice": ("entry.2.fullUrl", DOCUMENT, "Bundle.entry[2].fullUrl"),
    "wrong url": (
        "entry.1.resource.content.0.attachment.url",
        "urn:uuid:other",
        "Bundle.entry[1].resource.content[0].attachment.url",
    ),
    "data in the reference": (
        "entry.1.resource.content.0.attachment.data",
        "YQ==",
        "Bundle.entry[1].resource.content[0].attachment.data",
    ),
    "content types differ": (
        "entry.2.resource.contentType",
        "text/html",
        "Bundle.entry[1].resource.content[0].attachment.contentType",
    ),
    "hash": (
        "entry.2.resource.data",
        "YWJj",
        "Bundle.entry[1].resource.content[0].attachment.hash",
    ),
    "size": (
        "entry.1.resource.content.0.attachment.size",
        3,
        "Bundle.entry[1].resource.content[0].attachment.size",
    ),
    "no identifier": (
        "entry.1.resource.masterIdentifier",
        None,
        "Bundle.entry[1].resource.masterIdentifier",
    ),
    "label": (
        "entry.1.resource.securityLabel.0.coding.0.code",
        "X",
        "Bundle.entry[1].resource.securityLabel[0].coding[0]",
    ),
    "label of the Bundle": (
        "meta",
        {"security": [{"code": "R"}]},
        "Bundle.meta.security[0]",
    ),
    "label of the set": (
        "entry.0.resource.meta",
        {"security": [{"code": "R"}]},
        "Bundle.entry[0].resource.meta.security[0]",
    ),
    "patient of the set": (
        "entry.0.resource.subject.identifier.value",
        OTHER_INS.value,
        "Bundle.entry[0].resource.subject",
    ),
    "member elsewhere": (
        "entry.0.resource.entry.0.item.reference",
        "DocumentReference/9",
        "Bundle.entry[0].resource.entry[0].item",
    ),
    "type": ("type", "batch", "Bundle.type"),
}


@pytest.mark.parametrize("name", WRONG)
def test_parts_that_do_not_fit_are_refused_with_their_place(name: str) -> None:
    """Each way in which a request can contradict itself is a 422 at the element."""
    path, value, place = WRONG[name]
    refused = refusal(changed(transaction(), path, value))
    assert refused.status == 422
    assert place in places(refused)


@pytest.mark.parametrize("data", ["YWJ", "%%%%", "YQ==YQ==", ""])
def test_a_binary_that_is_not_base64_is_refused(data: str) -> None:
    """Wrong base64 is named where it stands or where it is described."""
    refused = refusal(changed(transaction(), "entry.2.resource.data", data))
    assert set(places(refused)) & {
        "Bundle.entry[2].resource.data",
        "Bundle.entry[1].resource.content[0].attachment",
    }


def test_folded_base64_in_a_binary_is_read() -> None:
    """FHIR allows white space in base64, and older software folds its lines."""
    folded = base64.encodebytes(TEXT * 9).decode()
    whole = changed(transaction(TEXT * 9), "entry.2.resource.data", folded)
    assert read(whole).value.documents[0].body == TEXT * 9


def test_a_set_without_its_extensions_is_a_warning() -> None:
    """DesignationType and sourceId are named when they are missing."""
    found = read(changed(transaction(), "entry.0.resource.extension", None))
    assert warned(found) == ["Bundle.entry[0].resource.extension"] * 2


def test_a_binary_that_nothing_points_to_is_refused() -> None:
    """No orphan is stored."""
    binary = {"resourceType": "Binary", "contentType": "text/plain", "data": "YQ=="}
    assert places(refusal(with_entry(entry(binary, "urn:uuid:more")))) == [
        "Bundle.entry[3]"
    ]


def test_two_documents_need_two_binaries() -> None:
    """One Binary is one document; a thousand references to it would be a thousand copies."""
    again = document_reference(
        masterIdentifier={"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.9"}
    )
    refused = refusal(with_entry(entry(again, "urn:uuid:again")))
    assert places(refused) == ["Bundle.entry[3].resource.content[0].attachment.url"]


def test_an_identifier_names_one_document() -> None:
    """The same masterIdentifier twice in a request is refused."""
    whole = two_documents()
    first = whole["entry"][3]["resource"]["masterIdentifier"]
    refused = refusal(changed(whole, "entry.1.resource.masterIdentifier", first))
    assert places(refused) == ["Bundle.entry[3].resource.masterIdentifier"]


def test_a_request_is_about_one_patient() -> None:
    """Two documents of two people do not come in together."""
    whole = changed(two_documents(), "entry.1.resource.context.sourcePatientInfo", None)
    other = {"identifier": identifier("INS-NIR-TEST", OTHER_INS.value)}
    refused = refusal(changed(whole, "entry.1.resource.subject", other))
    assert "Bundle.entry[3].resource.subject" in places(refused)


def test_the_patient_entry_may_say_who_it_is() -> None:
    """A Patient in the request is read when the document names it, or names nobody."""
    whole = changed(transaction(), "entry.1.resource.context.sourcePatientInfo", None)
    whole = changed(
        whole, "entry.1.resource.subject", {"reference": "urn:uuid:patient"}
    )
    found = read(with_entry(entry(patient(), "urn:uuid:patient"), whole))
    assert found.value.patient.family == "ORMEAU"
    assert found.value.patient.place == "Bundle.entry[3].resource"


def test_a_patient_to_look_up_may_have_no_resource() -> None:
    """A GET entry has a request only."""
    asked = {"request": {"method": "GET", "url": f"Patient?identifier=x|{INS.value}"}}
    assert read(with_entry(asked)).value.entries[-1] == "Patient"


def test_labels_outside_the_reference_count() -> None:
    """Labels of the Bundle and of the Binary are joined to those of the document."""
    tag = {"security": [label("R")["coding"][0]]}
    hidden = {"security": [{"system": label("V")["coding"][0]["system"], "code": "V"}]}
    whole = changed(
        changed(transaction(), "meta", tag), "entry.2.resource.meta", hidden
    )
    found = read(whole).value
    kept = [
        c["coding"][0]["code"] for c in found.documents[0].reference["securityLabel"]
    ]
    assert kept == ["N", "R", "V"]
    assert found.submission_set is not None
    assert found.submission_set["meta"] == tag
