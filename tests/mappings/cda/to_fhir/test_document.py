"""The whole way: a valid, stable, complete FHIR document from any CDA."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.cda.document import clinical_document
from mappings.cda.to_fhir.carried import references
from mappings.cda.to_fhir.document import bundle, mapped
from mappings.fhir.shape import check
from mappings.mapped import Refused
from mappings.submission import JsonObject
from tests.mappings.cda import documents
from tests.mappings.cda.documents import PATIENT, STAFF, cda, narrative
from tests.mappings.cda.to_fhir.resources import RECORDED, only, referred, resources

SUBJECT = (
    '<subject><relatedSubject classCode="PRS"><code code="MTH"'
    ' codeSystem="2.16.840.1.113883.5.111"/><subject><name><family>X</family></name>'
    '<sdtc:id xmlns:sdtc="urn:hl7-org:sdtc" root="1.2.3" extension="M"/>'
    "</subject></relatedSubject></subject>"
)


def errors(found: JsonObject) -> list[str]:
    """Return the errors in a Bundle, place and kind."""
    issues = check(found, "Bundle")
    return [f"{i.code} {i.expression}" for i in issues if i.severity == "error"]


def test_the_bundle_is_a_valid_fhir_document() -> None:
    """Composition first, an identifier, a timestamp, and every reference resolves."""
    found = bundle(cda(), RECORDED).value
    assert errors(found) == []
    assert found["type"] == "document"
    assert found["timestamp"] == RECORDED
    assert found["identifier"] == {
        "system": "urn:oid:1.2.250.1.999.1",
        "value": "DOC-1",
    }
    kinds = [entry["resource"]["resourceType"] for entry in found["entry"]]
    assert kinds[0] == "Composition"
    assert kinds.count("DocumentReference") == 1
    names = {entry["fullUrl"] for entry in found["entry"]}
    inside = [entry["resource"] for entry in found["entry"]]
    assert {r for r in references(inside) if r.startswith("urn:")} <= names
    assert len(names) == len(kinds)


def test_mapping_twice_gives_the_same_resources() -> None:
    """Ids are a function of the document and of the place."""
    assert bundle(cda(), RECORDED) == bundle(cda(), RECORDED)


def test_two_documents_share_no_id() -> None:
    """The same content under another identifier has other ids."""
    other = cda(header=documents.HEADER.replace("DOC-1", "DOC-2"))
    one, two = (
        {o.resource["id"] for o in mapped(clinical_document(data), RECORDED).value}
        for data in (cda(), other)
    )
    assert one.isdisjoint(two)


def test_a_document_without_identifier_is_mapped_too() -> None:
    """It could not be deposited: the reason is an issue, the Bundle is valid."""
    data = cda(header="<title>No number</title>")
    found = bundle(data, RECORDED)
    assert errors(found.value) == []
    assert found.value["identifier"]["value"].startswith("urn:uuid:")
    assert any(i.expression == "/h:ClinicalDocument/h:id" for i in found.issues)
    assert resources(data, "DocumentReference") == []


def test_each_resource_has_the_provenance_of_its_place() -> None:
    """Target, author, document by its identifier, place by its XPath, instant."""
    found = mapped(clinical_document(cda()), RECORDED).value
    others = [one for one in found if one.resource["resourceType"] != "Provenance"]
    told = [o.resource for o in found if o.resource["resourceType"] == "Provenance"]
    by_target = {one["target"][0]["reference"]: one for one in told}
    assert len(told) == len(by_target) == len(others)
    for one in others:
        provenance = by_target[f"urn:uuid:{one.resource['id']}"]
        (entity,) = provenance["entity"]
        assert entity["what"]["display"] == one.place
        assert entity["what"]["identifier"]["value"] == "DOC-1"
        assert provenance["recorded"] == RECORDED
        assert provenance["agent"][-1]["who"] == {"display": "Paravent"}
    composition = by_target[f"urn:uuid:{found[0].resource['id']}"]
    assert composition["occurredDateTime"] == "2025-03-18T10:15:00+01:00"
    kinds = [a["type"]["coding"][0]["code"] for a in composition["agent"]]
    assert kinds == ["author", "assembler"]


def test_what_is_about_another_person_is_not_about_the_patient() -> None:
    """A section about the mother: its entries have her as subject, linked to her role."""
    data = narrative(
        "x",
        f"{SUBJECT}<entry><observation classCode='OBS' moodCode='EVN'>"
        "<code code='8302-2' codeSystem='2.16.840.1.113883.6.1'/>"
        "<statusCode code='completed'/></observation></entry>",
    )
    (section,) = only(data, "Composition")["section"]
    mother = referred(data, section["focus"])
    assert mother["resourceType"] == "Patient"
    assert mother["identifier"][0]["value"] == "M"
    role = referred(data, mother["link"][0]["other"])
    assert role["relationship"][0]["coding"][0]["code"] == "MTH"
    assert role["patient"] == only(data, "Composition")["subject"]
    observation = referred(data, section["entry"][0])
    assert observation["subject"] == section["focus"]


def test_what_is_no_document_is_refused() -> None:
    """Bytes without a ClinicalDocument are no mapping but a refusal."""
    with pytest.raises(Refused):
        bundle(b"<x/>", RECORDED)


TAGS = (
    "<id ",
    "<name>",
    "<code ",
    "<time ",
    "<section>",
    "<entry>",
    "<assignedAuthor>",
)
WHOLE = cda().decode()
POINTS = [i for i, c in enumerate(WHOLE) if c in '"<>' and i > 140]


@given(
    st.sampled_from(POINTS),
    st.integers(0, 60),
    st.sampled_from(
        ["", ' nullFlavor="MSK"', "x", "<x/>", ' value="2025"', ' code="Q"']
    ),
)
def test_no_mutation_of_a_document_raises(at: int, cut: int, put: str) -> None:
    """Cut anywhere, put anything: a refusal of what is no XML, else a valid Bundle."""
    data = (WHOLE[:at] + put + WHOLE[at + cut :]).encode()
    try:
        found = bundle(data, RECORDED)
    except Refused:
        return
    assert errors(found.value) == []


@given(
    st.lists(
        st.sampled_from(
            [PATIENT, STAFF, documents.CONTEXT, documents.BODY, "<author/>"]
        ),
        max_size=5,
    )
)
def test_parts_may_be_missing_or_stand_twice(parts: list[str]) -> None:
    """Every selection of parts gives a valid Bundle."""
    data = cda(header="", patient="", staff="", context="", body="".join(parts))
    assert errors(bundle(data, RECORDED).value) == []
