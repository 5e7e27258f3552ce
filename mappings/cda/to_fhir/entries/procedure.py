"""Procedures that happened, acts that are none of the other kinds, and places."""

from mappings.cda.datatypes import as_fhir, attribute, find, identifier, text
from mappings.cda.document import HL7
from mappings.cda.to_fhir import clinical_types
from mappings.cda.to_fhir.entries import device
from mappings.cda.to_fhir.entries.parts import Parts, parts_of
from mappings.cda.to_fhir.entries.statement import Statement, compact
from mappings.cda.to_fhir.names import reachable
from mappings.cda.to_fhir.scope import Scope
from mappings.cda.xml import Element
from mappings.submission import JsonObject

_H = f"{{{HL7}}}"
_METHOD = f"{clinical_types.EXTENSION}/procedure-method"
_PLACES = frozenset({"LOC", "DST"})


def procedure(statement: Statement) -> str:
    """Map a procedure to a Procedure and return its reference."""
    parts, scope = parts_of(statement), statement.scope
    method = statement.concept("methodCode")
    notes = parts.notes()
    resource = statement.base("Procedure") | {
        "extension": [{"url": _METHOD, "valueCodeableConcept": method}]
        if method
        else [],
        "status": _status(statement),
        "code": _code(statement),
        "subject": scope.subject,
        "encounter": parts.encounter(),
        **statement.when("performed"),
        "recorder": statement.person("author"),
        "asserter": statement.person("informant"),
        "performer": [
            {"actor": one}
            for one in (
                *statement.people("performer"),
                *statement.participants("RESP", "PRF", "PPRF", "SPRF", "VRF"),
            )
        ],
        "location": location(statement),
        **parts.reasons(),
        "bodySite": statement.concepts("targetSiteCode"),
        "focalDevice": [{"manipulated": one} for one in device.devices(statement)],
        "outcome": statement.concept("value"),
        "note": notes,
    }
    resource["report"] = _reported(parts)
    parts.rest()
    return statement.keep(resource)


def _status(statement: Statement) -> str:
    if statement.negated:
        return "not-done"
    return statement.status("Procedure", "unknown")


def _code(statement: Statement) -> JsonObject | None:
    words = statement.words()
    return statement.concept("code") or ({"text": words} if words else None)


def _reported(parts: Parts) -> list[JsonObject]:
    """Return the documents and reports that tell of a procedure."""
    return Parts(parts.take("document-pointer", "report")).members(
        "DiagnosticReport", "DocumentReference", "Composition"
    )


def act(statement: Statement) -> str:
    """Map an act of no known kind: what it holds, or a Procedure when it says what it is.

    An act without a code is a wrapper; so is one that only groups statements.
    """
    if statement.concept("code") is None:
        return wrapper(statement)
    return procedure(statement)


def wrapper(statement: Statement) -> str:
    """Map the statements inside an act that says nothing by itself."""
    made = [one.own() for one in statement.related()]
    return next((one for one in made if one), "")


def location(statement: Statement) -> JsonObject | None:
    """Return a Reference to the place where a statement happened."""
    return next(iter(locations(statement)), None)


def locations(statement: Statement) -> list[JsonObject]:
    """Return a Reference to each place that takes part in a statement."""
    found = []
    for participant in statement.all("participant"):
        role = find(participant, "participantRole")
        if attribute(participant, "typeCode") in _PLACES and role is not None:
            found.append(_location(role, statement.scope))
    return [{"reference": one} for one in found if one]


def _location(role: Element, scope: Scope) -> str:
    reach = reachable(role)
    kind = clinical_types.concept(find(role, "code"), scope)
    numbers = [identifier(one) for one in role.findall(f"{_H}id")]
    said = compact(
        {
            "identifier": [as_fhir(one) for one in numbers if one is not None],
            "name": text(find(role, "playingEntity", "name")),
            "type": [kind] if kind else [],
            "telecom": reach.get("telecom"),
            "address": next(iter(reach.get("address", [])), None),
        }
    )
    return scope.add({"resourceType": "Location", **said}, role) if said else ""
