"""Allergy and intolerance observations: AllergyIntolerance.

No known allergy is said by a code, and a negated allergy is ``refuted`` and inactive:
neither can be read as an allergy that somebody has.
"""

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from mappings.cda.datatypes import attribute, find, text
from mappings.cda.to_fhir import clinical_types
from mappings.cda.to_fhir.entries import condition
from mappings.cda.to_fhir.entries.parts import Parts, parts_of
from mappings.cda.to_fhir.entries.statement import Statement, compact
from mappings.cda.to_fhir.tables import Row, table
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import translate

if TYPE_CHECKING:
    from collections.abc import Mapping

CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
SNOMED = "http://snomed.info/sct"
_UNSAID: Row = {
    "type": "",
    "category": "",
    "none_known": "716186003",
    "display": "No known allergy",
}


@cache
def _kinds() -> "Mapping[str, Row]":
    return MappingProxyType({row["token"]: row for row in table("allergy_kinds")})


def allergy(statement: Statement) -> str:
    """Map an allergy or intolerance observation and return its reference."""
    parts, kind = parts_of(statement), _kind(statement)
    substance = _substance(statement)
    nothing = statement.negated and not substance
    resource = statement.base("AllergyIntolerance") | {
        **_status(statement, parts, refuted=statement.negated and not nothing),
        "type": kind["type"],
        "category": [kind["category"]] if kind["category"] else [],
        "criticality": translated(parts.concept("criticality"), "criticality"),
        "code": _none_known(kind) if nothing else substance or _worded(statement),
        "patient": statement.scope.subject,
        "encounter": parts.encounter(),
        **_onset(statement),
        "recordedDate": statement.authored() or condition.concern_date(statement),
        "recorder": statement.person("author"),
        "asserter": statement.person("informant"),
        "note": parts.notes() + _effect(statement, substance),
        "reaction": _reactions(parts),
    }
    parts.rest()
    return statement.keep(resource)


def _kind(statement: Statement) -> Row:
    """Return type and category: C-CDA says them in the value, CI-SIS in the code."""
    for element in (statement.first("value"), statement.first("code")):
        for one in clinical_types.tokens(element):
            found = _kinds().get(one)
            if found and (found["type"] or found["category"]):
                return found
    return _UNSAID


def _substance(statement: Statement) -> JsonObject | None:
    """Return what somebody is allergic to: the agent, else a value that is no type."""
    for participant in statement.all("participant"):
        if attribute(participant, "typeCode") in {"CSM", "IND", "CAGNT", ""}:
            entity = find(participant, "participantRole", "playingEntity")
            found = clinical_types.concept(find(entity, "code"), statement.scope)
            named = text(find(entity, "name"))
            if found:
                return (
                    found if "text" in found or not named else found | {"text": named}
                )
            if named:
                return {"text": named}
    value = statement.first("value")
    if any(one in _kinds() for one in clinical_types.tokens(value)):
        return None
    return clinical_types.concept(value, statement.scope)


def _effect(statement: Statement, substance: JsonObject | None) -> list[JsonObject]:
    """Return as a note a value that is neither the kind nor the agent.

    CI-SIS tells there the effect, IHE PCC the allergy as a whole.
    """
    value = statement.first("value")
    found = clinical_types.concept(value, statement.scope)
    known = any(one in _kinds() for one in clinical_types.tokens(value))
    if not found or known or found == substance:
        return []
    words = found.get("text") or found["coding"][0].get("display", "")
    return [{"text": words}] if words else []


def _worded(statement: Statement) -> JsonObject:
    """Return the words of the entry, or else the kind of allergy, for want of a substance."""
    words = statement.words()
    if words:
        return {"text": words}
    kind = statement.concept("value") or statement.concept("code")
    return kind or clinical_types.unstated()


def _none_known(kind: Row) -> JsonObject:
    coding = {"system": SNOMED, "code": kind["none_known"], "display": kind["display"]}
    return {"coding": [coding]}


def _status(statement: Statement, parts: Parts, *, refuted: bool) -> JsonObject:
    """FHIR demands a clinical status (ait-1): a refuted allergy is inactive."""
    said = translated(parts.concept("status"), "allergy-status")
    sure = condition.known_status(parts.concept("certainty"), condition.VERIFICATION)
    if refuted:
        said, sure = "inactive", "refuted"
    ended = attribute(find(statement.first("effectiveTime"), "high"), "value")
    said = said or ("resolved" if ended else condition.followed(statement)) or "active"
    sure = sure if sure in {"unconfirmed", "confirmed", "refuted"} else ""
    return {
        "clinicalStatus": {"coding": [{"system": CLINICAL, "code": said}]},
        "verificationStatus": (
            {"coding": [{"system": VERIFICATION, "code": sure}]} if sure else None
        ),
    }


def translated(said: JsonObject | None, table_name: str) -> str:
    """Return the FHIR code for the first coding that a concept map knows."""
    for coding in (said or {}).get("coding", []):
        named = f"{coding.get('system', '')}|{coding['code']}"
        found = translate(table_name, named)
        if found:
            return found
    return ""


def _onset(statement: Statement) -> JsonObject:
    onset = clinical_types.start(statement.first("effectiveTime"), statement.scope)
    return {"onsetDateTime": onset} if onset else {}


def _reactions(parts: Parts) -> list[JsonObject]:
    """Return the reactions; a severity said of the allergy is that of its reactions.

    A severity without reaction is no field of FHIR R4 and is told as lost.
    """
    overall = translated(parts.concept("severity"), "reaction-severity")
    taken = parts.linked("MFST") + parts.take("reaction")
    found = [one for one in (_reaction(item.statement) for item in taken) if one]
    return [
        one if "severity" in one else compact(one | {"severity": overall})
        for one in found
    ]


def _reaction(statement: Statement) -> JsonObject | None:
    """Map a reaction; one that is negated did not happen, and is told as lost."""
    if statement.negated:
        statement.scope.lost(statement.element, "negated-part")
        return None
    parts = parts_of(statement)
    manifestation = statement.concept("value")
    words = statement.words()
    onset = clinical_types.start(statement.first("effectiveTime"), statement.scope)
    reaction = {
        "manifestation": [
            manifestation or ({"text": words} if words else clinical_types.unstated())
        ],
        "description": words,
        "onset": onset,
        "severity": translated(parts.concept("severity"), "reaction-severity"),
        "note": parts.notes(),
    }
    parts.rest()
    return compact(reaction) if manifestation or words else None
