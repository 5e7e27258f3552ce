"""Adverse effects of medicines (CI-SIS FR-Effet-indesirable): AdverseEvent."""

from mappings.cda.to_fhir import clinical_types
from mappings.cda.to_fhir.entries.parts import Parts, parts_of
from mappings.cda.to_fhir.entries.statement import Statement
from mappings.submission import JsonObject

_SUSPECTS = ("MedicationStatement", "Medication", "Immunization", "Procedure")


def adverse_event(statement: Statement) -> str:
    """Map an adverse effect and the medicines it is put down to; its reference."""
    parts, scope = parts_of(statement), statement.scope
    found = (statement.concept("code") or {}) | (statement.concept("value") or {})
    words = statement.words()
    who = statement.person("author")
    resource = statement.base("AdverseEvent") | {
        "actuality": "potential" if statement.negated else "actual",
        "event": found or ({"text": words} if words else None),
        "subject": scope.subject,
        "date": clinical_types.start(statement.first("effectiveTime"), scope),
        "recordedDate": statement.authored(),
        "recorder": who,
    }
    # FHIR gives an adverse event one identifier; another one is told as lost.
    resource["identifier"] = next(iter(resource.get("identifier", [])), None)
    if statement.negated:
        scope.lost(statement.element, "negated-part")
    resource["suspectEntity"] = [{"instance": one} for one in _suspects(parts)]
    resource["resultingCondition"] = parts.members("Condition")
    return statement.keep(resource)


def _suspects(parts: Parts) -> list[JsonObject]:
    chosen = parts.take("medication", "immunization")
    return Parts(chosen).members(*_SUSPECTS)
