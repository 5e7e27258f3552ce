"""A Composition for resources that came without one: a submission, a collection."""

from mappings.fhir.elements import child, children, string
from mappings.fhir.references import Found
from mappings.fhir.to_cda.bundle import everything, of_kind
from mappings.submission import JsonObject

_SECTIONS = (
    ("Condition", "11450-4", "Problèmes"),
    ("AllergyIntolerance", "48765-2", "Allergies et intolérances"),
    ("MedicationRequest MedicationStatement", "10160-0", "Traitements"),
    ("Immunization", "11369-6", "Vaccinations"),
    ("DiagnosticReport Observation", "30954-2", "Résultats"),
    ("Procedure", "47519-4", "Actes"),
)
_OTHER = ("", "48764-5", "Autres éléments")
_LEFT_OUT = frozenset(
    "Binary Bundle Composition DocumentReference List Organization Patient Practitioner"
    " PractitionerRole Provenance".split()
)


def composition(bundle: JsonObject) -> Found:
    """Return a Composition with a section for each kind of resource of the Bundle.

    Type, title, date and people are those of its DocumentReference where there is one.
    """
    about = next(iter(of_kind(bundle, "DocumentReference")), None)
    metadata = about.resource if about else {}
    patient = next(iter(of_kind(bundle, "Patient")), None)
    found: JsonObject = {
        "resourceType": "Composition",
        "identifier": child(metadata, "masterIdentifier"),
        "contained": list(children(metadata, "contained")),
        "type": child(metadata, "type") or _summary(),
        "subject": child(metadata, "subject") or _to(patient),
        "date": string(metadata, "date") or string(bundle, "timestamp"),
        "author": list(children(metadata, "author")),
        "custodian": child(metadata, "custodian"),
        "title": string(metadata, "description") or "Synthèse",
        "section": _sections(bundle),
    }
    kept = {name: value for name, value in found.items() if value}
    return Found(kept, about.expression if about else "Bundle")


def _summary() -> JsonObject:
    coding = {"system": "http://loinc.org", "code": "60591-5"}
    return {"coding": [coding | {"display": "Synthèse médicale"}]}


def _to(found: Found | None) -> JsonObject:
    return {"reference": f"{found.expression}"} if found else {}


def _sections(bundle: JsonObject) -> list[JsonObject]:
    known = {kind for kinds, _, _ in _SECTIONS for kind in kinds.split()} | _LEFT_OUT
    found = []
    for kinds, code, title in (*_SECTIONS, _OTHER):
        entries = [
            _to(one)
            for one in everything(bundle)
            if (kind := string(one.resource, "resourceType")) in kinds.split()
            or (not kinds and kind and kind not in known)
        ]
        coding = {"system": "http://loinc.org", "code": code}
        section = {"title": title, "code": {"coding": [coding]}, "entry": entries}
        found += [section] if entries else []
    return found
