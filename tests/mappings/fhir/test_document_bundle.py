"""A FHIR document and the DocumentReference derived from its Composition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.fhir.attachment import sha1
from mappings.fhir.document_bundle import read_document_bundle
from mappings.fhir.parse import parse_json
from mappings.fhir.shape import check
from mappings.pdf import unread
from tests.mappings.fhir.deposits import INS, INSTANT, changed, document_bundle, label
from tests.mappings.fhir.reading import attempted, dumped, places, read, refusal

COMPOSITION = "Bundle.entry[0].resource"


def test_the_body_is_the_bytes_received() -> None:
    """A document is kept as it came: spaces, order and numbers."""
    raw = b" " + dumped(document_bundle()) + b"\n"
    [document] = read_document_bundle(parse_json(raw), raw, unread).value.documents
    assert document.body == raw
    assert document.content_type == "application/fhir+json"
    assert document.reference["content"][0]["attachment"]["hash"] == sha1(raw)


def test_the_metadata_come_from_the_composition() -> None:
    """Identifier, type, title, dates, event and people; the result is FHIR itself."""
    found = read(document_bundle())
    [document] = found.value.documents
    reference = document.reference
    assert found.issues == ()
    assert check(reference, "D") == ()
    assert reference["masterIdentifier"] == document_bundle()["identifier"]
    assert (reference["description"], reference["date"]) == (
        "Consultation de suivi",
        INSTANT,
    )
    assert reference["context"]["event"] == [{"text": "Consultation"}]
    assert document.authors == {"urn:oid:1.2.250.1.71.4.2.1|810000009999"}
    assert document.organizations == {"urn:oid:1.2.250.1.71.4.2.2|1330099999"}


def test_the_patient_is_the_subject() -> None:
    """Traits are read where they stand, and the metadata hold identifiers only."""
    found = read(document_bundle()).value
    assert found.patient.identifiers[0] == INS
    assert (found.patient.family, found.patient.place) == (
        "ORMEAU",
        "Bundle.entry[1].resource",
    )
    assert "ORMEAU" not in repr(found.documents[0].reference)


def test_places_are_those_of_the_document() -> None:
    """The contents of the body are JSON pointers into the Bundle."""
    found = {
        c.place: c.text for c in read(document_bundle()).value.documents[0].contents
    }
    assert found["/entry/0/resource/section/0/text/div"] == "Entorse"
    assert found["/entry/1/resource/name/0/given/0"] == "ALIX"


def test_every_label_of_the_document_counts() -> None:
    """Composition.confidentiality and meta.security of any entry are joined."""
    whole = changed(document_bundle(), "entry.0.resource.confidentiality", "R")
    tag = {"security": [label("V")["coding"][0]]}
    [document] = read(changed(whole, "entry.2.resource.meta", tag)).value.documents
    assert [c["coding"][0]["code"] for c in document.reference["securityLabel"]] == [
        "V",
        "R",
    ]


def test_a_replacement_is_told_by_the_composition() -> None:
    """RelatesTo with an identifier or a reference."""
    old = [{"code": "replaces", "targetIdentifier": {"system": "urn:s", "value": "v"}}]
    [document] = read(
        changed(document_bundle(), "entry.0.resource.relatesTo", old)
    ).value.documents
    assert document.replaces == "urn:s|v"


WRONG: dict[str, tuple[str, object, str]] = {
    "collection": ("type", "collection", "Bundle.type"),
    "searchset": ("type", "searchset", "Bundle.type"),
    "no entry": ("entry", [], COMPOSITION),
    "no composition": ("entry.0", None, COMPOSITION),
    "entered in error": (
        "entry.0.resource.status",
        "entered-in-error",
        f"{COMPOSITION}.status",
    ),
    "no identifier": ("identifier", None, "Bundle.identifier"),
    "no patient": ("entry.0.resource.subject", None, f"{COMPOSITION}.subject"),
    "patient elsewhere": (
        "entry.0.resource.subject.reference",
        "Patient/9",
        f"{COMPOSITION}.subject",
    ),
    "label": (
        "entry.3.resource.meta",
        {"security": [{"display": "R"}]},
        "Bundle.entry[3].resource.meta.security[0]",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_document_to_keep_is_refused(name: str) -> None:
    """Each reason has its place in the Bundle."""
    path, value, place = WRONG[name]
    whole = changed(document_bundle(), path, value)
    raw = dumped(whole)
    refused = refusal(
        whole, lambda _: read_document_bundle(parse_json(raw), raw, unread)
    )
    assert refused.status == 422
    assert place in places(refused)


def test_the_composition_may_have_the_identifier() -> None:
    """Where the Bundle has none, the Composition's names the document."""
    whole = changed(document_bundle(), "identifier", None)
    whole = changed(
        whole, "entry.0.resource.identifier", {"system": "urn:s", "value": "v"}
    )
    [document] = read(whole).value.documents
    assert document.reference["masterIdentifier"] == {"system": "urn:s", "value": "v"}


def test_the_legal_attester_is_the_authenticator() -> None:
    """Only the legal attester authenticates; a target may be named by reference."""
    party = {"reference": "urn:uuid:org"}
    whole = changed(
        document_bundle(),
        "entry.0.resource.attester",
        [{"mode": "personal"}, {"mode": "legal", "party": party}],
    )
    old = [
        {"code": "replaces", "targetReference": {"reference": "DocumentReference/1"}}
    ]
    whole = changed(whole, "entry.0.resource.relatesTo", old)
    [document] = read(whole).value.documents
    assert document.replaces == "DocumentReference/1"
    name = document.reference["authenticator"]["reference"].removeprefix("#")
    held = {r["id"]: r["resourceType"] for r in document.reference["contained"]}
    assert held[name] == "Organization"


def test_too_many_entries_are_not_looked_at() -> None:
    """A document has a limit of its own."""
    many = [*document_bundle()["entry"], *[{"fullUrl": "urn:x"}] * 10_000]
    assert places(refusal(changed(document_bundle(), "entry", many))) == [
        "Bundle.entry"
    ]


@given(
    st.sampled_from(
        ["entry", "entry.0.resource", "entry.0.resource.author", "identifier"]
    ),
    st.none()
    | st.integers()
    | st.text(max_size=3)
    | st.lists(st.just({}))
    | st.just({"a": []}),
)
def test_a_document_broken_anywhere_is_read_or_refused(
    path: str, value: object
) -> None:
    """No JSON at any place of a document gives an exception other than a refusal."""
    raw = dumped(changed(document_bundle(), path, value))
    refused = attempted(lambda: read_document_bundle(parse_json(raw), raw, unread))
    assert refused is None or refused.status in {400, 422}
