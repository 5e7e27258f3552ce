"""The confidentiality a CDA document states, as ``DocumentReference.securityLabel``.

A depositor can raise a label, never lower it: what cannot be understood raises.
"""

from mappings.cda import remarks
from mappings.cda.datatypes import attribute
from mappings.cda.document import HL7, place
from mappings.cda.xml import Element
from mappings.mapped import Issue
from mappings.submission import JsonObject
from mappings.terminology import uri

SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_DISPLAYS = {
    "U": "unrestricted",
    "L": "low",
    "M": "moderate",
    "N": "normal",
    "R": "restricted",
    "V": "very restricted",
}
_ORDER = "ULMNRV"
_NAME = f"{{{HL7}}}confidentialityCode"


def security_labels(root: Element, issues: list[Issue]) -> list[JsonObject]:
    """Return the label of the header, and a second one if a part of it states more.

    An absent or null confidentialityCode gives no label and an issue. A code outside
    v3-Confidentiality (CDA once had HIV, PSY, SDV there) becomes R, with an issue.
    """
    own = root.find(_NAME)
    stated = "" if own is None else _level(own, issues)
    if not stated:
        issues.append(remarks.absent("/h:ClinicalDocument/h:confidentialityCode"))
    highest, where = _highest_inside(root, own)
    labels = [_label(stated)] if stated else []
    if where is not None and _above(highest, stated or "N"):
        issues.append(remarks.elsewhere(place(where)))
        labels.append(_label(highest))
    return labels


def _level(element: Element, issues: list[Issue]) -> str:
    code = attribute(element, "code")
    if not code:
        return ""
    if code not in _DISPLAYS:
        issues.append(remarks.raised(f"{place(element)}/@code"))
        return "R"
    if uri(attribute(element, "codeSystem")) not in {SYSTEM, ""}:
        # The letter is understood; a wrong system may not weaken it, only make it doubtful.
        issues.append(remarks.absent(f"{place(element)}/@codeSystem"))
    return code


def _highest_inside(root: Element, own: Element | None) -> tuple[str, Element | None]:
    highest, where = "N", None
    for element in root.iter(_NAME):
        code = attribute(element, "code")
        if element is own or not code:
            continue
        level = code if code in _DISPLAYS else "R"
        if _above(level, highest):
            highest, where = level, element
    return highest, where


def _above(one: str, other: str) -> bool:
    return _ORDER.index(one) > _ORDER.index(other)


def _label(code: str) -> JsonObject:
    return {"coding": [{"system": SYSTEM, "code": code, "display": _DISPLAYS[code]}]}
