"""Who pays: Coverage, one for each policy."""

from mappings.cda.datatypes import attribute, find
from mappings.cda.to_fhir import clinical_types
from mappings.cda.to_fhir.entries.parts import parts_of
from mappings.cda.to_fhir.entries.procedure import wrapper
from mappings.cda.to_fhir.entries.statement import Statement
from mappings.cda.xml import Element
from mappings.submission import JsonObject

_HOLDER, _COVERED = "HLD", "COV"


def coverage(statement: Statement) -> str:
    """Map the act that holds policies: each of them; the order is their sequence."""
    return wrapper(statement)


def policy(statement: Statement) -> str:
    """Map a policy to a Coverage and return its reference."""
    parts, scope = parts_of(statement), statement.scope
    kind = statement.concept("code")
    covered, holder = _party(statement, _COVERED), _party(statement, _HOLDER)
    payors = statement.people("performer")
    relation = clinical_types.concept(find(covered, "code"), scope)
    number = attribute(find(covered, "id"), "extension")
    resource = statement.base("Coverage") | {
        "status": statement.status("Coverage", "active"),
        "type": kind,
        "policyHolder": None if holder is None else scope.person(holder),
        "subscriberId": attribute(find(holder, "id"), "extension"),
        "beneficiary": scope.subject,
        "dependent": number,
        "relationship": relation,
        "period": clinical_types.period(statement.first("effectiveTime"), scope)
        or clinical_types.period(_time(statement), scope),
        "payor": payors or [_unnamed(statement)],
    }
    parts.rest()
    return statement.keep(resource)


def _party(statement: Statement, kind: str) -> Element | None:
    for participant in statement.all("participant"):
        if attribute(participant, "typeCode") == kind:
            return find(participant, "participantRole")
    return None


def _time(statement: Statement) -> Element | None:
    for participant in statement.all("participant"):
        if attribute(participant, "typeCode") == _COVERED:
            return find(participant, "time")
    return None


def _unnamed(statement: Statement) -> JsonObject:
    """Return the payor FHIR demands where the document names none."""
    return clinical_types.unstated(statement.first("performer"))
