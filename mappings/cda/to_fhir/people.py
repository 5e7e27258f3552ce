"""Who took part in a document: Practitioner, PractitionerRole, Organization, Device...

One person met twice is one resource. An entity with an identifier only is whoever had
that identifier before: CDA entries name their author so.
"""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mappings.cda import datatypes
from mappings.cda.datatypes import attribute, find, text
from mappings.cda.document import HL7
from mappings.cda.to_fhir import identifiers
from mappings.cda.to_fhir.names import human_name, kept, reachable
from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.terminology import uri

if TYPE_CHECKING:
    from mappings.cda.to_fhir.scope import Scope

_H = f"{{{HL7}}}"
_ENTITIES = (
    *("assignedAuthor", "assignedEntity", "relatedEntity", "associatedEntity"),
    *("intendedRecipient", "participantRole", "assignedCustodian"),
)
_PERSONS = (
    *("assignedPerson", "relatedPerson", "associatedPerson", "informationRecipient"),
    *("guardianPerson", "playingEntity"),
)
_ORGANIZATIONS = (
    *("representedOrganization", "scopingOrganization", "receivedOrganization"),
    *("representedCustodianOrganization", "guardianOrganization", "scopingEntity"),
)
_DEVICES = ("assignedAuthoringDevice", "playingDevice")
_PERSONAL = frozenset(
    {"NOK", "ECON", "PRS", "CON", "CAREGIVER", "GUARD", "GUAR", "AGNT", "PAT"}
)
_LEGAL_FORM = ("asOrganizationPartOf", "code")
_ROLE_CLASS = "2.16.840.1.113883.5.110"


@dataclass(slots=True)
class Roster:
    """Who was met so far, by all that is said of them and by their identifiers."""

    patient: frozenset[str] = frozenset()
    by_content: dict[str, str] = field(default_factory=dict)
    by_identifier: dict[str, str] = field(default_factory=dict)
    by_element: dict[Element, JsonObject | None] = field(default_factory=dict)


def person(element: Element, scope: "Scope") -> JsonObject | None:
    """Return a Reference to whoever a participation names, None when it names nobody.

    ``element`` is the participation (author, performer, informant...) or its entity.
    """
    known = scope.roster.by_element
    if element not in known:
        known[element] = _person(element, scope)
    return known[element]


def _person(element: Element, scope: "Scope") -> JsonObject | None:
    entity = _first(element, _ENTITIES)
    entity = element if entity is None else entity
    numbers = identifiers.names(identifiers.of_person(entity))
    if numbers & scope.roster.patient:
        return scope.subject
    if _is_related(entity):
        return _reference(related_person(entity, scope))
    device = _first(entity, _DEVICES)
    if device is not None and _first(entity, _PERSONS) is None:
        return _reference(_device(entity, device, scope))
    return _reference(_professional(element, entity, numbers, scope))


def organization(
    element: Element | None, scope: "Scope", around: JsonObject | None = None
) -> JsonObject | None:
    """Return a Reference to an organisation, None when the element says nothing.

    ``around`` is the address and telecom of the entity that has nothing but it.
    """
    if element is None:
        return None
    parts = {
        "identifier": identifiers.identifiers(element),
        "type": kept(
            datatypes.concept(find(element, *path))
            for path in (("standardIndustryClassCode",), ("code",), _LEGAL_FORM)
        ),
        "name": text(find(element, "name")) or text(find(element, "desc")),
        **_at_work(around or {}),
        **_at_work(reachable(element)),
    }
    whole = find(element, "asOrganizationPartOf", "wholeOrganization")
    above = organization(whole, scope)
    said = {name: value for name, value in parts.items() if value}
    if above is not None:
        said["partOf"] = above
    if not said:
        return None
    return _reference(_once({"resourceType": "Organization", **said}, element, scope))


def _at_work(found: JsonObject) -> JsonObject:
    """Leave out the use ``home``, which FHIR does not admit for a structure (org-2, 3)."""
    return {
        name: [
            {k: v for k, v in one.items() if (k, v) != ("use", "home")}
            for one in values
        ]
        for name, values in found.items()
    }


def related_person(entity: Element, scope: "Scope") -> str:
    """Return the reference of a RelatedPerson of the patient, empty for nobody."""
    holder = _first(entity, _PERSONS)
    name = None if holder is None else human_name(find(holder, "name"))
    said = {
        "identifier": identifiers.of_person(entity),
        "relationship": kept([_concept(entity), _class(entity)]),
        "name": [name] if name else [],
        **reachable(entity),
    }
    found = {key: value for key, value in said.items() if value}
    if found.keys() <= {"relationship"}:
        return ""
    head = {"resourceType": "RelatedPerson", "patient": scope.subject}
    return _once(head | found, entity, scope)


def _concept(entity: Element) -> JsonObject | None:
    return datatypes.concept(find(entity, "code"))


def _class(entity: Element) -> JsonObject | None:
    code = attribute(entity, "classCode")
    return {"coding": [{"system": uri(_ROLE_CLASS), "code": code}]} if code else None


def _is_related(entity: Element) -> bool:
    personal = attribute(entity, "classCode") in _PERSONAL
    local = str(entity.tag).rpartition("}")[2]
    if local in {"associatedEntity", "participantRole"}:
        return personal
    return local == "guardian" or (
        local == "relatedEntity" and (personal or not entity.get("classCode"))
    )


def _device(entity: Element, device: Element, scope: "Scope") -> str:
    called = {
        "model-name": text(find(device, "manufacturerModelName")),
        "user-friendly-name": text(find(device, "softwareName")),
    }
    names = [{"name": said, "type": kind} for kind, said in called.items() if said]
    said = {
        "identifier": identifiers.identifiers(entity),
        "deviceName": names,
        "type": _concept(device) or _concept(entity),
        "contact": reachable(entity).get("telecom"),
        "owner": organization(_first(entity, _ORGANIZATIONS), scope),
    }
    found = {key: value for key, value in said.items() if value}
    return _once({"resourceType": "Device", **found}, entity, scope) if found else ""


def _professional(
    element: Element, entity: Element, numbers: frozenset[str], scope: "Scope"
) -> str:
    """Return the reference of a role, or of the person or structure that stands alone."""
    holder = _first(entity, _PERSONS)
    name = None if holder is None else human_name(find(holder, "name"))
    keeper = _first(entity, _ORGANIZATIONS)
    if name is None and not numbers:
        alone = organization(keeper, scope, reachable(entity))
        return alone["reference"] if alone else ""
    at = organization(keeper, scope)
    kinds = {
        "code": kept([datatypes.concept(find(element, "functionCode"))]),
        "specialty": kept([datatypes.concept(find(entity, "code"))]),
    }
    known = next((scope.roster.by_identifier.get(one) for one in sorted(numbers)), None)
    if known and name is None and at is None:
        return known
    own = _practitioner(entity, name, scope)
    role = {key: value for key, value in kinds.items() if value}
    if role or at:
        own = _role(own, at, role, entity, scope)
    for one in numbers:
        scope.roster.by_identifier.setdefault(one, own)
    return own


def _practitioner(entity: Element, name: JsonObject | None, scope: "Scope") -> str:
    said = {
        "identifier": identifiers.of_person(entity),
        "name": [name] if name else [],
        **reachable(entity),
    }
    found = {key: value for key, value in said.items() if value}
    return _once({"resourceType": "Practitioner", **found}, entity, scope)


def _role(
    own: str,
    at: JsonObject | None,
    kinds: JsonObject,
    entity: Element,
    scope: "Scope",
) -> str:
    head: JsonObject = {
        "resourceType": "PractitionerRole",
        "practitioner": {"reference": own},
    }
    if at:
        head["organization"] = at
    return _once(head | kinds, entity, scope)


def _once(resource: JsonObject, element: Element, scope: "Scope") -> str:
    """Keep a resource unless one that says the same is there; return its reference."""
    content = json.dumps(resource, sort_keys=True)
    known = scope.roster.by_content.get(content)
    if known is None:
        known = scope.roster.by_content[content] = scope.add(resource, element)
    return known


def _first(element: Element, names: tuple[str, ...]) -> Element | None:
    found = (find(element, name) for name in names)
    return next((one for one in found if one is not None), None)


def _reference(found: str) -> JsonObject | None:
    return {"reference": found} if found else None
