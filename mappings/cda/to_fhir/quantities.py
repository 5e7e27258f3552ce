"""Measures: PQ, IVL_PQ, RTO, INT and REAL to Quantity, Range and Ratio, units in UCUM."""

import re
from typing import Any

from mappings.cda.datatypes import attribute, find
from mappings.cda.document import HL7
from mappings.cda.to_fhir import units
from mappings.cda.xml import Element
from mappings.fhir.numbers import WrittenDecimal
from mappings.submission import JsonObject

_H = f"{{{HL7}}}"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/iso21090-PQ-translation"
_TIMES = frozenset({"s", "min", "h", "d", "wk", "mo", "a"})
_NUMBER = re.compile(
    r"(?P<comparator><=|>=|<|>)?\s*\+?(?P<sign>-?)0*(?P<whole>\d{1,18})"
    r"(?:[.,](?P<part>\d{1,18}))?(?P<power>[eE][+-]?\d{1,2})?"
)


def value(element: Element, kind: str, name: str) -> JsonObject:
    """Map a value of a numeric type to ``<name>Quantity``, ``Range`` or ``Ratio``."""
    if kind.startswith("RTO"):
        found = ratio(element)
        return {f"{name}Ratio": found} if found else {}
    if kind.startswith("IVL_") or find(element, "low") is not None:
        return interval(element, name)
    if kind in {"PQ", "INT", "REAL", "MO"}:
        single = quantity(element)
        return {f"{name}Quantity": single} if single else {}
    return {}


def number(text: str) -> Any:  # noqa: ANN401 - JSON numbers: int or WrittenDecimal
    """Return a JSON number as precise as it was written, None when it is none."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None or found["comparator"]:
        return None
    return _number(found)


def _number(found: re.Match[str]) -> Any:  # noqa: ANN401 - see number
    written = found["sign"] + found["whole"]
    if not (found["part"] or found["power"]):
        return int(written)
    part = f".{found['part']}" if found["part"] else ""
    return WrittenDecimal(written + part + (found["power"] or ""))


def quantity(element: Element | None) -> JsonObject | None:
    """Map PQ, INT or REAL; ``<5`` gives a comparator, a value that is no number None."""
    found = _NUMBER.fullmatch(attribute(element, "value"))
    if element is None or found is None:
        return None
    answer: JsonObject = {"value": _number(found)}
    if found["comparator"]:
        answer["comparator"] = found["comparator"]
    answer |= units.unit(attribute(element, "unit"))
    others = [
        one for one in map(_translation, _children(element, "translation")) if one
    ]
    if others:
        answer["extension"] = [
            {"url": _TRANSLATION, "valueQuantity": one} for one in others
        ]
    return answer


def _translation(element: Element) -> JsonObject | None:
    """Map a PQR: the same measure in another unit, named by ``code`` (or ``unit``)."""
    worth = number(attribute(element, "value"))
    if worth is None:
        return None
    written = attribute(element, "code") or attribute(element, "unit")
    return {"value": worth} | units.unit(written)


def interval(element: Element, name: str) -> JsonObject:
    """Map IVL_PQ: a Range; with one bound only, a Quantity with a comparator."""
    low, high = find(element, "low"), find(element, "high")
    below, above = quantity(low), quantity(high)
    centre = quantity(find(element, "center")) or quantity(element)
    if below and above:
        ends = {"low": _simple(below), "high": _simple(above)}
        return {f"{name}Range": ends} if is_range(ends) else {}
    if below:
        return {f"{name}Quantity": below | {"comparator": _comparator(low, ">")}}
    if above:
        return {f"{name}Quantity": above | {"comparator": _comparator(high, "<")}}
    return {f"{name}Quantity": centre} if centre else {}


def is_range(ends: JsonObject) -> bool:
    """Tell whether ``low`` and ``high`` are in their order, as FHIR demands (rng-2)."""
    if ends.keys() != {"low", "high"}:
        return bool(ends)
    low, high = ends["low"], ends["high"]
    same = low.get("code") == high.get("code")
    return not same or bool(low["value"] <= high["value"])


def duration(element: Element | None) -> JsonObject | None:
    """Map PQ to a Duration or an Age: a quantity in a UCUM unit of time (drt-1, age-1)."""
    found = quantity(element)
    if (
        found is None
        or found.get("system") != units.UCUM
        or found["code"] not in _TIMES
    ):
        return None
    return _simple(found)


def bounds(element: Element | None) -> JsonObject:
    """Map IVL_PQ to ``low`` and ``high``, as many as it has."""
    found = {name: quantity(find(element, name)) for name in ("low", "high")}
    return {name: _simple(one) for name, one in found.items() if one}


def _simple(one: JsonObject) -> JsonObject:
    """Return a SimpleQuantity: one without comparator."""
    return {name: part for name, part in one.items() if name != "comparator"}


def _comparator(bound: Element | None, sign: str) -> str:
    """A bound belongs to the interval unless it says otherwise (IVL.inclusive)."""
    return sign if attribute(bound, "inclusive") == "false" else f"{sign}="


def ratio(element: Element | None) -> JsonObject | None:
    """Map RTO; both numerator and denominator must be numbers."""
    above = quantity(find(element, "numerator"))
    below = quantity(find(element, "denominator"))
    return {"numerator": above, "denominator": below} if above and below else None


def _children(element: Element, name: str) -> list[Element]:
    return element.findall(f"{_H}{name}")
