"""HL7 v3 PN, AD and TEL to HumanName, Address and ContactPoint."""

import re
from collections.abc import Iterable

from mappings.cda import datatypes
from mappings.cda.datatypes import attribute, find, text
from mappings.cda.document import HL7
from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import translate

_H = f"{{{HL7}}}"
_STREET = (
    *("houseNumber", "houseNumberNumeric", "buildingNumberSuffix", "direction"),
    *("streetNameType", "streetName", "streetNameBase"),
)
_PARTS = {
    **{f"{_H}{name}": name for name in ("city", "state", "postalCode", "country")},
    f"{_H}county": "district",
}
_IN_STREET = {f"{_H}{name}" for name in _STREET}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9.+-]{0,19}):(.*)", re.DOTALL)
_DIGITS = re.compile(r"[0-9 ()+./-]{4,40}")


def parts(element: Element, name: str) -> list[str]:
    """Return the texts of the children of this name that say something, in order."""
    return [said for one in element.iterchildren(f"{_H}{name}") if (said := text(one))]


def human_name(name: Element | None, use: str = "") -> JsonObject | None:
    """Map PN or EN; a name without parts becomes its text, an empty one None."""
    if name is None:
        return None
    answer: JsonObject = {}
    family = parts(name, "family")
    if family:
        answer["family"] = " ".join(family)
    for part in ("given", "prefix", "suffix"):
        said = parts(name, part)
        if said:
            answer[part] = said
    if not answer and text(name):
        answer["text"] = text(name)
    use = use or first_use(name, "name-use")
    return ({"use": use} if use else {}) | answer if answer else None


def first_use(element: Element, table: str) -> str:
    """Return the first ``use`` that the ConceptMap ``table`` knows, else nothing."""
    uses = (translate(table, one) for one in attribute(element, "use").split())
    return next((one for one in uses if one), "")


def address(element: Element) -> JsonObject | None:
    """Map AD; None when it says nothing. What is no town or country is a line."""
    street: list[str] = []
    lines: list[str] = []
    rest: dict[str, str] = {}
    for part in element.iterchildren("{*}*"):
        said = text(part)
        if not said or part.tag == f"{_H}useablePeriod":
            continue
        if part.tag in _PARTS:
            name = _PARTS[part.tag]
            rest[name] = f"{rest[name]} {said}" if name in rest else said
        else:
            (street if part.tag in _IN_STREET else lines).append(said)
    lines = [" ".join(street), *lines] if street else lines
    answer: JsonObject = ({"line": lines} if lines else {}) | rest
    if not answer and not text(element):
        return None
    use = first_use(element, "address-use")
    period = datatypes.period(find(element, "useablePeriod"))
    answer = answer or {"text": text(element)}
    return (
        ({"use": use} if use else {}) | answer | ({"period": period} if period else {})
    )


def telecom(element: Element) -> JsonObject | None:
    """Map TEL; the scheme tells the system, a value without scheme is looked at."""
    value = attribute(element, "value")
    found = _SCHEME.fullmatch(value)
    scheme, said = (found[1].lower(), found[2].strip()) if found else ("", value)
    system = translate("telecom-scheme", scheme) or _guess(said)
    said = value if system == "url" else said.removeprefix("//")
    if not said:
        return None
    use = first_use(element, "telecom-use")
    return {"system": system, "value": said} | ({"use": use} if use else {})


def _guess(said: str) -> str:
    if "@" in said:
        return "email"
    return "phone" if _DIGITS.fullmatch(said) else "other"


def reachable(element: Element) -> JsonObject:
    """Return ``address`` and ``telecom`` of an entity, each only when it has any."""
    found = {
        "address": kept(address(one) for one in element.iterchildren(f"{_H}addr")),
        "telecom": kept(telecom(one) for one in element.iterchildren(f"{_H}telecom")),
    }
    return {name: values for name, values in found.items() if values}


def kept(found: Iterable[JsonObject | None]) -> list[JsonObject]:
    """Return what is there, each value once."""
    answer: list[JsonObject] = []
    for one in found:
        if one is not None and one not in answer:
            answer.append(one)
    return answer
