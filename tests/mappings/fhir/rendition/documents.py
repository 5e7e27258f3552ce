"""A FHIR document written for these tests; every person in it is invented."""

from typing import Any

from mappings.submission import Identifier, JsonObject, Traits

INS = Identifier("urn:oid:1.2.250.1.213.1.4.10", "171113306321256")
WHO = Traits((INS,), family="ORMEAU", given=("ALIX",), birth_date="1971-11-04")

LOINC, CIM10 = "http://loinc.org", "http://hl7.org/fhir/sid/icd-10"

TABLE = (
    "<table><caption>Bilan</caption><thead><tr><th>Examen</th><th>Valeur</th></tr></thead>"
    '<tbody><tr><td rowspan="2">Sang</td><td>5,1</td></tr><tr><td>4,2</td></tr>'
    "<tr><td>Urines</td><td>claires</td></tr></tbody></table>"
)
LIST = "<ul><li>Marche <b>quotidienne</b></li><li>Repos<br/>le soir</li></ul>"
PROSE = (
    "<p>Bon état général. Pas de fièvre. Revoir dans un mois.</p>"
    "<p>Tension &eacute;quilibr&#233;e sous traitement.</p>"
)


def concept(system: str, code: str, display: str, text: str = "") -> JsonObject:
    """Return a CodeableConcept."""
    found: JsonObject = {
        "coding": [{"system": system, "code": code, "display": display}]
    }
    return found | ({"text": text} if text else {})


def narrative(inner: str) -> JsonObject:
    """Return a narrative of these blocks."""
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>'
    return {"status": "generated", "div": div}


def entry(name: str, resource: JsonObject) -> JsonObject:
    """Return an entry of a Bundle, with a name in place of a number."""
    return {"fullUrl": f"https://ehr.example/{resource['resourceType']}/{name}"} | {
        "resource": {"resourceType": resource["resourceType"], "id": name} | resource
    }


def section(title: str, inner: str, *names: str, **more: Any) -> JsonObject:  # noqa: ANN401 - any element
    """Return a section with a narrative and entries."""
    found: JsonObject = {"title": title, "code": concept(LOINC, "11450-4", "Problèmes")}
    found |= {"text": narrative(inner), "entry": [{"reference": n} for n in names]}
    return {name: value for name, value in (found | more).items() if value}


SUBJECT = {"reference": "Patient/p", "display": "Alix ORMEAU"}


def document() -> JsonObject:
    """Return a document with sections in sections, tables, lists and many links."""
    return {
        "resourceType": "Bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.4"},
        "meta": {"lastUpdated": "2026-03-02T10:00:00Z"},
        "type": "document",
        "timestamp": "2026-03-02T10:00:00+01:00",
        "entry": [
            entry("doc", _composition()),
            entry("p", _patient()),
            entry(
                "dr", {"resourceType": "Practitioner", "name": [{"family": "SORBIER"}]}
            ),
            entry("hta", _condition("I10", "Hypertension artérielle")),
            entry("asthme", _condition("J45.9", "Asthme")),
            entry("na", _observation("2951-2", "Sodium", 140)),
            entry("k", _observation("2823-3", "Potassium", 4)),
            entry("ta", _pressure()),
            entry("bilan", _report()),
            entry("ttt", _medication()),
        ],
    }


def _composition() -> JsonObject:
    return {
        "resourceType": "Composition",
        "status": "final",
        "type": concept(LOINC, "11488-4", "CR ou fiche de consultation ou de visite"),
        "subject": SUBJECT,
        "date": "2026-03-02T10:00:00+01:00",
        "author": [{"reference": "Practitioner/dr"}],
        "title": "Consultation du 2 mars",
        "section": [
            section("Examen", PROSE, "Condition/hta", "Condition/asthme"),
            section("Résultats", TABLE, "DiagnosticReport/bilan", "Observation/ta"),
            section(
                "Suivi",
                LIST,
                section=[section("Traitements", PROSE + LIST, "MedicationRequest/ttt")],
            ),
        ],
    }


def _patient() -> JsonObject:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": INS.system, "value": INS.value}],
        "name": [{"use": "official", "family": "ORMEAU", "given": ["ALIX"]}],
        "gender": "female",
        "birthDate": "1971-11-04",
        "address": [{"city": "BORDEAUX"}],
    }


def _condition(code: str, text: str) -> JsonObject:
    return {
        "resourceType": "Condition",
        "text": narrative(f"<p>{text}</p>"),
        "clinicalStatus": concept("urn:x:status", "active", "Active"),
        "code": concept(CIM10, code, text, text),
        "subject": SUBJECT,
        "note": [{"text": "Connu de longue date. Stable."}],
    }


def _observation(code: str, display: str, value: int) -> JsonObject:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": concept(LOINC, code, display),
        "subject": SUBJECT,
        "valueQuantity": {"value": value, "unit": "mmol/L"},
    }


def _pressure() -> JsonObject:
    part = {
        "code": concept(LOINC, "8480-6", "Systolique"),
        "valueQuantity": {"value": 12},
    }
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": concept(LOINC, "85354-9", "Pression artérielle"),
        "subject": SUBJECT,
        "performer": [{"reference": "#moi"}],
        "contained": [
            {
                "resourceType": "Organization",
                "id": "moi",
                "name": "Cabinet des Tilleuls",
            }
        ],
        "component": [part, part | {"code": concept(LOINC, "8462-4", "Diastolique")}],
    }


def _report() -> JsonObject:
    return {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": concept(LOINC, "11502-2", "Bilan sanguin"),
        "subject": SUBJECT,
        "result": [{"reference": "Observation/na"}, {"reference": "Observation/k"}],
        "conclusion": "Bilan normal. À refaire dans un an.",
    }


def _medication() -> JsonObject:
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationReference": {"reference": "#m"},
        "contained": [
            {
                "resourceType": "Medication",
                "id": "m",
                "code": concept("http://www.whocc.no/atc", "C09AA04", "périndopril"),
            }
        ],
        "subject": SUBJECT,
        "reasonReference": [{"reference": "Condition/hta", "display": "HTA"}],
        "dosageInstruction": [{"text": "un le matin"}],
    }
