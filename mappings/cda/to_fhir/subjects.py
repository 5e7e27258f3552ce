"""Whom a statement is about: the patient, unless it says somebody else.

A mother's pregnancy in her child's document must never become the child's. FHIR wants a
Patient as subject of most resources: the other person is a Patient linked to the
RelatedPerson that says how the two are related.
"""

from typing import TYPE_CHECKING

from mappings.cda import datatypes
from mappings.cda.datatypes import find
from mappings.cda.document import HL7, NAMESPACES
from mappings.cda.to_fhir.identifiers import fhir_identifier
from mappings.cda.to_fhir.names import reachable
from mappings.cda.to_fhir.patient import personal
from mappings.cda.xml import Element
from mappings.submission import JsonObject

if TYPE_CHECKING:
    from mappings.cda.to_fhir.scope import Scope

_H = f"{{{HL7}}}"
_SDTC = f"{{{NAMESPACES['sdtc']}}}"
_ABOUT_THE_PATIENT = frozenset(
    {"FamilyMemberHistory", "RelatedPerson", "Composition", "Encounter", "Patient"}
)


def about(resource: JsonObject, element: Element, scope: "Scope") -> JsonObject:
    """Return ``resource`` with the subject that ``element`` or an ancestor names."""
    if resource["resourceType"] in _ABOUT_THE_PATIENT:
        return resource
    names = [n for n in ("subject", "patient") if resource.get(n) == scope.subject]
    other = _other(element, scope) if names else None
    if other is None:
        return resource
    return resource | dict.fromkeys(names, _reference(other, scope))


def focus(section: Element, scope: "Scope") -> JsonObject | None:
    """Return whom a section says it is about, None when it does not say."""
    related = find(section, "subject", "relatedSubject")
    return None if related is None else _reference(related, scope)


def _other(element: Element, scope: "Scope") -> Element | None:
    """Return the relatedSubject of an element or of the nearest one around it.

    Each element is looked into once: an organizer may hold thousands of statements.
    """
    passed: list[Element] = []
    node: Element | None = element
    found: Element | None = None
    while node is not None and found is None:
        if node in scope.others:
            found = scope.others[node]
            break
        passed.append(node)
        found = find(node, "subject", "relatedSubject")
        node = node.getparent()
    scope.others.update(dict.fromkeys(passed, found))
    return found


def _reference(related: Element, scope: "Scope") -> JsonObject:
    """Return the reference of the other person, whose two resources are made once."""
    if related not in scope.references:
        scope.references[related] = _made(related, scope)
    return {"reference": scope.references[related]}


def _made(related: Element, scope: "Scope") -> str:
    holder = find(related, "subject")
    said: JsonObject = {**reachable(related)}
    if holder is not None:
        said |= personal(holder)
        said |= _numbers(holder)
    link = datatypes.concept(find(related, "code"))
    who: JsonObject = {"resourceType": "RelatedPerson", "patient": scope.subject}
    if link:
        who["relationship"] = [link]
    birth = {"multipleBirthInteger", "multipleBirthBoolean"}
    death = {"deceasedDateTime", "deceasedBoolean"}
    same = {k: v for k, v in said.items() if k not in birth | death}
    role = scope.add(who | same, related)
    relation = [{"other": {"reference": role}, "type": "seealso"}]
    return scope.add({"resourceType": "Patient", **said, "link": relation}, related)


def _numbers(holder: Element) -> JsonObject:
    pairs = (
        (one, datatypes.person_identifier(one)) for one in holder.findall(f"{_SDTC}id")
    )
    found = [fhir_identifier(one, number) for one, number in pairs if number]
    return {"identifier": found} if found else {}
