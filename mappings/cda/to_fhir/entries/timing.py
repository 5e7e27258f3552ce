"""When something is taken: IVL_TS, PIVL_TS, EIVL_TS, TS and SXPR_TS to one Timing."""

from mappings.cda.datatypes import attribute, find
from mappings.cda.document import HL7
from mappings.cda.to_fhir import clinical_types, quantities
from mappings.cda.to_fhir.scope import Scope
from mappings.cda.xml import Element
from mappings.submission import JsonObject

_H = f"{{{HL7}}}"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_EVENTS = frozenset(
    "HS WAKE C CM CD CV AC ACM ACD ACV PC PCM PCD PCV".split()  # FHIR R4 EventTiming
)
_MINUTES = {"s": 1 / 60, "min": 1, "h": 60, "d": 1440}


def timing(elements: list[Element], scope: Scope, *, bounds: bool) -> JsonObject | None:
    """Map effectiveTime elements to a Timing, None when they say nothing periodic.

    ``bounds``: an interval limits the repetition (it is the period of use otherwise, and
    told elsewhere).
    """
    answer: JsonObject = {}
    repeat: JsonObject = {}
    for element in _leaves(elements):
        kind = _kind(element)
        if kind == "PIVL_TS":
            repeat |= _periodic(element)
            answer |= _named(element, scope)
        elif kind == "EIVL_TS":
            repeat |= _by_event(element)
        elif bounds or element not in elements:
            _bound(element, scope, answer, repeat)
    return answer | ({"repeat": repeat} if repeat else {}) or None


def use(elements: list[Element], scope: Scope, name: str) -> JsonObject:
    """Map the interval among effectiveTime elements to ``<name>DateTime`` or ``Period``."""
    for element in elements:
        if _kind(element) not in {"PIVL_TS", "EIVL_TS", "SXPR_TS"}:
            found = clinical_types.when(element, scope, name)
            if found:
                return found
    return {}


def _leaves(elements: list[Element]) -> list[Element]:
    """Return the elements, and in place of an expression (SXPR_TS) its components."""
    answer: list[Element] = []
    for element in elements:
        components = element.findall(f"{_H}comp")
        answer += _leaves(components) if components else [element]
    return answer


def _kind(element: Element) -> str:
    kind = attribute(element, _TYPE).rpartition(":")[2]
    if kind:
        return kind
    if find(element, "period") is not None:
        return "PIVL_TS"
    return "EIVL_TS" if find(element, "event") is not None else "IVL_TS"


def _periodic(element: Element) -> JsonObject:
    """Map PIVL_TS: every ``period``; a range of periods is a period and a maximum."""
    period = find(element, "period")
    low, high = find(period, "low"), find(period, "high")
    shortest = _duration(period if low is None else low, "period")
    if not shortest:
        return {}
    answer: JsonObject = {"frequency": 1} | shortest
    longest = quantities.number(attribute(high, "value"))
    same = attribute(high, "unit") == shortest["periodUnit"]
    if same and longest is not None and longest >= shortest["period"]:
        answer["periodMax"] = longest
    return answer | _duration(find(element, "phase", "width"), "duration")


def _duration(element: Element | None, name: str) -> JsonObject:
    """Return ``<name>`` and ``<name>Unit``, in a unit that FHIR knows for times."""
    measure = quantities.duration(element)
    if measure is None or measure["value"] < 0:
        return {}
    return {name: measure["value"], f"{name}Unit": measure["code"]}


def _named(element: Element, scope: Scope) -> JsonObject:
    """Return the words for a frequency as the code of the Timing."""
    for original in element.iter(f"{_H}originalText"):
        words = clinical_types.said(original, scope)
        if words:
            return {"code": {"text": words}}
    return {}


def _by_event(element: Element) -> JsonObject:
    event = attribute(find(element, "event"), "code")
    if event not in _EVENTS:
        return {}
    answer: JsonObject = {"when": [event]}
    width = find(element, "offset", "width")
    width = find(element, "offset", "low") if width is None else width
    amount = quantities.number(attribute(width, "value"))
    factor = _MINUTES.get(attribute(width, "unit"))
    if amount is not None and factor and not event.startswith("C"):
        answer["offset"] = abs(round(amount * factor))
    return answer


def _bound(
    element: Element, scope: Scope, answer: JsonObject, repeat: JsonObject
) -> None:
    """Add an interval: its ends; a length with the moment it begins; one moment."""
    measure = quantities.duration(find(element, "width"))
    if measure is not None and "boundsPeriod" not in repeat:
        repeat["boundsDuration"] = measure
        begin = clinical_types.start(element, scope)
        if begin:
            answer.setdefault("event", []).append(begin)
        return
    found = clinical_types.when(element, scope, "")
    if "Period" in found:
        if "boundsDuration" not in repeat:
            repeat["boundsPeriod"] = found["Period"]
    elif found:
        answer.setdefault("event", []).append(found["DateTime"])
