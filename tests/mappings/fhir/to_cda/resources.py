"""Resources with every element that ``carried.csv`` says CDA holds in full."""

from typing import Any

from mappings.submission import JsonObject
from tests.mappings.fhir.rendition.documents import (
    CIM10,
    LOINC,
    SUBJECT,
    concept,
    entry,
    section,
)

SNOMED = "http://snomed.info/sct"
ATC = "http://www.whocc.no/atc"
UCUM = "http://unitsofmeasure.org"
FHIR = "http://terminology.hl7.org/CodeSystem"
WHO: JsonObject = {"reference": "Practitioner/dr"}
NUMBER = [{"system": "urn:oid:1.2.250.1.999.7", "value": "42"}]
NOTE = [{"text": "Bien toléré."}]


def coded(system: str, code: str) -> JsonObject:
    """Return a CodeableConcept of one bare code."""
    return {"coding": [{"system": system, "code": code}]}


def but(resource: JsonObject, *names: str) -> JsonObject:
    """Return a resource without some elements."""
    return {name: value for name, value in resource.items() if name not in names}


def measure(value: Any, unit: str) -> JsonObject:  # noqa: ANN401 - a JSON number
    """Return a quantity in UCUM."""
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


CONDITION: JsonObject = {
    "resourceType": "Condition",
    "identifier": NUMBER,
    "clinicalStatus": coded(f"{FHIR}/condition-clinical", "resolved"),
    "verificationStatus": coded(f"{FHIR}/condition-ver-status", "confirmed"),
    "category": [coded(f"{FHIR}/condition-category", "problem-list-item")],
    "severity": concept(SNOMED, "24484000", "Severe"),
    "code": concept(CIM10, "J45.9", "Asthme", "Asthme ancien"),
    "bodySite": [concept(SNOMED, "39607008", "Lung")],
    "subject": SUBJECT,
    "onsetDateTime": "2010-05",
    "abatementDateTime": "2020-01-02",
    "recordedDate": "2020-01-03",
    "recorder": WHO,
    "asserter": WHO,
    "note": NOTE,
}
REFUTED: JsonObject = {
    "resourceType": "Condition",
    "verificationStatus": coded(f"{FHIR}/condition-ver-status", "refuted"),
    "code": concept(CIM10, "E11.9", "Diabète de type 2"),
    "subject": SUBJECT,
}
ALLERGY: JsonObject = {
    "resourceType": "AllergyIntolerance",
    "identifier": NUMBER,
    "clinicalStatus": coded(f"{FHIR}/allergyintolerance-clinical", "active"),
    "verificationStatus": coded(f"{FHIR}/allergyintolerance-verification", "confirmed"),
    "type": "allergy",
    "category": ["medication"],
    "criticality": "high",
    "code": concept(ATC, "J01CA04", "amoxicilline", "Amoxicilline"),
    "patient": SUBJECT,
    "onsetDateTime": "2001",
    "recordedDate": "2002-03-04",
    "recorder": WHO,
    "asserter": WHO,
    "note": NOTE,
    "reaction": [
        {
            "manifestation": [concept(SNOMED, "126485001", "Urticaria")],
            "description": "Urticaire en une heure",
            "severity": "moderate",
        }
    ],
}
STATEMENT: JsonObject = {
    "resourceType": "MedicationStatement",
    "identifier": NUMBER,
    "status": "active",
    "medicationCodeableConcept": concept(
        ATC, "C09AA04", "périndopril", "Périndopril 4 mg"
    ),
    "subject": SUBJECT,
    "effectivePeriod": {"start": "2024-01-02", "end": "2024-06-02"},
    "dateAsserted": "2024-01-03",
    "informationSource": WHO,
    "reasonCode": [concept(CIM10, "I10", "Hypertension")],
    "dosage": [
        {
            "text": "un le matin",
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
            "route": concept(SNOMED, "26643006", "Oral"),
            "doseAndRate": [{"doseQuantity": measure(4, "mg")}],
            "patientInstruction": "à jeun",
        }
    ],
    "note": NOTE,
}
REQUEST: JsonObject = {
    "resourceType": "MedicationRequest",
    "identifier": NUMBER,
    "status": "active",
    "intent": "order",
    "medicationCodeableConcept": concept(ATC, "N02BE01", "paracétamol"),
    "subject": SUBJECT,
    "authoredOn": "2024-01-03",
    "requester": WHO,
    "performer": WHO,
    "reasonCode": [concept(SNOMED, "25064002", "Headache")],
    "dosageInstruction": [
        {
            "text": "si douleur",
            "asNeededCodeableConcept": concept(SNOMED, "22253000", "Pain"),
            "timing": {
                "repeat": {"boundsPeriod": {"start": "2024-01-03", "end": "2024-01-08"}}
            },
            "doseAndRate": [
                {"doseRange": {"low": measure(1, "g"), "high": measure(2, "g")}}
            ],
            "maxDosePerPeriod": {
                "numerator": measure(4, "g"),
                "denominator": measure(1, "d"),
            },
        }
    ],
    "dispenseRequest": {
        "validityPeriod": {"start": "2024-01-03", "end": "2024-04-03"},
        "numberOfRepeatsAllowed": 2,
        "quantity": {"value": 16},
        "expectedSupplyDuration": measure(8, "d"),
    },
    "note": NOTE,
}
IMMUNIZATION: JsonObject = {
    "resourceType": "Immunization",
    "identifier": NUMBER,
    "status": "completed",
    "vaccineCode": concept(ATC, "J07AM01", "tétanos", "Vaccin antitétanique"),
    "patient": SUBJECT,
    "occurrenceDateTime": "2023-10-11",
    "recorded": "2023-10-12",
    "manufacturer": {"display": "Laboratoire des Ormes"},
    "lotNumber": "A12",
    "site": concept(SNOMED, "368208006", "Left upper arm"),
    "route": concept(SNOMED, "78421000", "Intramuscular"),
    "doseQuantity": measure(0.5, "mL"),
    "performer": [{"actor": WHO}],
    "note": NOTE,
    "expirationDate": "2025-12-31",
    "reasonCode": [concept(CIM10, "Z23.5", "Vaccination")],
    "protocolApplied": [{"doseNumberPositiveInt": 2}],
}
NOT_DONE: JsonObject = {
    "resourceType": "Immunization",
    "status": "not-done",
    "statusReason": concept(f"{FHIR}/v3-ActReason", "PATOBJ", "patient objection"),
    "vaccineCode": concept(ATC, "J07BB02", "grippe"),
    "patient": SUBJECT,
    "occurrenceDateTime": "2023-10-11",
}
PROCEDURE: JsonObject = {
    "resourceType": "Procedure",
    "identifier": NUMBER,
    "status": "completed",
    "code": concept("urn:oid:1.2.250.1.213.2.5", "HHFA001", "Appendicectomie"),
    "subject": SUBJECT,
    "performedDateTime": "2012-02-03",
    "asserter": WHO,
    "performer": [{"actor": WHO}],
    "bodySite": [concept(SNOMED, "66754008", "Appendix")],
    "reasonCode": [concept(CIM10, "K35.8", "Appendicite")],
    "note": NOTE,
}


def observation(**value: Any) -> JsonObject:  # noqa: ANN401 - any value[x]
    """Return an Observation with one value and all that stands beside it."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [coded(f"{FHIR}/observation-category", "laboratory")],
        "code": concept(LOINC, "2951-2", "Sodium", "Natrémie"),
        "subject": SUBJECT,
        "effectiveDateTime": "2024-01-02T08:00:00+01:00",
        "issued": "2024-01-02T10:00:00+01:00",
        "performer": [WHO],
        "interpretation": [coded(f"{FHIR}/v3-ObservationInterpretation", "H")],
        "note": NOTE,
        "method": concept(SNOMED, "702658000", "Test"),
        "bodySite": concept(SNOMED, "87612001", "Blood"),
        "referenceRange": [
            {"low": measure(135, "mmol/L"), "high": measure(145, "mmol/L")}
        ],
    } | value


VALUES: tuple[JsonObject, ...] = (
    {"valueQuantity": measure(147, "mmol/L")},
    {"valueQuantity": measure(5, "mmol/L") | {"comparator": "<"}},
    {"valueCodeableConcept": concept(SNOMED, "260385009", "Negative")},
    {"valueString": "présence d'hématies"},
    {"valueBoolean": True},
    {"valueInteger": 3},
    {"valueRange": {"low": measure(1, "g/L"), "high": measure(2, "g/L")}},
    {"valueRatio": {"numerator": measure(1, "g"), "denominator": measure(2, "L")}},
    {"valueDateTime": "2024-01-02"},
    {"valuePeriod": {"start": "2024-01-02", "end": "2024-01-05"}},
)
REPORT: JsonObject = {
    "resourceType": "DiagnosticReport",
    "identifier": NUMBER,
    "status": "final",
    "code": concept(LOINC, "11502-2", "Bilan"),
    "subject": SUBJECT,
    "effectiveDateTime": "2024-01-02",
    "issued": "2024-01-02T10:00:00+01:00",
    "performer": [WHO],
    "result": [{"reference": "Observation/r1"}],
    "conclusion": "Bilan normal.",
}
PANEL: JsonObject = {
    "resourceType": "Observation",
    "status": "final",
    "category": [coded(f"{FHIR}/observation-category", "vital-signs")],
    "code": concept(LOINC, "85353-1", "Constantes"),
    "subject": SUBJECT,
    "effectiveDateTime": "2024-01-02",
    "hasMember": [{"reference": "Observation/r2"}],
}
ALONE: tuple[JsonObject, ...] = (
    *(
        CONDITION,
        REFUTED,
        ALLERGY,
        STATEMENT,
        REQUEST,
        IMMUNIZATION,
        NOT_DONE,
        PROCEDURE,
    ),
    *(observation(**value) for value in VALUES),
)

_DAYS = {"start": "2024-01-02", "end": "2024-01-03"}
_UNKNOWN = coded(f"{FHIR}/data-absent-reason", "unknown")
_AT_HOME = coded(f"{FHIR}/v3-ActCode", "OPLATIV")
_SYSTOLIC = {"code": coded(LOINC, "8480-6"), "valueQuantity": measure(12, "mm[Hg]")}
_LATER: JsonObject = {"reasonReference": [{"identifier": NUMBER[0]}]}
_USED: JsonObject = {
    "contained": [
        {"resourceType": "Medication", "id": "m", "code": coded(ATC, "C09AA04")}
    ],
    "medicationReference": {"reference": "#m"},
}
RARE: tuple[JsonObject, ...] = (
    but(CONDITION, "onsetDateTime") | {"onsetPeriod": {"start": "2010"}},
    but(STATEMENT, "medicationCodeableConcept", "effectivePeriod")
    | {**_USED, **_LATER, "category": _AT_HOME, "effectiveDateTime": "2024"},
    but(REQUEST, "medicationCodeableConcept")
    | {**_USED, **_LATER, "doNotPerform": True, "category": [_AT_HOME]},
    IMMUNIZATION | _LATER,
    but(PROCEDURE, "performedDateTime")
    | {
        **_LATER,
        "performedPeriod": {"start": "2012-02", "end": "2012-03"},
        "recorder": WHO,
    },
    but(observation(), "effectiveDateTime")
    | {"effectivePeriod": _DAYS, "dataAbsentReason": _UNKNOWN, "identifier": NUMBER},
    but(observation(component=[_SYSTOLIC]), "effectiveDateTime")
    | {"effectiveInstant": "2024-01-02T08:00:00+01:00"},
    but(REPORT, "effectiveDateTime") | {"effectivePeriod": _DAYS},
)
"""Elements that exclude each other, or are held in part: each occurs once."""


def document_of(*resources: JsonObject) -> JsonObject:
    """Return a document with one section that refers to each resource."""
    names = [f"x{number}" for number in range(len(resources))]
    links = [f"{r['resourceType']}/{n}" for r, n in zip(resources, names, strict=True)]
    return {
        "resourceType": "Bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.4"},
        "type": "document",
        "timestamp": "2026-03-02T10:00:00+01:00",
        "entry": [
            entry(
                "doc",
                _composition(section("Dossier", "<p>Voir ci-dessous.</p>", *links)),
            ),
            entry("p", PATIENT),
            entry("dr", PRACTITIONER),
            entry("role", ROLE),
            entry("cabinet", ORGANIZATION),
            *(entry(n, r) for n, r in zip(names, resources, strict=True)),
            entry("r1", observation(valueQuantity=measure(140, "mmol/L"))),
            entry("r2", _vital()),
        ],
    }


def _vital() -> JsonObject:
    vital = observation(valueQuantity=measure(37.2, "Cel"))
    return vital | {
        "category": PANEL["category"],
        "code": concept(LOINC, "8310-5", "Température"),
    }


PATIENT: JsonObject = {
    "resourceType": "Patient",
    "identifier": [
        {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "171113306321256"},
        {"system": "urn:oid:1.2.250.1.999.2", "value": "IPP-7"},
    ],
    "name": [
        {"use": "official", "family": "ORMEAU", "given": ["ALIX"]},
        {"use": "usual", "family": "TREMBLE", "given": ["SASHA"]},
    ],
    "gender": "female",
    "birthDate": "1971-11-04",
    "address": [
        {
            "use": "home",
            "line": ["3 rue des Ormes"],
            "postalCode": "33000",
            "city": "BORDEAUX",
            "country": "FR",
        }
    ],
    "telecom": [
        {"system": "phone", "value": "0100000000", "use": "mobile"},
        {"system": "email", "value": "a@example.org"},
    ],
}
PRACTITIONER: JsonObject = {
    "resourceType": "Practitioner",
    "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "810000009999"}],
    "name": [{"family": "SORBIER", "given": ["Paule"], "prefix": ["Dr"]}],
    "telecom": [{"system": "phone", "value": "0500000000", "use": "work"}],
}
ROLE: JsonObject = {
    "resourceType": "PractitionerRole",
    "practitioner": {"reference": "Practitioner/dr"},
    "organization": {"reference": "Organization/cabinet"},
    "specialty": [concept("urn:oid:1.2.250.1.213.1.1.4.5", "G15_10/SM26", "Médecin")],
}
ORGANIZATION: JsonObject = {
    "resourceType": "Organization",
    "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "1330099999"}],
    "name": "Cabinet des Tilleuls",
}


def _composition(*sections: JsonObject) -> JsonObject:
    return {
        "resourceType": "Composition",
        "language": "fr-FR",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.5"},
        "status": "final",
        "type": concept(LOINC, "11488-4", "CR ou fiche de consultation ou de visite"),
        "subject": {"reference": "Patient/p"},
        "date": "2026-03-02T10:00:00+01:00",
        "author": [{"reference": "PractitionerRole/role"}],
        "title": "Consultation",
        "confidentiality": "N",
        "attester": [
            {
                "mode": "legal",
                "time": "2026-03-02T10:00:00+01:00",
                "party": {"reference": "PractitionerRole/role"},
            }
        ],
        "custodian": {"reference": "Organization/cabinet"},
        "relatesTo": [
            {
                "code": "replaces",
                "targetIdentifier": {
                    "system": "urn:ietf:rfc:3986",
                    "value": "urn:oid:1.2.3.1",
                },
            }
        ],
        "event": [
            {
                "code": [concept("urn:oid:1.2.250.1.213.2.5", "YYYY001", "Acte")],
                "period": {"start": "2026-03-02", "end": "2026-03-03"},
            }
        ],
        "section": list(sections),
    }
