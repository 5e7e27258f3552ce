"""What was examined: Specimen, from a specimen participation or its collection."""

from mappings.cda.datatypes import as_fhir, attribute, find, identifier, text
from mappings.cda.document import HL7
from mappings.cda.to_fhir import clinical_types
from mappings.cda.to_fhir.entries.parts import Parts, parts_of
from mappings.cda.to_fhir.entries.statement import Statement, compact
from mappings.cda.to_fhir.scope import Scope
from mappings.cda.xml import Element
from mappings.submission import JsonObject

_H = f"{{{HL7}}}"


def specimen_of(statement: Statement) -> JsonObject | None:
    """Return a Reference to the specimen of a statement, made of its participation."""
    role = statement.first("specimen", "specimenRole")
    said = described(role, "specimenPlayingEntity", statement.scope)
    if role is None or not said:
        return None
    resource = {"resourceType": "Specimen", "subject": statement.scope.subject, **said}
    return {"reference": statement.scope.add(resource, role)}


def described(role: Element | None, entity: str, scope: Scope) -> JsonObject:
    """Return identifiers and type of a specimen, as far as its role says them."""
    if role is None:
        return {}
    playing = find(role, entity)
    kind = clinical_types.concept(find(playing, "code"), scope)
    named = text(find(playing, "name")) or text(find(playing, "desc"))
    numbers = [identifier(one) for one in role.findall(f"{_H}id")]
    return compact(
        {
            "identifier": [as_fhir(one) for one in numbers if one is not None],
            "type": kind or ({"text": named} if named else None),
        }
    )


def collected(parts: Parts) -> JsonObject | None:
    """Take the collections among some parts; a Reference to the first specimen."""
    made = [collection(one.statement) for one in parts.take("specimen-collection")]
    return next(({"reference": one} for one in made if one), None)


def collection(statement: Statement) -> str:
    """Map the procedure that took a specimen to a Specimen and return its reference."""
    parts, scope = parts_of(statement), statement.scope
    time = statement.first("effectiveTime")
    when = clinical_types.when(time, scope, "collected")
    period = when.get("collectedPeriod", {})
    if period.keys() == {"end"}:
        when = {"collectedDateTime": period["end"]}
    product = next(
        (p for p in statement.all("participant") if attribute(p, "typeCode") == "PRD"),
        None,
    )
    role = find(product, "participantRole")
    said = described(role, "playingEntity", scope) or described(
        statement.first("specimen", "specimenRole"), "specimenPlayingEntity", scope
    )
    resource = statement.base("Specimen") | said
    resource |= {
        "subject": scope.subject,
        "receivedTime": _received(parts, scope),
        "collection": compact(
            {
                "collector": statement.person("performer"),
                **when,
                "method": statement.concept("code"),
                "bodySite": statement.concept("targetSiteCode"),
            }
        ),
        "note": parts.notes(),
    }
    parts.rest()
    return statement.keep(resource)


def _received(parts: Parts, scope: Scope) -> str:
    times = (
        one.statement.first("effectiveTime") for one in parts.take("specimen-received")
    )
    found = (clinical_types.start(one, scope) for one in times)
    return next((one for one in found if one), "")
