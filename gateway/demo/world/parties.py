"""The persons of an envelope in FHIR: the patient with the INS traits, the author's role."""

from typing import Any

from gateway.demo.world.people import Patient, Reader

JsonObject = dict[str, Any]

CORE = "https://hl7.fr/ig/fhir/core/"
IDENTIFIER_TYPES = f"{CORE}CodeSystem/fr-core-cs-v2-0203"
COMMUNES = "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"


def coding(system: str, code: str, display: str = "") -> JsonObject:
    """Return a CodeableConcept of one code."""
    held = {"system": system, "code": code}
    return {"coding": [held | ({"display": display} if display else {})]}


def patient_identifier(patient: Patient) -> JsonObject:
    """Return the qualified INS, typed so that it is not mistaken for a billing number."""
    return {
        "use": "official",
        "type": coding(IDENTIFIER_TYPES, "INS-NIR-TEST"),
        "system": patient.identifier.system,
        "value": patient.identifier.value,
    }


def contained_patient(patient: Patient) -> JsonObject:
    """Return the patient as FR Core INS wants: birth names, used names, sex, date, place."""
    traits = patient.traits
    code, city = patient.birth_place
    birth_list = {
        "url": f"{CORE}StructureDefinition/fr-core-patient-birth-list-given-name",
        "valueString": " ".join(traits.given),
    }
    insee = {
        "url": f"{CORE}StructureDefinition/fr-core-address-insee-code",
        "valueCoding": {"system": COMMUNES, "code": code},
    }
    return {
        "resourceType": "Patient",
        "id": "patient",
        "meta": {"profile": [f"{CORE}StructureDefinition/fr-core-patient-ins"]},
        "extension": [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                "valueAddress": {"extension": [insee], "city": city},
            }
        ],
        "identifier": [patient_identifier(patient)],
        "name": [
            {
                "extension": [birth_list],
                "use": "official",
                "family": traits.family,
                "given": [traits.given[0]],
            },
            {
                "use": "usual",
                "family": traits.used_family,
                "given": [traits.used_given],
            },
        ],
        "gender": traits.gender,
        "birthDate": traits.birth_date,
    }


def contained_role(author: Reader) -> list[JsonObject]:
    """Return the author as ``#role``, who works for ``#organization``.

    Raises ValueError for a reader who cannot write documents: a person or a software.
    """
    if author.structure is None or author.role is None:
        raise ValueError(f"{author.key}: the author of an envelope is a professional")
    role, structure = author.role, author.structure
    return [
        {
            "resourceType": "PractitionerRole",
            "id": "role",
            "practitioner": {
                "identifier": {
                    "type": coding(IDENTIFIER_TYPES, "IDNPS"),
                    "system": author.identifier.system,
                    "value": author.identifier.value,
                },
                "display": f"{author.given} {author.family}",
            },
            "organization": {"reference": "#organization"},
            "code": [coding(role.system, role.code, role.display)],
        },
        {
            "resourceType": "Organization",
            "id": "organization",
            "identifier": [
                {
                    "type": coding(IDENTIFIER_TYPES, "IDNST"),
                    "system": structure.identifier.system,
                    "value": structure.identifier.value,
                }
            ],
            "name": structure.name,
        },
    ]
