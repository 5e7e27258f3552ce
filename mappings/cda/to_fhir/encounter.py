"""The encompassingEncounter as a FHIR Encounter with its Location."""

from typing import TYPE_CHECKING

from mappings.cda import datatypes
from mappings.cda.datatypes import attribute, find, text
from mappings.cda.document import HL7
from mappings.cda.to_fhir import identifiers, people
from mappings.cda.to_fhir.absence import absent
from mappings.cda.to_fhir.names import address, kept
from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.terminology import uri
from mappings.terminology.concept_maps import translate

if TYPE_CHECKING:
    from mappings.cda.to_fhir.scope import Scope

_H = f"{{{HL7}}}"
_ACT_CODE = uri("2.16.840.1.113883.5.4")
_PARTICIPATION = uri("2.16.840.1.113883.5.90")


def encounter(scope: "Scope") -> JsonObject | None:
    """Keep the Encounter of the document and return its reference, None without one."""
    element = find(scope.root, "componentOf", "encompassingEncounter")
    if element is None:
        return None
    period = datatypes.period(find(element, "effectiveTime"))
    code = find(element, "code")
    found: JsonObject = {
        "identifier": identifiers.identifiers(element),
        "status": "finished" if period and "end" in period else "unknown",
        "class": encounter_class(code),
        "type": kept([datatypes.concept(code)]),
        "subject": scope.subject,
        "participant": kept(_participants(element, scope)),
        "period": period,
        "hospitalization": _discharge(element),
        **_location(element, scope),
    }
    said = {name: value for name, value in found.items() if value}
    return {"reference": scope.add({"resourceType": "Encounter", **said}, element)}


def encounter_class(code: Element | None) -> JsonObject:
    """Return the class of an encounter; FHIR demands one, so its absence has a reason."""
    target = translate("encounter-class", attribute(code, "code"))
    if not target:
        return absent(code)
    return {"system": _ACT_CODE, "code": target}


def _participants(element: Element, scope: "Scope") -> list[JsonObject | None]:
    found = [
        (one, attribute(one, "typeCode"))
        for one in element.findall(f"{_H}encounterParticipant")
    ]
    responsible = find(element, "responsibleParty")
    if responsible is not None:
        found.append((responsible, "RESP"))
    return [_participant(one, code, scope) for one, code in found]


def _participant(one: Element, code: str, scope: "Scope") -> JsonObject | None:
    individual = scope.person(one)
    if individual is None:
        return None
    answer: JsonObject = {"individual": individual}
    period = datatypes.period(find(one, "time"))
    kind = [{"coding": [{"system": _PARTICIPATION, "code": code}]}] if code else []
    return (
        answer
        | ({"type": kind} if kind else {})
        | ({"period": period} if period else {})
    )


def _discharge(element: Element) -> JsonObject | None:
    said = datatypes.concept(find(element, "dischargeDispositionCode"))
    return {"dischargeDisposition": said} if said else None


def _location(element: Element, scope: "Scope") -> JsonObject:
    facility = find(element, "location", "healthCareFacility")
    if facility is None:
        return {}
    place = find(facility, "location")
    where = find(place, "addr")
    provider = people.organization(find(facility, "serviceProviderOrganization"), scope)
    found: JsonObject = {
        "identifier": identifiers.identifiers(facility),
        "type": kept([datatypes.concept(find(facility, "code"))]),
        "name": text(find(place, "name")),
        "address": None if where is None else address(where),
        "managingOrganization": provider,
    }
    said = {name: value for name, value in found.items() if value}
    if not said:
        return {}
    reference = scope.add({"resourceType": "Location", **said}, facility)
    answer: JsonObject = {"location": [{"location": {"reference": reference}}]}
    return answer | ({"serviceProvider": provider} if provider else {})
