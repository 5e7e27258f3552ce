"""Problem observations and the acts that follow them: Condition.

A negated problem is ``refuted`` and has no clinical status: it can never be read as an
active one. Whether a problem is active is said by its status observation, else by its
end, else by the concern that follows it; without any of them nothing is claimed.
"""

import re
from itertools import islice

from mappings.cda.datatypes import attribute, find, text
from mappings.cda.document import HL7
from mappings.cda.to_fhir import clinical_types
from mappings.cda.to_fhir.entries import kind
from mappings.cda.to_fhir.entries.parts import Parts, onset_age, parts_of
from mappings.cda.to_fhir.entries.statement import (
    Related,
    Statement,
    compact,
    narrative,
    references,
)
from mappings.cda.to_fhir.tables import codes
from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import translate

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
_H = f"{{{HL7}}}"
_CONCERN = f"{_H}act"
_US_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/condition-category"
_NOTHING = frozenset({"coding", "text"})
_LISTED = "problem-list-item"
_CELL = f"{_H}td"
_CELLS_AT_MOST = 20
_DATE = re.compile(r"[0-9 :./-]*")


def condition(statement: Statement) -> str:
    """Map a problem observation to a Condition and return its reference."""
    parts = parts_of(statement)
    time = statement.first("effectiveTime")
    resource = statement.base("Condition") | {
        **_status(statement, parts, time),
        "category": _category(statement),
        "severity": parts.concept("severity"),
        "code": _code(statement),
        "bodySite": statement.concepts("targetSiteCode"),
        "subject": statement.scope.subject,
        "encounter": parts.encounter(),
        **_dates(statement, parts, time),
        "recordedDate": statement.authored() or concern_date(statement),
        "recorder": statement.person("author"),
        "asserter": statement.person("informant", "performer"),
        "evidence": _evidence(parts),
        "note": parts.notes(),
    }
    if not _over(resource):
        resource["abatementDateTime"] = None  # con-4: who says it goes on is believed
    parts.rest()
    told = {"evidence", "note", "text"} & compact(resource).keys()
    if _NOTHING.isdisjoint(resource["code"]) and not told:
        return ""
    return statement.keep(resource)


def _over(resource: JsonObject) -> bool:
    status = resource.get("clinicalStatus") or {"coding": [{"code": ""}]}
    return status["coding"][0]["code"] in {"inactive", "remission", "resolved"}


def _code(statement: Statement) -> JsonObject:
    """Return what the problem is: the value, several of them together, else words."""
    found = statement.concepts("value")
    if not found:
        words = statement.words()
        return {"text": words} if words else clinical_types.unstated()
    codings = [coding for one in found for coding in one.get("coding", [])]
    text = next((one["text"] for one in found if one.get("text")), "")
    return {k: v for k, v in (("coding", codings), ("text", text)) if v}


def _status(statement: Statement, parts: Parts, time: Element | None) -> JsonObject:
    certainty = known_status(parts.concept("certainty"), VERIFICATION)
    said = known_status(parts.concept("status"), CLINICAL)
    if statement.negated:
        return {"verificationStatus": _coded(VERIFICATION, "refuted")}
    code = said or _by_end(statement, time)
    answer = {"clinicalStatus": _coded(CLINICAL, code)} if code else {}
    if certainty:
        answer["verificationStatus"] = _coded(VERIFICATION, certainty)
    return answer


def _by_end(statement: Statement, time: Element | None) -> str:
    """Tell whether a problem is over by its end, else by the concern that follows it.

    An end at an unknown date means over (C-CDA R2.1, IHE PCC), but senders write it for
    every problem: a concern that is still active outweighs it.
    """
    high, concern_says = find(time, "high"), followed(statement)
    if attribute(high, "value"):
        return "resolved"
    if attribute(high, "nullFlavor") == "UNK" and concern_says != "active":
        return "resolved"
    return concern_says


def known_status(said: JsonObject | None, system: str) -> str:
    """Return the FHIR code that a status or certainty means, empty when it means none."""
    for coding in (said or {}).get("coding", []):
        if coding.get("system") == system:
            return str(coding["code"]) if coding["code"] in codes(system) else ""
        named = f"{coding.get('system', '')}|{coding['code']}"
        found = translate("problem-status", named)
        if found in codes(system):
            return found
    return ""


def _coded(system: str, code: str) -> JsonObject:
    return {"coding": [{"system": system, "code": code}]}


def _category(statement: Statement) -> list[JsonObject]:
    """Return the list a problem stands on, and the kind of finding it is called."""
    answer = []
    concern = _concern(statement)
    if concern is not None and not statement.negated:
        listed = kind.of(concern, statement.section).category
        answer += [_coded(CATEGORY, listed)] if listed else []
    called = None
    if attribute(statement.first("code"), "code") != "ASSERTION":
        called = statement.concept("code")
    return answer + ([called] if called else [])


def _concern(statement: Statement) -> Element | None:
    holder = statement.element.getparent()
    above = None if holder is None else holder.getparent()
    return above if above is not None and above.tag == _CONCERN else None


def followed(statement: Statement) -> str:
    """Return the clinical status that the concern around a problem gives it."""
    concern = _concern(statement)
    if concern is None or kind.of(concern, statement.section).category != _LISTED:
        return ""
    code = attribute(find(concern, "statusCode"), "code")
    return translate("act-status", f"Condition/{code}")


def concern_date(statement: Statement) -> str:
    """Return when the concern was written down, or began to be followed."""
    concern = _concern(statement)
    scope = statement.scope
    written = clinical_types.start(find(concern, "author", "time"), scope)
    return written or clinical_types.start(find(concern, "effectiveTime"), scope)


def _dates(statement: Statement, parts: Parts, time: Element | None) -> JsonObject:
    """Return onset and abatement; an age at onset only where no date says it."""
    onset = clinical_types.start(time, statement.scope)
    onset = onset or clinical_types.moment(time, statement.scope, "center")
    end = clinical_types.moment(time, statement.scope, "high")
    ages = [onset_age(one.statement) for one in parts.take("age")]
    answer: JsonObject = {"onsetDateTime": onset} if onset else {}
    age = next((one for one in ages if one), None)
    if age and not onset:
        answer["onsetAge"] = age
    return answer | (
        {"abatementDateTime": end} if end and not statement.negated else {}
    )


def _evidence(parts: Parts) -> list[JsonObject]:
    """Return what supports the problem: its manifestations, observations, reasons."""
    found = references([one.own() for one in parts.where(_supports)])
    return [{"detail": found}] if found else []


def _supports(one: Related) -> bool:
    if one.link == "REFR":
        return one.kind == "observation"
    return one.link in {"MFST", "SPRT", "RSON"}


def concern(statement: Statement) -> str:
    """Map an act that follows problems or allergies: each of them, by its own kind.

    The act itself is no resource: its status and dates go to what it follows. One that
    follows nothing but says something (health concerns of C-CDA) is a Condition.
    """
    parts = parts_of(statement)
    notes = parts.notes()
    made = [one.own() for one in parts.left]
    first = next((one for one in made if one), "")
    return first or _worded(statement, notes)


def _worded(statement: Statement, notes: list[JsonObject]) -> str:
    words = _beside_date(statement)
    if not words or statement.negated:
        return ""
    status = statement.status("Condition", "")
    onset = clinical_types.start(statement.first("effectiveTime"), statement.scope)
    concern_category = {"coding": [{"system": _US_CATEGORY, "code": "health-concern"}]}
    resource = statement.base("Condition") | {
        "text": narrative(words),
        "clinicalStatus": _coded(CLINICAL, status) if status else None,
        "category": [concern_category],
        "code": {"text": words},
        "subject": statement.scope.subject,
        "onsetDateTime": onset,
        "recordedDate": statement.authored(),
        "recorder": statement.person("author"),
        "note": notes,
    }
    return statement.keep(resource)


def _beside_date(statement: Statement) -> str:
    """Return the words of a concern; where its text points to the date, those beside it.

    Some senders refer to the first cell of the row, which says when and not what.
    """
    words = statement.words()
    cell = statement.scope.target(statement.first("text", "reference"))
    row = None if cell is None or cell.tag != _CELL else cell.getparent()
    if row is None or not _DATE.fullmatch(words):
        return words
    beside = (text(one) for one in islice(row, _CELLS_AT_MOST) if one is not cell)
    return " ".join(one for one in beside if one) or words
