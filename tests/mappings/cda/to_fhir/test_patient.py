"""The recordTarget as a Patient: INS, birth and used names, birth place, guardian."""

from mappings.submission import JsonObject
from tests.mappings.cda.documents import PATIENT, cda
from tests.mappings.cda.to_fhir.resources import issues, only, resources

BIRTH_LIST = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name"
INSIDE = """<recordTarget><patientRole><id root="1.2.3.4" extension="7"/><patient>
{}</patient></patientRole></recordTarget>"""


def patient(inside: str) -> JsonObject:
    """Return the Patient of a document whose patient element holds ``inside``."""
    return only(cda(patient=INSIDE.format(inside)), "Patient")


def test_the_ins_and_the_local_number_have_their_types() -> None:
    """The INS of the test domain is official, the number beside it is the IPP."""
    ins, ipp = only(cda(), "Patient")["identifier"]
    assert ins == {
        "use": "official",
        "type": {
            "coding": [
                {
                    "system": "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203",
                    "code": "INS-NIR-TEST",
                }
            ]
        },
        "system": "urn:oid:1.2.250.1.213.1.4.10",
        "value": "171113306321256",
    }
    assert ipp["use"] == "usual"
    assert ipp["type"]["coding"][0]["code"] == "PI"


def test_birth_name_and_name_in_use_are_two_names() -> None:
    """Official: birth name, first birth first name, the list of them. Usual: in use."""
    assert only(cda(), "Patient")["name"] == [
        {
            "use": "official",
            "family": "ORMEAU",
            "given": ["ALIX"],
            "extension": [{"url": BIRTH_LIST, "valueString": "ALIX MARIE"}],
        },
        {"use": "usual", "given": ["SASHA"], "family": "TREMBLE"},
    ]


def test_names_without_qualifier_keep_their_use() -> None:
    """C-CDA: one name, its use translated, titles kept."""
    found = patient(
        '<name use="L"><prefix>Dr</prefix><given>Ana</given><given>B.</given>'
        "<family>Roe</family></name><name>Ana</name><name/>"
    )
    assert found["name"] == [
        {"use": "official", "family": "Roe", "given": ["Ana", "B."], "prefix": ["Dr"]},
        {"text": "Ana"},
    ]


def test_sex_birth_and_death() -> None:
    """An instant of birth keeps its time beside the date; a death its date."""
    found = patient(
        '<administrativeGenderCode code="UN"/><birthTime value="19711104121500+0100"/>'
        '<sdtc:deceasedTime xmlns:sdtc="urn:hl7-org:sdtc" value="20200102"/>'
        '<sdtc:multipleBirthOrderNumber xmlns:sdtc="urn:hl7-org:sdtc" value="2"/>'
    )
    assert found["gender"] == "other"
    assert found["birthDate"] == "1971-11-04"
    assert found["_birthDate"]["extension"][0]["valueDateTime"].endswith("+01:00")
    assert found["deceasedDateTime"] == "2020-01-02"
    assert found["multipleBirthInteger"] == 2


def test_what_is_only_said_to_be_so_is_a_boolean() -> None:
    """DeceasedInd and multipleBirthInd without a time or number."""
    found = patient(
        '<sdtc:deceasedInd xmlns:sdtc="urn:hl7-org:sdtc" value="false"/>'
        '<sdtc:multipleBirthInd xmlns:sdtc="urn:hl7-org:sdtc" value="true"/>'
    )
    assert found["deceasedBoolean"] is False
    assert found["multipleBirthBoolean"] is True


def test_the_birth_place_has_the_code_of_its_commune() -> None:
    """CI-SIS writes the official geographic code in county."""
    (place,) = patient(
        "<birthplace><place><name>Clinique</name><addr><county>88154</county>"
        "<city>DOMREMY</city></addr></place></birthplace>"
    )["extension"]
    assert place["url"].endswith("/patient-birthPlace")
    assert place["valueAddress"]["city"] == "DOMREMY"
    assert place["valueAddress"]["text"] == "Clinique"
    assert place["valueAddress"]["extension"][0]["valueCoding"]["code"] == "88154"


def test_languages_religion_and_population() -> None:
    """C-CDA demographics have the extensions of FHIR and of US Core."""
    found = patient(
        '<maritalStatusCode code="M" codeSystem="2.16.840.1.113883.5.2"/>'
        '<religiousAffiliationCode code="1013" codeSystem="2.16.840.1.113883.5.1076"/>'
        '<raceCode code="2106-3" displayName="White" codeSystem="2.16.840.1.113883.6.238"/>'
        '<sdtc:raceCode xmlns:sdtc="urn:hl7-org:sdtc" code="2108-9"'
        ' codeSystem="2.16.840.1.113883.6.238"/>'
        '<ethnicGroupCode nullFlavor="OTH"><originalText>unsaid</originalText>'
        "</ethnicGroupCode>"
        '<languageCommunication><languageCode code="fr"/>'
        '<modeCode code="ESP" codeSystem="2.16.840.1.113883.5.60"/>'
        '<preferenceInd value="true"/></languageCommunication><languageCommunication/>'
    )
    religion, race, ethnicity = found["extension"]
    assert religion["valueCodeableConcept"]["coding"][0]["code"] == "1013"
    assert [one["url"] for one in race["extension"]] == [
        "ombCategory",
        "detailed",
        "text",
    ]
    assert ethnicity["extension"] == [{"url": "text", "valueString": "unsaid"}]
    (language,) = found["communication"]
    assert language["preferred"] is True
    assert language["extension"][0]["extension"][0]["valueCoding"]["code"] == "ESP"


def test_the_guardian_is_a_related_person() -> None:
    """With the relation, the name and how to reach him."""
    guardian = INSIDE.format(
        '<guardian classCode="GUARD"><code code="MTH" codeSystem="2.16.840.1.113883.5.111"/>'
        '<telecom value="tel:0102030405" use="H"/><guardianPerson><name><family>ROE</family>'
        "</name></guardianPerson></guardian>"
    )
    found = only(cda(patient=guardian), "RelatedPerson")
    codes = [one["coding"][0]["code"] for one in found["relationship"]]
    assert codes == ["MTH", "GUARD"]
    assert found["name"] == [{"family": "ROE"}]
    assert found["telecom"] == [
        {"system": "phone", "value": "0102030405", "use": "home"}
    ]


def test_the_doctor_chosen_by_the_patient_is_the_general_practitioner() -> None:
    """A participant with the function PCP (médecin traitant)."""
    doctor = (
        '<participant typeCode="INF"><functionCode code="PCP"/><associatedEntity'
        ' classCode="PROV"><id root="1.2.3.9" extension="1"/></associatedEntity></participant>'
    )
    found = only(cda(context=doctor), "Patient")
    assert len(found["generalPractitioner"]) == 1


def test_without_patient_there_is_a_patient_that_says_nothing() -> None:
    """Resources need a subject; a document without recordTarget has an empty one."""
    assert only(cda(patient=""), "Patient") == {}


def test_a_second_patient_is_lost_and_said_to_be() -> None:
    """The first recordTarget is the patient; the other is an issue with its place."""
    data = cda(patient=PATIENT + PATIENT)
    assert len(resources(data, "Patient")) == 1
    assert any(one.expression.endswith("/h:recordTarget[2]") for one in issues(data))
