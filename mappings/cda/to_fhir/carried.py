"""Is everything carried over? Each fact of the source is looked for in what was made.

No mapper is believed: the codes, values, times, identifiers and words of an element are
compared with those of the resources it gave. What is not found is an issue with its
XPath, said once for the largest element of which nothing was found. Narrative is kept
whole and not looked at here.
"""

import csv
import importlib.resources
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, cast

from mappings.cda import datatypes
from mappings.cda.datatypes import attribute, date_time
from mappings.cda.document import HL7
from mappings.cda.to_fhir.names import telecom
from mappings.cda.to_fhir.words import Words, number
from mappings.cda.xml import Element

if TYPE_CHECKING:
    from mappings.cda.to_fhir.scope import Scope

_H = f"{{{HL7}}}"
SHARED = frozenset(
    {
        *(
            "Practitioner",
            "PractitionerRole",
            "Organization",
            "RelatedPerson",
            "Patient",
        ),
        *("Device", "Location", "Medication", "Specimen", "Substance", "Provenance"),
    }
)
"""What an entry needs beside what it states; one may serve several entries."""
_ELSEWHERE = frozenset(
    {
        # Technical, or translated into another code: presence is checked by the mappers.
        *("templateId", "typeId", "realmCode", "statusCode", "confidentialityCode"),
        *("administrativeGenderCode", "signatureCode", "priorityCode"),
    }
)
_OF_THE_HEADER = frozenset({"Composition", "Encounter", "ServiceRequest", "Binary"})
_WHOLE = frozenset(
    {"addr", "name", "author", "informant", "performer", "assignedEntity"}
)
_DATE = len("2026-11-22")
_STATED = frozenset({"code", "value", "root"})
"""The attributes that state a fact."""


Fact = tuple[bool, tuple[str, ...]]
"""Must it be found whole, or as part of a text; the spellings it may have in FHIR."""


@cache
def _structural() -> frozenset[str]:
    """Return the codes that only say which resource or element a statement becomes."""
    file = importlib.resources.files(__package__).joinpath("structural_codes.csv")
    rows = csv.DictReader(file.read_text("utf-8").splitlines())
    return frozenset(row["code"] for row in rows)


def report_all(scope: "Scope") -> None:
    """Say what of each part of a document is nowhere in what was made of it."""
    header, shared = _common(scope)
    for child in scope.root:
        if isinstance(child.tag, str) and child.tag != f"{_H}component":
            _report(child, (header, shared), scope)
    for element, start, end in scope.regions:
        words = Words()
        for one in scope.derived[start:end]:
            words.add(one.resource)
        _report(element, (words, shared), scope)


def _common(scope: "Scope") -> tuple[Words, Words]:
    """Return the words of the header's own resources, and of those that all share."""
    header, shared = Words(), Words()
    header.add(scope.identity.rpartition("|")[2])
    for one in scope.derived:
        kind = one.resource["resourceType"]
        if kind == "Provenance":
            shared.add(one.resource.get("occurredDateTime", ""))
        elif kind in SHARED:
            shared.add(one.resource)
        elif kind in _OF_THE_HEADER:
            header.add({k: v for k, v in one.resource.items() if k != "section"})
    return header, shared


def _report(element: Element, known: tuple[Words, Words], scope: "Scope") -> None:
    lost = _lost(element, known)[1]
    told = {issue.expression for issue in scope.issues} if lost else set()
    for one in lost:
        if not _told(one, scope, told):
            part = _part(one, element)
            scope.lost(part, _name(part))
            told.add(scope.place(part))


def _part(lost: Element, within: Element) -> Element:
    """Return what a person would call lost: the name, not its third part."""
    found, above = lost, lost
    while above is not within:
        above = cast("Element", above.getparent())
        if _name(above) in _WHOLE:
            found = above
    return found


@lru_cache(maxsize=1024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _name(element: Element) -> str:
    return _local(str(element.tag))


def _told(element: Element | None, scope: "Scope", told: set[str]) -> bool:
    """Return whether it was said already that an element, or all around it, is lost."""
    while element is not None:
        if scope.place(element) in told:
            return True
        element = element.getparent()
    return False


def references(resources: Iterable[object]) -> Iterator[str]:
    """Give every ``reference`` in some resources, in their order."""
    rest = list(resources)[::-1]
    while rest:
        one = rest.pop()
        if isinstance(one, dict):
            said = one.get("reference")
            if said:
                yield said
            inside = [each for each in one.values() if not isinstance(each, str)]
            rest += inside[::-1]
        elif isinstance(one, list):
            rest += one[::-1]


def _lost(element: Element, known: tuple[Words, Words]) -> tuple[int, list[Element]]:
    """Return how many facts an element has, and the largest parts that lost all theirs."""
    if _name(element) in _ELSEWHERE:
        return 0, []
    count = gone = 0
    if element.text or not _STATED.isdisjoint(element.keys()):
        for fact in _facts(element):
            count += 1
            gone += not _found(fact, known)
    below: list[Element] = []
    if not len(element):
        return count, [element] if gone else []
    whole = gone == count
    for child in element.iterchildren("*"):
        facts, lost = _lost(child, known)
        count += facts
        whole = whole and (not facts or lost == [child])
        below += lost
    below = _without_question(element, below) if below else below
    if count and whole:
        return count, [element]
    return count, [element, *below] if gone else below


def _without_question(element: Element, lost: list[Element]) -> list[Element]:
    """Leave out the code of an observation whose value was carried over.

    It asks (severity? status?), and in FHIR the element that holds the answer asks it.
    """
    asked = next(element.iterchildren(f"{_H}code"), None)
    answer = next(element.iterchildren(f"{_H}value"), None)
    if asked is None or answer is None or answer in lost:
        return lost
    return [one for one in lost if one is not asked]


def _facts(element: Element) -> Iterator[Fact]:
    """Give the facts of one element: its code, identifier, value and words."""
    stated = _STATED.intersection(element.keys())
    if "code" in stated:
        code = attribute(element, "code")
        if code and code not in _structural():
            # What qualifies a code may be a part of an expression (SNOMED CT).
            yield not _qualifies(element), (code,)
    if "value" in stated:
        yield from _value(element)
    if "root" in stated:
        found = datatypes.identifier(element)
        if found is not None:
            yield True, (found.value,)
    said = element.text
    if said and not len(element) and not said.isspace():
        words = datatypes.text(element)
        in_base64 = attribute(element, "representation").upper() == "B64"
        yield False, (words.replace(" ", "") if in_base64 else words,)


def _qualifies(element: Element) -> bool:
    above = element.getparent()
    return above is not None and _name(above) == "qualifier"


def _value(element: Element) -> Iterator[Fact]:
    said = attribute(element, "value")
    local = _name(element)
    if not said or said in {"true", "false"}:
        return
    if local == "reference" and "nullFlavor" not in element.attrib:
        # The narrative it points to is kept; a picture elsewhere is not in the document.
        return
    if local == "telecom":
        found = telecom(element)
        yield from [(False, (found["value"],))] if found else []
        return
    yield True, (number(said), said)


def _found(fact: Fact, known: tuple[Words, Words]) -> bool:
    whole, spellings = fact
    if any(one in words.values for words in known for one in spellings):
        return True  # most are, and need no more than this
    for one in spellings:
        when = date_time(one) if whole else ""
        for words in known:
            if words.have(one) if whole else words.hold(one):
                return True
            if when and (words.hold(when) or words.hold(when[:_DATE])):
                return True
    return False
