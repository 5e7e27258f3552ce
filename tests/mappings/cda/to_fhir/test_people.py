"""Professionals, structures, devices and relatives: each once, whoever names them."""

from tests.mappings.cda.documents import STAFF, cda
from tests.mappings.cda.to_fhir.resources import only, referred, resources

AUTHOR = "<author><assignedAuthor>{}</assignedAuthor></author>"


def test_a_professional_is_a_role_of_a_person_in_a_structure() -> None:
    """PractitionerRole with the specialty, Practitioner with IDNPS, Organization IDNST."""
    (role,) = resources(cda(), "PractitionerRole")
    person = referred(cda(), role["practitioner"])
    place = referred(cda(), role["organization"])
    assert role["specialty"][0]["coding"][0]["code"] == "G15_10/SM26"
    assert person["name"] == [{"family": "SORBIER", "given": ["Paule"]}]
    assert person["identifier"][0]["type"]["coding"][0]["code"] == "IDNPS"
    assert place["name"] == "Cabinet des Tilleuls"
    assert place["identifier"][0]["type"]["coding"][0]["code"] == "IDNST"


def test_an_identifier_alone_is_whoever_had_it_before() -> None:
    """The signer of the test document has the author's number and nothing else."""
    composition = only(cda(), "Composition")
    assert composition["attester"][0]["party"] == composition["author"][0]


def test_the_same_person_twice_is_one_resource() -> None:
    """Two authors who say the same are one."""
    data = cda(staff=STAFF + STAFF)
    assert len(resources(data, "Practitioner")) == 1
    assert len(only(data, "Composition")["author"]) == 1


def test_a_device_writes_too() -> None:
    """With its names, its owner and how to reach it."""
    device = AUTHOR.format(
        '<id root="1.2.3.9"/><telecom value="mailto:a@b.example"/>'
        "<assignedAuthoringDevice><manufacturerModelName>M</manufacturerModelName>"
        "<softwareName>S</softwareName></assignedAuthoringDevice>"
        "<representedOrganization><name>Editor</name></representedOrganization>"
    )
    found = only(cda(staff=device), "Device")
    assert found["deviceName"] == [
        {"name": "M", "type": "model-name"},
        {"name": "S", "type": "user-friendly-name"},
    ]
    assert found["contact"] == [{"system": "email", "value": "a@b.example"}]
    assert found["owner"]


def test_a_structure_alone_gets_the_telecom_of_its_role() -> None:
    """Nobody is named: the Organization is the author, and no Practitioner is made."""
    keeper = AUTHOR.format(
        '<telecom value="tel:0102030405"/><representedOrganization><name>Lab</name>'
        "<asOrganizationPartOf><wholeOrganization><name>CHU</name></wholeOrganization>"
        "</asOrganizationPartOf></representedOrganization>"
    )
    data = cda(staff=keeper)
    found = referred(data, only(data, "Composition")["author"][0])
    assert found["name"] == "Lab"
    assert found["telecom"] == [{"system": "phone", "value": "0102030405"}]
    assert referred(data, found["partOf"])["name"] == "CHU"
    assert resources(data, "Practitioner") == []


def test_nobody_is_nobody() -> None:
    """An entity with nothing but null flavours makes no resource; the reason is kept."""
    data = cda(staff=AUTHOR.format('<id nullFlavor="UNK"/>'), context="")
    assert only(data, "Composition")["author"] == [
        {
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
                    "valueCode": "unknown",
                }
            ]
        }
    ]
    assert resources(data, "Practitioner") == []


def test_the_patient_may_be_the_author() -> None:
    """An author with the number of the patient is the patient."""
    own = AUTHOR.format('<id root="1.2.250.1.999.2" extension="IPP-7"/>')
    composition = only(cda(staff=own), "Composition")
    assert composition["author"] == [composition["subject"]]


def test_a_relative_who_informs_is_a_related_person() -> None:
    """Of the patient, with both the relation and the role class."""
    informant = (
        '<informant><relatedEntity classCode="NOK"><code code="SIS"'
        ' codeSystem="2.16.840.1.113883.5.111"/><relatedPerson><name><family>X</family>'
        "</name></relatedPerson></relatedEntity></informant>"
    )
    data = cda(context=informant)
    found = only(data, "RelatedPerson")
    assert found["patient"] == only(data, "Composition")["subject"]
    assert [one["coding"][0]["code"] for one in found["relationship"]] == ["SIS", "NOK"]


def test_a_relative_without_name_or_number_is_nobody() -> None:
    """A relation alone is no person."""
    informant = '<informant><relatedEntity classCode="NOK"/></informant>'
    assert resources(cda(context=informant), "RelatedPerson") == []


def test_a_structure_is_never_at_home() -> None:
    """FHIR forbids the use home there (org-2, org-3); the address itself is kept."""
    keeper = AUTHOR.format(
        '<representedOrganization><name>Lab</name><telecom use="H" value="tel:01020304"/>'
        '<addr use="HP"><city>LYON</city></addr></representedOrganization>'
    )
    (found,) = resources(cda(staff=keeper, context=""), "Organization")
    assert found["address"] == [{"city": "LYON"}]
    assert found["telecom"] == [{"system": "phone", "value": "01020304"}]
