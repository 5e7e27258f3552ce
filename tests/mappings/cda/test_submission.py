"""A CDA document as a submission: patient, metadata, authors, refusals."""

import base64
import hashlib

import pytest

from mappings.cda.submission import read
from mappings.mapped import Mapped, Refused
from mappings.pdf import unread
from mappings.submission import Identifier, JsonObject, Submission
from tests.mappings.cda.documents import (
    CONTEXT,
    HEADER,
    PATIENT,
    cda,
    unstructured,
)

NOTHING = "<x/>"


def submitted(data: bytes) -> Mapped[Submission]:
    """Read ``data`` without a PDF reader."""
    return read(data, unread)


def reference(data: bytes) -> JsonObject:
    """Return the DocumentReference of ``data``."""
    return submitted(data).value.documents[0].reference


def refusal(data: bytes) -> Refused:
    """Return why ``data`` is refused."""
    with pytest.raises(Refused) as refused:
        submitted(data)
    return refused.value


def places(mapped: Mapped[Submission]) -> list[str]:
    """Return the places the issues name."""
    return [issue.expression for issue in mapped.issues]


def test_the_traits_of_a_french_patient() -> None:
    """Birth name, birth first names, names in use, birth date, gender, identifiers."""
    who = submitted(cda()).value.patient
    assert who.identifiers == (
        Identifier("urn:oid:1.2.250.1.213.1.4.10", "171113306321256"),
        Identifier("urn:oid:1.2.250.1.999.2", "IPP-7"),
    )
    assert (who.family, who.given) == ("ORMEAU", ("ALIX", "MARIE"))
    assert (who.used_family, who.used_given) == ("TREMBLE", "SASHA")
    assert (who.birth_date, who.gender) == ("1971-11-04", "female")
    assert who.place.endswith("/h:patient/h:name")


def test_the_traits_of_an_american_patient() -> None:
    """C-CDA: unqualified names, one given each, a second name with the birth name."""
    who = submitted(
        cda(
            patient="<recordTarget><patientRole>"
            '<id root="2.16.840.1.113883.4.1" nullFlavor="NI"/>'
            '<id root="1.2.3" extension="42"/><patient>'
            '<name use="L"><given>Ada</given><given>B</given><family>Gale</family></name>'
            '<name><given>Ada</given><family qualifier="BR">Birch</family></name>'
            '<administrativeGenderCode nullFlavor="UNK"/><birthTime nullFlavor="MSK"/>'
            "</patient></patientRole></recordTarget>"
        )
    ).value.patient
    assert who.identifiers == (Identifier("urn:oid:1.2.3", "42"),)
    assert (who.family, who.given) == ("Birch", ("Ada", "B"))
    assert (who.birth_date, who.gender) == ("", "")


def test_a_patient_may_have_no_traits() -> None:
    """An identifier alone is enough for the mapping: the registry judges it."""
    who = submitted(
        cda(
            patient='<recordTarget><patientRole><id root="1.2.3" extension="42"/>'
            "</patientRole></recordTarget>"
        )
    ).value.patient
    assert who.family == ""
    assert who.place == "/h:ClinicalDocument/h:recordTarget/h:patientRole"


@pytest.mark.parametrize(
    ("patient", "expression"),
    [
        (NOTHING, "/h:ClinicalDocument/h:recordTarget"),
        (PATIENT * 2, "/h:ClinicalDocument/h:recordTarget"),
        ("<recordTarget/>", "/h:ClinicalDocument/h:recordTarget/h:patientRole"),
        (
            "<recordTarget><patientRole><id nullFlavor='UNK'/></patientRole></recordTarget>",
            "/h:ClinicalDocument/h:recordTarget/h:patientRole/h:id",
        ),
    ],
)
def test_a_document_without_one_identified_patient_is_refused(
    patient: str, expression: str
) -> None:
    """Nobody, several people, or someone without a number: refused, with the place."""
    refused = refusal(cda(patient=patient))
    assert refused.status == 422
    assert refused.issues[0].expression == expression


def test_a_document_without_identifier_is_refused() -> None:
    """What could be neither found nor replaced is not kept."""
    header = HEADER.replace('<id root="1.2.250.1.999.1" extension="DOC-1"/>', "<id/>")
    refused = refusal(cda(header=header))
    assert refused.status == 422
    assert refused.issues[0].expression == "/h:ClinicalDocument/h:id"


def test_a_complete_header_maps_without_loss() -> None:
    """Every element of standards-fr 8.3 arrives, and nothing is left to say."""
    mapped = submitted(cda())
    found = mapped.value.documents[0].reference
    assert mapped.issues == ()
    assert found["masterIdentifier"] == {
        "system": "urn:oid:1.2.250.1.999.1",
        "value": "DOC-1",
    }
    assert found["type"]["coding"][0]["code"] == "11488-4"
    assert found["category"][0]["coding"][0]["code"] == "10"
    assert found["date"] == "2025-03-18T10:15:00+01:00"
    assert found["securityLabel"][0]["coding"][0]["code"] == "N"
    assert found["author"] == [{"reference": "#author-1"}]
    assert found["authenticator"] == {"reference": "#authenticator"}
    assert found["custodian"] == {"reference": "#custodian"}
    assert found["context"]["period"] == {"start": "2025-03-18", "end": "2025-03-19"}
    assert (
        found["context"]["event"][0]["coding"][0]["system"]
        == "urn:oid:1.2.250.1.213.2.5"
    )
    assert found["context"]["facilityType"]["coding"][0]["code"] == "SA07"
    assert found["context"]["practiceSetting"]["coding"][0]["code"] == "AMBULATOIRE"
    assert found["content"][0]["format"]["code"] == "urn:asip:ci-sis:vsm:2012"


def test_the_attachment_describes_the_bytes_received() -> None:
    """Size and hash are those of the bytes, which are kept as they came."""
    data = cda()
    document = submitted(data).value.documents[0]
    attachment = document.reference["content"][0]["attachment"]
    digest = hashlib.sha1(data, usedforsecurity=False).digest()
    assert document.body == data
    assert attachment["size"] == len(data)
    assert attachment["hash"] == base64.b64encode(digest).decode()
    assert attachment["contentType"] == document.content_type == "text/xml"
    assert attachment["language"] == "fr-FR"
    assert attachment["title"] == "Consultation de suivi"
    assert attachment["creation"] == "2025-03-18T10:15:00+01:00"
    assert "url" not in attachment


def test_authors_and_organizations_are_told_as_tokens() -> None:
    """Who wrote, for whom, and who keeps: ``system|value``."""
    document = submitted(cda()).value.documents[0]
    assert document.authors == {"urn:oid:1.2.250.1.71.4.2.1|810000009999"}
    assert document.organizations == {"urn:oid:1.2.250.1.71.4.2.2|1330099999"}
    assert document.custodians == {"urn:oid:1.2.250.1.71.4.2.2|1330088888"}


def test_the_metadata_hold_no_name_of_the_patient() -> None:
    """A document may carry a former name: the contained Patient has identifiers only."""
    said = str(reference(cda()))
    for name in ("ORMEAU", "ALIX", "TREMBLE", "SASHA", "1971", "female"):
        assert name not in said


def test_contained_resources_are_all_referred_to() -> None:
    """FHIR forbids a contained resource that nothing refers to."""
    found = reference(cda())
    said = str(found)
    for resource in found["contained"]:
        assert f"'#{resource['id']}'" in said


def test_a_device_may_be_the_author() -> None:
    """A document written by software has a Device as its author."""
    staff = (
        '<author><assignedAuthor><id root="1.2.3" extension="soft"/><assignedAuthoringDevice>'
        "<manufacturerModelName>Modèle</manufacturerModelName><softwareName>Logiciel</softwareName>"
        "</assignedAuthoringDevice></assignedAuthor></author>"
    )
    device = reference(cda(staff=staff))["contained"][1]
    assert device["resourceType"] == "Device"
    assert device["deviceName"][0]["name"] == "Logiciel"
    assert device["identifier"] == [{"system": "urn:oid:1.2.3", "value": "soft"}]


def test_unnamed_people_are_still_people() -> None:
    """Persons without identifier, name or organisation keep their place."""
    staff = (
        "<author><assignedAuthor><id nullFlavor='UNK'/><assignedAuthoringDevice/>"
        "</assignedAuthor></author>"
        "<author><assignedAuthor><assignedPerson><name>Dr Untel</name></assignedPerson>"
        "</assignedAuthor></author><author/>"
    )
    found = reference(cda(staff=staff))
    assert found["contained"][1] == {"resourceType": "Device", "id": "author-1"}
    assert found["contained"][2]["name"] == [{"text": "Dr Untel"}]
    assert len(found["author"]) == 2


def test_absent_metadata_are_said_and_not_invented() -> None:
    """Each absent element is an issue with its XPath; nothing takes its place."""
    header = '<id root="1.2.3" extension="x"/>'
    mapped = submitted(cda(header=header, staff=NOTHING, context=NOTHING))
    found = mapped.value.documents[0].reference
    assert places(mapped) == [
        "/h:ClinicalDocument/h:code",
        "/h:ClinicalDocument/h:effectiveTime/@value",
        "/h:ClinicalDocument/h:author/h:assignedAuthor",
        "/h:ClinicalDocument/h:custodian",
        "/h:ClinicalDocument/h:confidentialityCode",
        "/h:ClinicalDocument/h:templateId",
    ]
    for name in ("type", "category", "date", "author", "securityLabel", "description"):
        assert name not in found
    assert set(found["context"]) == {"sourcePatientInfo"}
    assert set(found["content"][0]["attachment"]) == {"contentType", "size", "hash"}


def test_an_unknown_type_has_no_category() -> None:
    """A type outside JDV_J07 is kept; its class is not guessed."""
    mapped = submitted(cda(header=HEADER.replace("11488-4", "00000-0")))
    assert "category" not in mapped.value.documents[0].reference
    assert places(mapped) == ["/h:ClinicalDocument/h:code/@code"]


def test_a_time_without_zone_is_a_date_only() -> None:
    """DocumentReference.date is an instant: without a zone there is none."""
    mapped = submitted(cda(header=HEADER.replace("+0100", "")))
    found = mapped.value.documents[0].reference
    assert "date" not in found
    assert found["content"][0]["attachment"]["creation"] == "2025-03-18"
    assert places(mapped) == ["/h:ClinicalDocument/h:effectiveTime/@value"]


@pytest.mark.parametrize(
    ("code", "relation"),
    [("RPLC", "replaces"), ("APND", "appends"), ("XFRM", "transforms")],
)
def test_related_documents(code: str, relation: str) -> None:
    """A relatedDocument becomes relatesTo; only RPLC replaces."""
    related = (
        f'<relatedDocument typeCode="{code}"><parentDocument><id root="1.2.3" extension="old"/>'
        "</parentDocument></relatedDocument>"
    )
    document = submitted(cda(context=CONTEXT + related)).value.documents[0]
    target = {"identifier": {"system": "urn:oid:1.2.3", "value": "old"}}
    assert document.reference["relatesTo"] == [{"code": relation, "target": target}]
    assert document.replaces == ("urn:oid:1.2.3|old" if code == "RPLC" else "")


def test_a_related_document_that_names_nothing_is_left_out() -> None:
    """A relation of unknown kind, or to nothing, is no relation."""
    related = '<relatedDocument typeCode="RPLC"><parentDocument/></relatedDocument>'
    assert "relatesTo" not in reference(cda(context=related))


NAME = "confidentialityCode"
CONFIDENTIALITY = '<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>'


@pytest.mark.parametrize(
    ("stated", "labels", "said"),
    [
        (CONFIDENTIALITY, ["N"], 0),
        (CONFIDENTIALITY.replace('"N"', '"R"'), ["R"], 0),
        (CONFIDENTIALITY.replace('"N"', '"PSY"'), ["R"], 1),
        (CONFIDENTIALITY.replace("113883.5.25", "1"), ["R"], 1),
        (CONFIDENTIALITY.replace("113883.5.25", "1").replace("N", "V"), ["V"], 0),
        (CONFIDENTIALITY.replace("code=", 'nullFlavor="UNK" code='), ["R"], 1),
        ('<confidentialityCode nullFlavor="MSK"/>', ["R"], 1),
        ('<confidentialityCode nullFlavor="OTH"/>', ["R"], 1),
        (f"<{NAME}><originalText>x</originalText></{NAME}>", ["R"], 1),
        (f'{CONFIDENTIALITY[:-2]}><translation code="V"/></{NAME}>', ["V"], 0),
        ('<confidentialityCode nullFlavor="UNK"/>', [], 1),
        ("<confidentialityCode/>", [], 1),
        ('<confidentialityCode code="V"/>', ["V"], 0),
        ('<confidentialityCode nullFlavor="NI"/>', [], 1),
        ("", [], 1),
    ],
)
def test_the_stated_confidentiality(stated: str, labels: list[str], said: int) -> None:
    """What is stated is kept, what is not understood raises, what is absent is said."""
    mapped = submitted(cda(header=HEADER.replace(CONFIDENTIALITY, stated)))
    found = mapped.value.documents[0].reference.get("securityLabel", [])
    assert [label["coding"][0]["code"] for label in found] == labels
    assert len(mapped.issues) == said


@pytest.mark.parametrize(
    ("inside", "labels"),
    [
        ("R", ["N", "R"]),
        ("HIV", ["N", "R"]),
        ("L", ["N"]),
        ('" nullFlavor="MSK', ["N", "R"]),
    ],
)
def test_a_part_can_raise_the_document(inside: str, labels: list[str]) -> None:
    """A section more confidential than the header adds its level, and says where."""
    section = f'<section><confidentialityCode code="{inside}"/></section>'
    inner = f"<structuredBody><component>{section}</component></structuredBody>"
    mapped = submitted(cda(body=f"<component>{inner}</component>"))
    found = mapped.value.documents[0].reference["securityLabel"]
    assert [label["coding"][0]["code"] for label in found] == labels
    assert len(mapped.issues) == len(labels) - 1


def test_the_format_of_a_level_one_document_is_that_of_its_body() -> None:
    """XDS-SD with a PDF and with plain text have two format codes."""
    template = 'templateId root="1.3.6.1.4.1.19376.1.2.20"'
    data = unstructured("<text>bonjour</text>").decode()
    plain = data.replace('templateId root="1.2.250.1.213.1.1.1.13"', template)
    pdf = plain.replace(
        "<text>", '<text mediaType="application/pdf" representation="B64">'
    )
    formats = [
        reference(one.encode())["content"][0]["format"]["code"] for one in (plain, pdf)
    ]
    assert formats == ["urn:ihe:iti:xds-sd:text:2008", "urn:ihe:iti:xds-sd:pdf:2008"]


def test_a_body_that_is_elsewhere_is_said_and_opaque() -> None:
    """A nonXMLBody that only refers to a file was not read by anybody here."""
    data = unstructured(
        '<text mediaType="application/pdf"><reference value="x.pdf"/></text>'
    )
    mapped = submitted(data)
    place = "/h:ClinicalDocument/h:component/h:nonXMLBody/h:text"
    assert places(mapped) == [place]
    assert [one.place for one in mapped.value.documents[0].contents if one.opaque] == [
        place
    ]


def test_a_body_that_is_here_is_not_said_to_be_elsewhere() -> None:
    """Text beside a reference is the body."""
    data = unstructured('<text>ici<reference value="x.pdf"/></text>')
    assert submitted(data).issues == ()
