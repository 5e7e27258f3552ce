"""Header and body as a Composition."""

import pytest

from tests.mappings.cda.documents import CONTEXT, HEADER, cda, narrative
from tests.mappings.cda.to_fhir.resources import issues, only, referred, resources

GUIDE = "http://hl7.org/fhir/uv/fhir-clinical-document/StructureDefinition"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def test_the_header_has_its_elements() -> None:
    """Type, class, date, title, language, level, custodian, encounter."""
    found = only(cda(), "Composition")
    assert found["type"]["coding"][0]["code"] == "11488-4"
    assert found["category"][0]["coding"][0]["code"] == "10"
    assert found["date"] == "2025-03-18T10:15:00+01:00"
    assert found["title"] == "Consultation de suivi"
    assert found["language"] == "fr-FR"
    assert found["confidentiality"] == "N"
    assert found["status"] == "final"
    assert found["identifier"] == {
        "system": "urn:oid:1.2.250.1.999.1",
        "value": "DOC-1",
    }
    assert referred(cda(), found["custodian"])["name"] == "Maison de santé"
    assert referred(cda(), found["encounter"])["resourceType"] == "Encounter"


def test_signers_are_attesters_with_their_time() -> None:
    """LegalAuthenticator is legal, authenticator professional."""
    other = (
        '<authenticator><time value="20250319"/><assignedEntity><id root="1.2.3.9"'
        ' extension="4"/></assignedEntity></authenticator><authenticator/>'
    )
    legal, professional = only(cda(context=other), "Composition")["attester"]
    assert legal["mode"] == "legal"
    assert legal["time"] == "2025-03-18T10:15:00+01:00"
    assert professional["mode"] == "professional"
    assert professional["time"] == "2025-03-19"


def test_the_act_is_an_event_with_who_did_it() -> None:
    """serviceEvent: code, period, number; its performer as a participant."""
    event = only(
        cda(
            context=CONTEXT.replace(
                "<serviceEvent>", '<serviceEvent><id root="1.2.9"/>'
            )
        ),
        "Composition",
    )["event"][0]
    assert event["code"][0]["coding"][0]["code"] == "YYYY001"
    assert event["period"] == {"start": "2025-03-18", "end": "2025-03-19"}
    assert event["detail"][0]["identifier"]["value"] == "urn:oid:1.2.9"
    assert event["extension"][0]["url"] == f"{GUIDE}/ParticipantExtension"


def test_versions_and_related_documents() -> None:
    """SetId names all versions; what is replaced is named by its identifier."""
    data = cda(
        header=HEADER + '<setId root="1.2.8" extension="S"/><versionNumber value="2"/>',
        context='<relatedDocument typeCode="RPLC"><parentDocument>'
        '<id root="1.2.8" extension="D0"/></parentDocument></relatedDocument>',
    )
    found = only(data, "Composition")
    assert found["identifier"]["value"] == "S"
    assert found["extension"][0]["valueString"] == "2"
    assert found["relatesTo"] == [
        {
            "code": "replaces",
            "targetIdentifier": {"system": "urn:oid:1.2.8", "value": "D0"},
        }
    ]


def test_those_whom_composition_has_no_place_for_are_extensions() -> None:
    """Informants, recipients, those who typed, participants, and the order answered."""
    entity = '<assignedEntity><id root="1.2.3.9" extension="{}"/></assignedEntity>'
    data = cda(
        context=f"<dataEnterer>{entity.format(1)}</dataEnterer>"
        f"<informant>{entity.format(2)}</informant><informant/>"
        '<informationRecipient><intendedRecipient><id root="1.2.3.9" extension="3"/>'
        "</intendedRecipient></informationRecipient>"
        '<participant typeCode="REF"><functionCode code="CORRE" codeSystem="1.2.3"/>'
        '<time><low value="2024"/></time><associatedEntity classCode="PROV">'
        '<id root="1.2.3.9" extension="4"/></associatedEntity></participant>'
        '<inFulfillmentOf><order><id root="1.2.7" extension="O"/>'
        '<ps3-20:accessionNumber xmlns:ps3-20="urn:dicom-org:ps3-20" root="1.2.6"'
        ' extension="A"/></order></inFulfillmentOf>'
        "<inFulfillmentOf><order/></inFulfillmentOf>"
    )
    found = only(data, "Composition")["extension"]
    assert [one["url"].rpartition("/")[2] for one in found] == [
        "data-enterer-extension",
        "informant-extension",
        "information-recipient-extension",
        "ParticipantExtension",
        "event-basedOn",
    ]
    parts = [one["url"] for one in found[3]["extension"]]
    assert parts == ["type", "function", "time", "party"]
    numbers = referred(data, found[4]["valueReference"])["identifier"]
    assert [one["value"] for one in numbers] == ["O", "A"]


def test_what_is_mandatory_and_masked_says_so() -> None:
    """MSK becomes masked, absence unknown; nothing is invented."""
    data = cda(
        header='<id root="1.2.3"/><code nullFlavor="NI"/>'
        '<effectiveTime nullFlavor="MSK"/>',
        staff="",
        context="",
    )
    found = only(data, "Composition")
    assert found["_date"]["extension"] == [{"url": ABSENT, "valueCode": "masked"}]
    assert found["_title"]["extension"] == [{"url": ABSENT, "valueCode": "unknown"}]
    assert found["type"]["extension"] == [{"url": ABSENT, "valueCode": "unknown"}]
    assert "title" not in found


def test_a_preliminary_report_is_preliminary() -> None:
    """XD-LAB states it on the act that is documented."""
    lab = (
        '<documentationOf><serviceEvent><lab:statusCode code="active"'
        ' xmlns:lab="urn:oid:1.3.6.1.4.1.19376.1.3.2"/></serviceEvent></documentationOf>'
    )
    assert only(cda(context=lab), "Composition")["status"] == "preliminary"


def test_sections_nest_and_keep_code_title_and_text() -> None:
    """A section in a section stays there."""
    data = narrative(
        "<paragraph>Outer</paragraph>",
        "<component><section><code code='1' codeSystem='1.2.3' displayName='Inner'/>"
        "<text>Words</text></section></component>",
    )
    (outer,) = only(data, "Composition")["section"]
    (inner,) = outer["section"]
    assert inner["title"] == "Inner"
    assert inner["text"]["status"] == "additional"
    assert ">Words</div>" in inner["text"]["div"]


@pytest.mark.parametrize(
    ("null", "code"), [("NASK", "notasked"), ("MSK", "withheld"), ("NI", "unavailable")]
)
def test_an_empty_section_says_why(null: str, code: str) -> None:
    """FHIR wants a text or a reason; the nullFlavor gives it."""
    data = cda(
        body="<component><structuredBody><component>"
        f"<section nullFlavor='{null}'><title>A &amp; B</title></section>"
        "</component></structuredBody></component>"
    )
    (section,) = only(data, "Composition")["section"]
    assert section["emptyReason"]["coding"][0]["code"] == code
    assert section["text"]["status"] == "empty"
    assert "A &amp; B" in section["text"]["div"]


def test_a_section_that_is_more_confidential_says_so() -> None:
    """The inline label of DS4P on the section, meta.security on what comes from it."""
    data = cda(
        body="<component><structuredBody><component><section>"
        '<confidentialityCode code="V" codeSystem="2.16.840.1.113883.5.25"/>'
        "<text>x</text></section></component></structuredBody></component>"
    )
    (section,) = only(data, "Composition")["section"]
    assert section["extension"][0]["valueCoding"]["code"] == "V"
    (whole,) = resources(data, "Composition")
    assert whole["meta"]["security"][0]["code"] == "V"
    (patient,) = resources(data, "Patient")
    assert patient["meta"]["security"][0]["code"] == "N"


def test_an_entry_that_nobody_knows_is_an_issue() -> None:
    """Its text stays in the narrative; its place is told, nothing of it is repeated."""
    data = narrative("Known words", '<entry><regionOfInterest ID="secret"/></entry>')
    (lost,) = [one for one in issues(data) if "/h:entry" in one.expression]
    assert lost.expression.endswith("/h:entry/h:regionOfInterest")
    assert "secret" not in lost.text + lost.texte
    assert "Known words" in str(only(data, "Composition")["section"])


PICTURE = """<entry><observationMedia classCode="OBS" moodCode="EVN" ID="m1">
<value mediaType="{}" representation="B64">iVBORw0KGgo=</value></observationMedia></entry>"""


@pytest.mark.parametrize(
    ("media", "start"), [("image/png", "<img src="), ("application/pdf", "<a href=")]
)
def test_a_narrative_shows_the_media_of_its_entries(media: str, start: str) -> None:
    """The renderMultiMedia leads to the resource that was made of the observationMedia."""
    data = narrative(
        '<renderMultiMedia referencedObject="m1"><caption>C</caption></renderMultiMedia>',
        PICTURE.format(media),
    )
    (section,) = only(data, "Composition")["section"]
    reference = section["entry"][0]["reference"]
    assert f'{start}"{reference}"' in section["text"]["div"]


def test_a_narrative_that_shows_what_is_not_there_keeps_the_caption() -> None:
    """A dangling referencedObject, and one that is no media, show their words."""
    data = narrative(
        '<renderMultiMedia referencedObject="m2 c1"><caption>C</caption>'
        '</renderMultiMedia><content ID="c1">x</content>'
    )
    (section,) = only(data, "Composition")["section"]
    assert "<span>C</span>" in section["text"]["div"]


def test_an_order_may_have_a_code_and_no_number_and_a_performer_no_type() -> None:
    """What is said is kept; what is not said is not invented."""
    data = cda(
        context='<inFulfillmentOf><order><code code="X" codeSystem="1.2.3"/></order>'
        "</inFulfillmentOf><documentationOf><serviceEvent><performer><assignedEntity>"
        '<id root="1.2.3.9" extension="1"/></assignedEntity></performer></serviceEvent>'
        "</documentationOf>"
    )
    found = only(data, "Composition")
    order = referred(data, found["extension"][0]["valueReference"])
    assert "identifier" not in order
    parts = found["event"][0]["extension"][0]["extension"]
    assert [one["url"] for one in parts] == ["party"]


def test_a_language_that_is_none_is_left_out() -> None:
    """Resource.language is a code of BCP 47."""
    data = cda(header=HEADER.replace("fr-FR", "en français"))
    assert "language" not in only(data, "Composition")
