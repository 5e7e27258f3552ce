"""ITI-105: one DocumentReference that carries its data."""

import base64

import pytest

from mappings.fhir.attachment import sha1
from mappings.fhir.submission import read_document_reference
from mappings.pdf import unread
from tests.mappings.fhir.deposits import (
    INS,
    TEXT,
    changed,
    document_reference,
    label,
    simplified,
)
from tests.mappings.fhir.reading import places, read, refusal, warned

ROOT = "DocumentReference"
AT = f"{ROOT}.content[0].attachment"


def test_a_complete_request_is_one_document() -> None:
    """Body, type, patient, labels and places of a request without a fault."""
    found = read(simplified())
    [document] = found.value.documents
    assert found.issues == ()
    assert (document.body, document.content_type) == (TEXT, "text/plain")
    assert found.value.patient.identifiers[0] == INS
    assert found.value.entries == (ROOT,)
    assert document.contents[-1].text == TEXT.decode()


def test_the_reference_kept_has_no_data_no_url_no_id() -> None:
    """Metadata are as submitted, minus what the server sets and what the body holds."""
    request = simplified() | {
        "id": "x",
        "meta": {"versionId": "1"},
        "description": "Suivi",
    }
    request = changed(request, "content.0.attachment.size", None)
    request = changed(request, "content.0.attachment.hash", None)
    [document] = read(request).value.documents
    kept = document.reference
    attachment = kept["content"][0]["attachment"]
    assert not {"id", "meta"} & kept.keys()
    assert not {"data", "url"} & attachment.keys()
    assert (attachment["size"], attachment["hash"]) == (len(TEXT), sha1(TEXT))
    assert kept["description"] == "Suivi"
    assert {c.place for c in document.contents} >= {
        "/description",
        "/content/0/attachment/title",
    }


REFUSED: dict[str, tuple[str, object, int, str]] = {
    "no masterIdentifier": ("masterIdentifier", None, 422, f"{ROOT}.masterIdentifier"),
    "no type": ("type", None, 422, f"{ROOT}.type"),
    "type is text": ("type", {"text": "CR"}, 422, f"{ROOT}.type"),
    "not current": ("status", "superseded", 422, f"{ROOT}.status"),
    "entered in error": ("status", "entered-in-error", 422, f"{ROOT}.status"),
    "no content type": (
        "content.0.attachment.contentType",
        None,
        422,
        f"{AT}.contentType",
    ),
    "no data": ("content.0.attachment.data", None, 422, f"{AT}.data"),
    "url": ("content.0.attachment.url", "https://x", 422, f"{AT}.url"),
    "wrong size": ("content.0.attachment.size", 1, 422, f"{AT}.size"),
    "wrong hash": ("content.0.attachment.hash", sha1(b"x"), 422, f"{AT}.hash"),
    "not base64": ("content.0.attachment.data", "%%", 422, AT),
    "two contents": (
        "content.1",
        {"attachment": {"title": "x"}},
        422,
        f"{ROOT}.content",
    ),
    "label in lower case": (
        "securityLabel",
        [label("r")],
        422,
        f"{ROOT}.securityLabel[0].coding[0]",
    ),
    "label as text": (
        "securityLabel",
        [{"text": "R"}],
        422,
        f"{ROOT}.securityLabel[0]",
    ),
    "unknown element": ("foo", 1, 400, f"{ROOT}.foo"),
    "wrong type": ("resourceType", "Bundle", 400, f"{ROOT}.resourceType"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_kept_is_refused_with_its_place(name: str) -> None:
    """Each indispensable or forbidden element is named."""
    path, value, status, place = REFUSED[name]
    wrong = changed(simplified(), path, value)
    refused = refusal(wrong, lambda request: read_document_reference(request, unread))
    assert refused.status == status
    assert place in places(refused)


@pytest.mark.parametrize(
    "name", ["category", "date", "author", "custodian", "securityLabel"]
)
def test_what_is_only_mandatory_is_a_warning(name: str) -> None:
    """A missing element that PDSm requires is named; the document is taken."""
    assert warned(read(changed(simplified(), name, None))) == [f"{ROOT}.{name}"]


def test_labels_are_kept_in_canonical_form_and_only_add() -> None:
    """SecurityLabel and meta.security are joined; the spelling is normalised."""
    old = "urn:oid:1.2.250.1.213.1.1.4.13"
    request = simplified(securityLabel=[label("N"), label("INVISIBLE_REP_LEGAUX", old)])
    request["meta"] = {"security": [label("R")["coding"][0]]}
    [document] = read(request).value.documents
    kept = [c["coding"][0]["code"] for c in document.reference["securityLabel"]]
    assert kept == ["N", "INVISIBLE_REPRESENTANTS_LEGAUX", "R"]


CDA = """<ClinicalDocument xmlns="urn:hl7-org:v3">
<confidentialityCode code="{level}" codeSystem="2.16.840.1.113883.5.25"/>
<recordTarget><patientRole><id root="1.2.250.1.213.1.4.10" extension="{ins}"/>
<patient><name><family qualifier="BR">ORMEAU</family><given>ALIX</given></name></patient>
</patientRole></recordTarget></ClinicalDocument>"""


def cda(level: str, ins: str) -> dict[str, object]:
    """Build an ITI-105 request whose body is a small CDA."""
    request = simplified(CDA.format(level=level, ins=ins).encode())
    return changed(request, "content.0.attachment.contentType", "text/xml")


def test_the_confidentiality_of_a_cda_counts() -> None:
    """Metadata that say N do not lower a document that says V."""
    [document] = read(cda("V", INS.value)).value.documents
    assert [c["coding"][0]["code"] for c in document.reference["securityLabel"]] == [
        "N",
        "V",
    ]


def test_a_cda_about_somebody_else_is_refused() -> None:
    """The document of one person is never filed in the record of another."""
    assert places(refusal(cda("N", "270010101001001"))) == [AT]


@pytest.mark.parametrize("declared", ["text/plain", "application/octet-stream"])
def test_a_declared_type_hides_no_cda(declared: str) -> None:
    """Its label is joined and its patient compared, whatever it is said to be."""
    at = "content.0.attachment.contentType"
    [document] = read(changed(cda("V", INS.value), at, declared)).value.documents
    labels = [c["coding"][0]["code"] for c in document.reference["securityLabel"]]
    assert labels == ["N", "V"]
    other = changed(cda("N", "270010101001001"), at, declared)
    assert places(refusal(other)) == [AT]


@pytest.mark.parametrize("declared", ["text/html", "application/pdf", "image/png"])
def test_a_type_that_contradicts_the_bytes_is_refused(declared: str) -> None:
    """The error names the content type."""
    lie = changed(cda("N", INS.value), "content.0.attachment.contentType", declared)
    assert places(refusal(lie)) == [f"{AT}.contentType"]
    assert refusal(lie).status == 422


@pytest.mark.parametrize("declared", ["text/plain€", "text", "text/plain; VIH positif"])
def test_what_is_no_media_type_is_refused(declared: str) -> None:
    """It would be served again in a header."""
    request = changed(simplified(), "content.0.attachment.contentType", declared)
    assert places(refusal(request)) == [f"{AT}.contentType"]
    assert refusal(request).status == 422


def test_traits_come_from_the_cda_when_the_metadata_have_none() -> None:
    """Then errors about traits name the place in the CDA."""
    request = changed(cda("N", INS.value), "contained.0.name", None)
    patient = read(changed(request, "contained.0.birthDate", None)).value.patient
    assert (patient.family, patient.given) == ("ORMEAU", ("ALIX",))
    assert patient.place.startswith("/h:ClinicalDocument")


def test_labels_inside_a_fhir_body_count() -> None:
    """meta.security of a FHIR body is joined as well."""
    body = b'{"resourceType":"Basic","meta":{"security":[{"code":"V","system":"%s"}]}}'
    system = label("V")["coding"][0]["system"].encode()
    request = simplified(body % system)
    request = changed(
        request, "content.0.attachment.contentType", "application/fhir+json"
    )
    [document] = read(request).value.documents
    assert document.reference["securityLabel"][-1] == label("V")


def test_a_body_that_cannot_be_read_is_opaque_not_refused() -> None:
    """An image is taken, and its one place says that nobody has read it."""
    request = changed(
        simplified(b"\x89PNG\r\n"), "content.0.attachment.contentType", "image/png"
    )
    [document] = read(request).value.documents
    assert document.contents[-1].opaque


def test_a_comprehensive_reference_is_no_simplified_request() -> None:
    """A url instead of data names both what is too much and what is missing."""
    assert places(refusal(document_reference())) == [f"{AT}.url", f"{AT}.data"]


def test_a_json_body_that_cannot_be_read_is_opaque() -> None:
    """Broken FHIR inside is taken as it is, and restricted because nobody can read it."""
    request = simplified(b'{"a":1,"a":2}')
    request = changed(
        request, "content.0.attachment.contentType", "application/fhir+json"
    )
    [document] = read(request).value.documents
    assert document.contents[-1].opaque


def test_a_cda_that_names_nobody_is_a_warning() -> None:
    """The metadata then say alone whose it is."""
    request = simplified(b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>')
    request = changed(request, "content.0.attachment.contentType", "application/xml")
    assert AT in warned(read(request))


def test_an_xml_that_is_no_cda_is_opaque() -> None:
    """XML of another kind is taken, opaque."""
    request = simplified(b"<feed/>")
    request = changed(request, "content.0.attachment.contentType", "application/xml")
    assert read(request).value.documents[0].contents[-1].opaque


def test_folded_base64_is_read() -> None:
    """White space in base64 is allowed by FHIR."""
    body = TEXT * 9
    folded = base64.encodebytes(body).decode()
    request = changed(simplified(body), "content.0.attachment.data", folded)
    assert read(request).value.documents[0].body == body
