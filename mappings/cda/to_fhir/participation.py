"""Who took part in a document in another way than Composition has a place for."""

from typing import TYPE_CHECKING

from mappings.cda import datatypes
from mappings.cda.datatypes import attribute, find
from mappings.cda.document import HL7, NAMESPACES
from mappings.cda.to_fhir.identifiers import fhir_identifier, identifiers
from mappings.cda.to_fhir.names import kept
from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.terminology import uri

if TYPE_CHECKING:
    from mappings.cda.to_fhir.scope import Scope

_H = f"{{{HL7}}}"
_IMAGING = f"{{{NAMESPACES['ps3-20']}}}"
_GUIDE = "http://hl7.org/fhir/uv/fhir-clinical-document/StructureDefinition"
_VERSION = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Composition.version"
_BASED_ON = "http://hl7.org/fhir/StructureDefinition/event-basedOn"
_SIMPLE = {
    "dataEnterer": f"{_GUIDE}/data-enterer-extension",
    "informant": f"{_GUIDE}/informant-extension",
    "informationRecipient": f"{_GUIDE}/information-recipient-extension",
}
_PARTICIPATION = uri("2.16.840.1.113883.5.90")
_ACCESSION = {
    "coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "ACSN"}
    ]
}


def extensions(scope: "Scope") -> list[JsonObject]:
    """Return the extensions of the Composition, in the order of the header."""
    root = scope.root
    version = attribute(find(root, "versionNumber"), "value")
    found: list[JsonObject | None] = []
    if version:
        found.append({"url": _VERSION, "valueString": version})
    for name, url in _SIMPLE.items():
        for element in root.findall(f"{_H}{name}"):
            who = scope.person(element)
            found.append({"url": url, "valueReference": who} if who else None)
    found += [participant(one, scope) for one in root.findall(f"{_H}participant")]
    orders = root.findall(f"{_H}inFulfillmentOf/{_H}order")
    found += [_order(one, scope) for one in orders]
    return kept(found)


def participant(element: Element, scope: "Scope") -> JsonObject | None:
    """Return a participant with type, function and time; None when it names nobody."""
    party = scope.person(element)
    if party is None:
        return None
    code = attribute(element, "typeCode")
    kind = {"coding": [{"system": _PARTICIPATION, "code": code}]} if code else None
    function = datatypes.concept(find(element, "functionCode"))
    period = datatypes.period(find(element, "time"))
    said: list[JsonObject] = []
    if kind:
        said.append({"url": "type", "valueCodeableConcept": kind})
    if function:
        said.append({"url": "function", "valueCodeableConcept": function})
    if period:
        said.append({"url": "time", "valuePeriod": period})
    said.append({"url": "party", "valueReference": party})
    return {"url": f"{_GUIDE}/ParticipantExtension", "extension": said}


def _order(order: Element, scope: "Scope") -> JsonObject | None:
    """Keep the order that the document answers as a ServiceRequest known by its number."""
    accession = [
        {"type": _ACCESSION} | fhir_identifier(one, found)
        for one in order.findall(f"{_IMAGING}accessionNumber")
        if (found := datatypes.identifier(one))
    ]
    numbers = identifiers(order) + accession
    code = datatypes.concept(find(order, "code"))
    if not numbers and not code:
        return None
    request: JsonObject = {
        "resourceType": "ServiceRequest",
        "status": "unknown",
        "intent": "order",
        "subject": scope.subject,
    }
    request |= {"identifier": numbers} if numbers else {}
    request |= {"code": code} if code else {}
    reference = scope.add(request, order)
    return {"url": _BASED_ON, "valueReference": {"reference": reference}}
