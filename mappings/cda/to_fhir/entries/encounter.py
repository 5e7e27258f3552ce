"""Encounters that happened, with who was met, where, and what was found."""

from mappings.cda.document import HL7
from mappings.cda.to_fhir import clinical_types
from mappings.cda.to_fhir.encounter import encounter_class
from mappings.cda.to_fhir.entries import procedure
from mappings.cda.to_fhir.entries.parts import Parts, parts_of
from mappings.cda.to_fhir.entries.statement import Related, Statement
from mappings.submission import JsonObject

_H = f"{{{HL7}}}"
_LINKED = frozenset({"concern", "condition"})


def encounter(statement: Statement) -> str:
    """Map an encounter to an Encounter and return its reference."""
    parts, scope = parts_of(statement), statement.scope
    period = clinical_types.period(statement.first("effectiveTime"), scope)
    kind = statement.concept("code")
    words = statement.words()
    leaving = statement.first("sdtc:dischargeDispositionCode")
    discharge = clinical_types.concept(leaving, scope)
    resource = statement.base("Encounter") | {
        "status": _status(statement, period),
        "class": _class(statement),
        "type": [kind] if kind else ([{"text": words}] if words else []),
        "priority": statement.concept("priorityCode"),
        "subject": scope.subject,
        "participant": [
            {"individual": one} for one in statement.people("performer", "informant")
        ],
        "period": period,
        **_reasons(parts),
        "diagnosis": _diagnoses(parts),
        "hospitalization": {"dischargeDisposition": discharge} if discharge else None,
        "location": [{"location": one} for one in procedure.locations(statement)],
    }
    parts.rest()
    return statement.keep(resource)


def _status(statement: Statement, period: JsonObject | None) -> str:
    """Return the status; an encounter that happened is over once its end is known."""
    if statement.negated:
        return "cancelled"
    ended = "finished" if period and "end" in period else "unknown"
    return statement.status("Encounter", ended)


def _class(statement: Statement) -> JsonObject:
    """Return the class from the code or a translation of it; FHIR demands one."""
    code = statement.first("code")
    every = [] if code is None else [code, *code.iter(f"{_H}translation")]
    found = (encounter_class(one) for one in every)
    return next((one for one in found if "code" in one), encounter_class(code))


def _reasons(parts: Parts) -> JsonObject:
    """Return why: a diagnosis inside the encounter is one of its own, no reason."""
    kept = parts.take(*_LINKED)
    found = parts.reasons()
    parts.left += kept
    return found


def _diagnoses(parts: Parts) -> list[JsonObject]:
    """Return the conditions found: each becomes a Condition that the encounter names."""
    found = [inner for one in parts.take(*_LINKED) for inner in _inside(one)]
    return [{"condition": one} for one in Parts(found).members("Condition")]


def _inside(one: Related) -> list[Related]:
    """Return the problems of a diagnosis act, or the problem itself."""
    if one.kind == "condition":
        return [one]
    parts = parts_of(one.statement)
    parts.notes()
    return parts.left
