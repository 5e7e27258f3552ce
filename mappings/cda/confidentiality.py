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
_UNSTATED = frozenset({"", "NI", "UNK"})
"""The nullFlavors that say no more than an absent code does."""

_NAME = f"{{{HL7}}}confidentialityCode"
_TRANSLATION = f"{{{HL7}}}translation"


def security_labels(root: Element, issues: list[Issue]) -> list[JsonObject]:
    """Return the label of the header, and a second one if a part of it states more.

    An absent confidentialityCode, or one that nobody knows (NI, UNK), gives no label
    and an issue. Anything else that is not understood becomes R at least, with an issue:
    a code outside v3-Confidentiality (CDA once had HIV, PSY, SDV there), a code of
    another system, another nullFlavor (MSK: somebody masked it).
    """
    own = root.find(_NAME)
    stated, understood = ("", True) if own is None else _level(own)
    if own is not None and not understood:
        issues.append(remarks.raised(place(own)))
    if not stated:
        issues.append(remarks.absent("/h:ClinicalDocument/h:confidentialityCode"))
    highest, where = _highest_inside(root, own)
    labels = [_label(stated)] if stated else []
    if where is not None and _above(highest, stated or "N"):
        issues.append(remarks.elsewhere(place(where)))
        labels.append(_label(highest))
    return labels


def stated_for(element: Element) -> JsonObject | None:
    """Return the highest level stated in an element or by one that encloses it.

    As a Coding of v3-Confidentiality, for ``meta.security`` of a resource made of this
    element: taken out of its document it keeps what protected it. None when no level is
    stated.
    """
    stated = [_level(one)[0] for one in element.iter(_NAME)]
    for above in element.iterancestors():
        own = next(above.iterchildren(_NAME), None)
        stated += [] if own is None else [_level(own)[0]]
    highest = max(filter(None, stated), key=_rank, default="")
    return _coding(highest) if highest else None


def _level(element: Element) -> tuple[str, bool]:
    """Return the level one confidentialityCode states, and whether it is understood.

    Of a code and its translations the highest counts; an empty level states nothing.
    """
    stated = [_one_level(one) for one in (element, *element.findall(_TRANSLATION))]
    levels = ("R" if level is None else level for level in stated)
    return max(filter(None, levels), key=_rank, default=""), None not in stated


def _one_level(element: Element) -> str | None:
    """Return the level of one code, empty for none, None when it is not understood."""
    code = attribute(element, "code")
    null = attribute(element, "nullFlavor")
    if not code:
        said = len(element) or (element.text or "").strip()
        return None if said or null not in _UNSTATED else ""
    known = uri(attribute(element, "codeSystem")) in {SYSTEM, ""}
    if code not in _DISPLAYS or (_rank(code) < _rank("R") and (null or not known)):
        # A wrong system makes the letter doubtful; it may not weaken it.
        return None
    return code


def _highest_inside(root: Element, own: Element | None) -> tuple[str, Element | None]:
    highest, where = "N", None
    for element in root.iter(_NAME):
        level = "" if element is own else _level(element)[0]
        if level and _above(level, highest):
            highest, where = level, element
    return highest, where


def _above(one: str, other: str) -> bool:
    return _rank(one) > _rank(other)


def _rank(level: str) -> int:
    return _ORDER.index(level)


def _label(code: str) -> JsonObject:
    return {"coding": [_coding(code)]}


def _coding(code: str) -> JsonObject:
    return {"system": SYSTEM, "code": code, "display": _DISPLAYS[code]}
