"""ITI-65: a FHIR document carried as a Bundle inside the request."""

from mappings.fhir.parse import parse_json
from mappings.submission import JsonObject
from tests.mappings.fhir.deposits import (
    BINARY,
    OTHER_INS,
    changed,
    document_bundle,
    entry,
    transaction,
)
from tests.mappings.fhir.reading import places, read, refusal


def carried_bundle() -> JsonObject:
    """Build a request that carries a FHIR document as a Bundle."""
    whole = changed(transaction(), "entry.2", entry(document_bundle(), BINARY))
    kind = "entry.1.resource.content.0.attachment.contentType"
    return changed(whole, kind, "application/fhir+json")


def test_a_fhir_document_may_be_carried_as_a_bundle() -> None:
    """Its bytes are those of the Bundle written out; size and hash are computed."""
    found = read(carried_bundle()).value
    assert found.entries == ("List", "DocumentReference/0", "Bundle/0")
    assert parse_json(found.documents[0].body) == document_bundle()
    assert any(c.text == "Entorse" for c in found.documents[0].contents)


def test_a_carried_document_about_somebody_else_is_refused() -> None:
    """The Composition's subject must be the patient of the metadata."""
    path = "entry.2.resource.entry.1.resource.identifier.0.value"
    refused = refusal(changed(carried_bundle(), path, OTHER_INS.value))
    assert places(refused) == ["Bundle.entry[1].resource.content[0].attachment"]


def test_a_carried_bundle_must_be_a_document() -> None:
    """A searchset is no document."""
    wrong = changed(carried_bundle(), "entry.2.resource.type", "collection")
    assert places(refusal(wrong)) == ["Bundle.entry[2].resource.type"]
