"""HL7 v3 data types of clinical statements to FHIR: CD, ED, TS, IVL_TS, and any value.

Each answers None (or an empty object) for what is absent, null or malformed. The types
of one quantity or more are in :mod:`mappings.cda.to_fhir.quantities`.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mappings.cda import datatypes
from mappings.cda.datatypes import attribute, find
from mappings.cda.document import HL7
from mappings.cda.to_fhir import quantities
from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.terminology import uri
from mappings.terminology.concept_maps import translate
from mappings.terminology.systems import named

if TYPE_CHECKING:
    from mappings.cda.to_fhir.scope import Scope

EXTENSION = "http://hl7.org/fhir/StructureDefinition"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
LONG_TEXT = 500
"""A longer original text beside a code is a whole section: it says nothing precise."""

_SNOMED = "http://snomed.info/sct"
_LATERALITY = "272741003"
_H = f"{{{HL7}}}"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_ABSOLUTE = re.compile(r"(?:urn:|https?://)\S+")
_INTEGER = re.compile(r"[+-]?\d{1,9}")
_CODED = frozenset({"CD", "CE", "CO", "CS", "CV", "SC"})
_TIMES = frozenset({"TS", "IVL_TS", "PIVL_TS", "EIVL_TS", "SXPR_TS"})


def said(element: Element | None, scope: "Scope") -> str:
    """Return the words of an ED or ST: its own, else those its reference points to."""
    own = datatypes.text(element)
    return own or scope.narrative(find(element, "reference"))


def concept(element: Element | None, scope: "Scope") -> JsonObject | None:
    """Map CD to a CodeableConcept: the code, every translation, the original text."""
    if element is None:
        return None
    if not len(element):  # most codes: nothing but attributes
        own = coding(element)
        named = _one_line(attribute(element, "displayName"))
        return {"coding": [own]} if own else ({"text": named} if named else None)
    every = (element, *element.iter(f"{_H}translation"))
    codings = once(one for one in map(coding, every) if one)
    codings += _sides(element, codings)
    words = _original(element, scope)
    if codings and len(words) > LONG_TEXT:
        words = ""
    answer: JsonObject = {"coding": codings} if codings else {}
    named = _one_line(attribute(element, "displayName"))
    words = _qualified(element, words, named) or words or ("" if codings else named)
    return answer | ({"text": words} if words else {}) or None


def _qualified(element: Element, words: str, named: str) -> str:
    """Return the words of a code with what qualifies it (*probable*, *left*), or nothing.

    FHIR has no qualifier beside a code: whoever reads must not miss it.
    """
    said = []
    for qualifier in element.findall(f"{_H}qualifier"):
        name = _one_line(attribute(find(qualifier, "name"), "displayName"))
        value = _one_line(attribute(find(qualifier, "value"), "displayName"))
        if (value or name) and (value or name) not in words:
            said.append(" : ".join(one for one in (name, value) if one))
    whole = words or named
    return f"{whole} ({', '.join(said)})" if said and whole else ""


def once(codings: Iterable[JsonObject]) -> list[JsonObject]:
    """Return codings, each once, in their order; in time that grows with their number."""
    return list({tuple(sorted(one.items())): one for one in codings}.values())


def _sides(element: Element, codings: list[JsonObject]) -> list[JsonObject]:
    """Return a site with its side, as an expression of SNOMED CT (postcoordination).

    Any other qualifier is kept in words only.
    """
    sites = [one["code"] for one in codings if one.get("system") == _SNOMED]
    sides = (
        translate("laterality", token(find(one, "value")))
        for one in element.findall(f"{_H}qualifier")
    )
    side = next((one for one in sides if one), "")
    if not (side and sites):
        return []
    expression = f"{sites[0]}:{_LATERALITY}={side}"
    return [{"system": _SNOMED, "code": expression}]


def _original(element: Element, scope: "Scope") -> str:
    for one in element.iter(f"{_H}originalText"):
        words = said(one, scope)
        if words:
            return words
    return ""


def coding(element: Element) -> JsonObject | None:
    """Map the code of one CD, without its translations."""
    code = _one_line(attribute(element, "code"))
    if not code:
        return None
    parts = {
        "system": system(element),
        "version": attribute(element, "codeSystemVersion"),
        "code": code,
        "display": _one_line(attribute(element, "displayName")),
    }
    return {name: value for name, value in parts.items() if value}


def coding_of(element: Element | None) -> JsonObject | None:
    """Map the code of a CD that may be absent."""
    return None if element is None else coding(element)


def system(element: Element) -> str:
    """Return the URI of the code system of a CD; empty when it has none that is one."""
    own = uri(attribute(element, "codeSystem"))
    own = own or named(attribute(element, "codeSystemName"))
    return own if _ABSOLUTE.fullmatch(own) else ""


def token(element: Element | None) -> str:
    """Return ``system|code`` of a CD, the key of our tables; empty without a code."""
    found = coding_of(element)
    return "" if found is None else f"{found.get('system', '')}|{found['code']}"


def tokens(element: Element | None) -> list[str]:
    """Return ``system|code`` of a CD and of each translation."""
    if element is None:
        return []
    every = (element, *element.iter(f"{_H}translation")) if len(element) else (element,)
    return [one for one in map(token, every) if one]


def when(element: Element | None, scope: "Scope", name: str) -> JsonObject:
    """Map TS or IVL_TS to ``<name>DateTime`` or ``<name>Period``; empty without a date."""
    if element is None:
        return {}
    low, high = _moment(element, "low", scope), _moment(element, "high", scope)
    single = _time(element, scope) or _moment(element, "center", scope)
    if single or (low and low == high):
        return {f"{name}DateTime": single or low}
    if low and high and low[:10] > high[:10] and not low.startswith(high):
        scope.lost(element, "malformed")  # FHIR per-1: no period ends before it starts
        high = ""
    period = {key: at for key, at in (("start", low), ("end", high)) if at}
    return {f"{name}Period": period} if period else {}


def period(element: Element | None, scope: "Scope") -> JsonObject | None:
    """Map IVL_TS, or a lone TS taken as both ends, to a Period."""
    found = when(element, scope, "")
    if "DateTime" in found:
        return {"start": found["DateTime"], "end": found["DateTime"]}
    answer: JsonObject | None = found.get("Period")
    return answer


def moment(element: Element | None, scope: "Scope", *path: str) -> str:
    """Return the dateTime at ``path``, of the element itself without one, or nothing."""
    target = find(element, *path)
    return "" if target is None else _time(target, scope)


def start(element: Element | None, scope: "Scope") -> str:
    """Return the dateTime of a TS, or the lower bound of an IVL_TS."""
    return moment(element, scope) or moment(element, scope, "low")


def _moment(element: Element, bound: str, scope: "Scope") -> str:
    return moment(element, scope, bound)


def _time(element: Element, scope: "Scope") -> str:
    value = attribute(element, "value")
    answer = datatypes.date_time(value)
    if value and not answer:
        scope.lost(element, "malformed")
    elif len(value) > len("20260101") and "T" not in answer:
        scope.lost(element, "time-without-zone")
    return answer


def absent(element: Element | None, default: str = "unknown") -> JsonObject:
    """Return the data-absent-reason that a nullFlavor means, as a CodeableConcept."""
    flavor = attribute(element, "nullFlavor")
    code = translate("null-flavor", flavor) or default
    return {"coding": [{"system": ABSENT, "code": code}]}


def unstated(element: Element | None = None) -> JsonObject:
    """Return an element that says why it is empty: an extension in place of a value."""
    code = absent(element)["coding"][0]["code"]
    return {
        "extension": [{"url": f"{EXTENSION}/data-absent-reason", "valueCode": code}]
    }


def required(element: Element | None, scope: "Scope", words: str = "") -> JsonObject:
    """Map CD to a CodeableConcept that FHIR demands: text, or why there is none."""
    found = concept(element, scope)
    return found or ({"text": words} if words else unstated(element))


def value(element: Element, scope: "Scope", name: str = "value") -> JsonObject:
    """Map any CDA value to ``value[x]``; empty when it states nothing that fits."""
    kind = _kind(element)
    if kind in _CODED:
        found = concept(element, scope)
        return {f"{name}CodeableConcept": found} if found else {}
    if kind in _TIMES:
        return when(element, scope, name)
    if kind in {"BL", "BN"}:
        stated = attribute(element, "value")
        return {f"{name}Boolean": stated == "true"} if stated else {}
    if kind == "INT" and _INTEGER.fullmatch(attribute(element, "value")):
        return {f"{name}Integer": int(attribute(element, "value"))}
    return quantities.value(element, kind, name) or _words(element, scope, name)


def _words(element: Element, scope: "Scope", name: str) -> JsonObject:
    """Keep as text what is no value of its type (``<value xsi:type="PQ" value="neg"/>``)."""
    if attribute(element, "representation").upper() == "B64":
        scope.lost(element, "encapsulated")
        return {}
    written = (attribute(element, "value"), attribute(element, "unit"))
    words = said(element, scope) or " ".join(one for one in written if one)
    words = words or _one_line(attribute(element, "extension"))
    return {f"{name}String": words} if words else {}


def _kind(element: Element) -> str:
    """Return the type of a value: what xsi:type says, else what it looks like."""
    kind = attribute(element, _TYPE).rpartition(":")[2]
    if kind:
        return kind
    if attribute(element, "code") or attribute(element, "displayName"):
        return "CD"
    return "PQ" if attribute(element, "value") else "ST"


def _one_line(words: str) -> str:
    return " ".join(words.split())
