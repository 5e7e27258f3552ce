"""What is intended, asked or ordered: ServiceRequest; what is wished: Goal."""

from mappings.cda.datatypes import attribute
from mappings.cda.to_fhir import clinical_types
from mappings.cda.to_fhir.entries import procedure
from mappings.cda.to_fhir.entries.parts import Parts, parts_of
from mappings.cda.to_fhir.entries.statement import Statement, compact
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import translate

_INTENTS = {"RQO": "order", "APT": "order", "PRP": "proposal", "ARQ": "proposal"}
_CATEGORIES = {
    "encounter": ("http://snomed.info/sct", "308335008", "Patient encounter procedure"),
    "procedure": ("http://snomed.info/sct", "387713003", "Surgical procedure"),
    "observation": ("http://snomed.info/sct", "386053000", "Evaluation procedure"),
}
_TARGETS = (
    "Quantity",
    "Range",
    "CodeableConcept",
    "String",
    "Boolean",
    "Integer",
    "Ratio",
)


def planned(statement: Statement) -> str:
    """Map an act in a mood of intention to a ServiceRequest and return its reference."""
    parts = parts_of(statement)
    notes = parts.notes()
    told = parts.instructions("instruction")
    resource = statement.base("ServiceRequest") | {
        "status": statement.status("ServiceRequest", "unknown"),
        "intent": _INTENTS.get(statement.mood, "plan"),
        "category": _category(statement),
        "priority": translate("priority", _priority(statement)),
        "doNotPerform": True if statement.negated else None,
        "code": _code(statement),
        "subject": statement.scope.subject,
        "encounter": parts.encounter(),
        **statement.when("occurrence"),
        "authoredOn": statement.authored(),
        "requester": statement.person("author"),
        "performer": statement.people("performer"),
        "locationReference": procedure.locations(statement),
        **parts.reasons(),
        "bodySite": statement.concepts("targetSiteCode"),
        "note": notes + _told(statement),
        "patientInstruction": "; ".join(one["text"] for one in told if "text" in one),
    }
    resource["supportingInfo"] = _supporting(parts)
    return statement.keep(resource)


def _code(statement: Statement) -> JsonObject | None:
    words = statement.words()
    return statement.concept("code") or ({"text": words} if words else None)


def _category(statement: Statement) -> list[JsonObject]:
    name = str(statement.element.tag).rpartition("}")[2]
    if name not in _CATEGORIES:
        return []
    system, code, display = _CATEGORIES[name]
    return [{"coding": [{"system": system, "code": code, "display": display}]}]


def _priority(statement: Statement) -> str:
    return attribute(statement.first("priorityCode"), "code")


def _told(statement: Statement) -> list[JsonObject]:
    """Return the value of what is asked (a treatment proposed, a test expected) as notes."""
    found = statement.concepts("value")
    words = (
        one.get("text")
        or next((c.get("display", c["code"]) for c in one["coding"]), "")
        for one in found
    )
    return [{"text": one} for one in words if one]


def _supporting(parts: Parts) -> list[JsonObject]:
    """Return everything else inside the request: FHIR takes any resource here."""
    found = [one.own() for one in parts.left]
    parts.left = []
    return [{"reference": one} for one in found if one]


def goal(statement: Statement) -> str:
    """Map a goal to a Goal and return its reference."""
    parts, scope = parts_of(statement), statement.scope
    time = statement.first("effectiveTime")
    code, words = statement.concept("code"), statement.words()
    begin = clinical_types.start(time, scope)
    end = clinical_types.moment(time, scope, "high")
    called = code or ({"text": words} if words else clinical_types.unstated())
    target = _target(statement, called) | compact({"dueDate": end[:10]})
    status = statement.status("Goal", "active")
    expressed = statement.person("author")
    resource = statement.base("Goal") | {
        "lifecycleStatus": "rejected" if statement.negated else status,
        "description": called,
        "subject": scope.subject,
        "startDate": begin[:10],
        "target": [target] if target else [],
        "expressedBy": expressed,
        "note": parts.notes(),
    }
    resource["addresses"] = _addressed(parts)
    parts.rest()
    return statement.keep(resource)


def _target(statement: Statement, measure: JsonObject) -> JsonObject:
    """Return the measure and its wished value; a value without measure is none (gol-1)."""
    value = statement.first("value")
    found = (
        {} if value is None else clinical_types.value(value, statement.scope, "detail")
    )
    wished = {k: v for k, v in found.items() if k.removeprefix("detail") in _TARGETS}
    return {"measure": measure} | wished if wished else {}


def _addressed(parts: Parts) -> list[JsonObject]:
    return Parts(parts.linked("RSON", "REFR")).members(
        "Condition", "Observation", "MedicationStatement", "ServiceRequest"
    )
