"""What tells in a header goes, and what is left is still a header."""

import pytest

from tests.mappings.cda.documents import CONTEXT, HEADER, STAFF, unstructured
from tests.mappings.cda.rendition.documents import HEADED, render, shown, structured
from tests.mappings.cda.rendition.structure import faults

TOP = "/h:ClinicalDocument"
EVENT = f"{TOP}/h:documentationOf/h:serviceEvent"
FACILITY = (
    f"{TOP}/h:componentOf/h:encompassingEncounter/h:location/h:healthCareFacility"
)
AUTHOR = f"{TOP}/h:author/h:assignedAuthor"
STRUCTURE = AUTHOR + "/h:representedOrganization/h:name/text()[1]"
TEXT = "<paragraph>Suivi.</paragraph>"


def test_a_title_that_tells_is_the_name_of_the_type() -> None:
    """A hidden title gives way to the display of the type, in the metadata as well."""
    document = structured(TEXT)
    plain = document.replace(b"Consultation de suivi", b"CR de consultation")
    found = render(document, f"{TOP}/h:title/text()[1]")
    assert found == render(plain)
    assert found is not None
    assert found.title == "CR de consultation"


def test_a_type_that_tells_is_a_broad_one_of_its_class() -> None:
    """A hidden type becomes the broad type of its class, without the template of a model."""
    header = HEADED.replace('code="11488-4"', 'code="68599-0"')
    found = shown(structured(TEXT, header=header), f"{TOP}/h:code/@code")
    assert "68599-0" not in found
    assert 'code="34133-9"' in found
    assert "1.2.250.1.213.1.1.1.13" not in found


def test_a_specialty_that_tells_becomes_the_profession() -> None:
    """A doctor stays a doctor, of no specialty."""
    found = shown(structured(TEXT), f"{AUTHOR}/h:code/@code")
    assert "G15_10/SM26" not in found
    assert 'code="G15_10"' in found
    assert "SORBIER" in found


def test_a_structure_that_tells_goes_with_its_number() -> None:
    """Name and number of a structure that tells are nowhere, its setting remains."""
    staff = (
        STAFF.replace("1330088888", "1330099999")
        .replace("<assignedPerson>", "<telecom value='tel:0101'/><assignedPerson>")
        .replace(
            "</name>\n </representedOrganization>",
            "</name><telecom value='tel:0101'/></representedOrganization>",
        )
    )
    found = shown(structured(TEXT, staff=staff), STRUCTURE)
    for told in ("Cabinet des Tilleuls", "1330099999", "tel:0101"):
        assert told not in found
    assert "AMBULATOIRE" in found


def test_an_act_and_a_place_that_tell_become_neutral() -> None:
    """The code of the only act goes; the type of the place becomes a common one."""
    found = shown(structured(TEXT), f"{EVENT}/h:code/@code", f"{FACILITY}/h:code/@code")
    assert "YYYY001" not in found
    assert "SA07" not in found
    assert 'code="SA05"' in found
    assert not faults(found.encode()) or "SA05" in found


def test_the_act_goes_and_the_type_stays() -> None:
    """Hiding code and display of the act says nothing of the type of the document."""
    found = shown(
        structured(TEXT), f"{EVENT}/h:code/@code", f"{EVENT}/h:code/@displayName"
    )
    assert "YYYY001" not in found
    assert 'code="11488-4"' in found
    assert "Consultation de suivi" in found


@pytest.mark.parametrize("part", ["h:assignedEntity/h:code/@code", "h:assignedEntity"])
def test_an_authenticator_stays_without_what_tells(part: str) -> None:
    """A second signer loses his specialty, or goes when more than that is hidden."""
    signer = """<authenticator><time value="2025"/><signatureCode code="S"/><assignedEntity>
     <id root="1.2.250.1.71.4.2.1" extension="8999"/><code code="G15_10/SM42"/>
    </assignedEntity></authenticator>"""
    found = shown(
        structured(TEXT, staff=STAFF + signer), f"{TOP}/h:authenticator/{part}"
    )
    assert "SM42" not in found
    assert ("8999" in found) == part.endswith("@code")


@pytest.mark.parametrize(
    "place",
    [
        f"{TOP}/h:templateId",
        f"{TOP}/h:id",
        f"{TOP}/h:legalAuthenticator",
        AUTHOR,
        TOP,
        "",
        "x",
        f"{TOP}/h:component",
        f"{TOP}/h:component/h:structuredBody",
        f"{TOP}/h:recordTarget",
    ],
)
def test_what_nothing_can_do_without_hides_the_document(place: str) -> None:
    """When a mandatory part must go entirely, the reader gets nothing."""
    assert render(structured(TEXT), place) is None


def test_an_unstructured_document_is_seen_whole_or_not_at_all() -> None:
    """Whatever is hidden in a document of level 1, nothing of it is shown."""
    body = unstructured(
        '<text mediaType="application/pdf" representation="B64">JVBE</text>'
    )
    assert render(body) is not None
    assert render(body, f"{TOP}/h:title/text()[1]") is None
    assert render(body, f"{TOP}/h:component/h:nonXMLBody/h:text#page=1") is None


def test_levels_signatures_and_keeper_are_the_same_for_everyone() -> None:
    """No level but N, no signature, and the record as custodian, hidden or not."""
    signed = STAFF.replace(
        '<signatureCode code="S"/>',
        '<signatureCode code="S"/><s:signatureText xmlns:s="urn:hl7-org:sdtc">x</s:signatureText>',
    )
    header = HEADED.replace('code="N"', 'code="V"')
    found = shown(structured(TEXT, header=header, staff=signed))
    assert "signatureText" not in found
    assert 'code="V"' not in found
    assert "Maison de santé" not in found
    assert "SORBIER" in found


def test_a_rendition_transforms_the_original() -> None:
    """It has an identifier and a set of its own and names its original (XFRM)."""
    found = shown(structured(TEXT, header=HEADED, context=CONTEXT))
    parent = found[found.index("<parentDocument>") : found.index("</parentDocument>")]
    assert 'extension="DOC-1"' in parent
    assert 'extension="SET-1"' in parent
    assert found.count("DOC-1") == found.count("SET-1") == 1
    assert HEADER


def test_where_a_person_is_reached_is_given_to_nobody() -> None:
    """Of a carer it is said that none is given; of the structure it stays."""
    staff = STAFF.replace(
        "<assignedPerson>",
        "<telecom value='mailto:a@centre.example'/><telecom value='tel:0202'/>"
        "<assignedPerson>",
    ).replace(
        "</name>\n </representedOrganization>",
        "</name><telecom value='tel:0101'/></representedOrganization>",
    )
    found = shown(structured(TEXT, staff=staff))
    assert "centre.example" not in found
    assert "0202" not in found
    assert 'telecom nullFlavor="NAV"' in found
    assert "tel:0101" in found
