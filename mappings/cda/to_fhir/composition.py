"""The header and body of a document as a FHIR Composition.

The extensions are those that the FHIR Clinical Documents guide of HL7, and with it the
French document guide of the ANS, give to what CDA has and Composition has not.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mappings.cda import datatypes
from mappings.cda.confidentiality import stated_for
from mappings.cda.datatypes import attribute, date_time, find, text
from mappings.cda.document import HL7, NAMESPACES
from mappings.cda.to_fhir import people, unstructured
from mappings.cda.to_fhir.absence import absent
from mappings.cda.to_fhir.names import kept
from mappings.cda.to_fhir.participation import extensions, participant
from mappings.cda.to_fhir.sections import sections
from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import translate
from mappings.terminology.document_type import CLASSES, document_class

if TYPE_CHECKING:
    from mappings.cda.to_fhir.scope import Scope

_H = f"{{{HL7}}}"
_LAB = f"{{{NAMESPACES['lab']}}}"
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
_ATTESTERS = {"legalAuthenticator": "legal", "authenticator": "professional"}


def composition(scope: "Scope", encounter: JsonObject | None) -> str:
    """Keep the Composition of the document and return its reference.

    ``scope.subject`` must be known. What FHIR demands and the document lacks has a
    data-absent-reason.
    """
    root = scope.root
    kind = datatypes.concept(find(root, "code"))
    keeper = find(
        root, "custodian", "assignedCustodian", "representedCustodianOrganization"
    )
    found: JsonObject = {
        "language": _language(root),
        "extension": extensions(scope),
        "identifier": _identifier(root),
        "status": _status(root),
        "type": kind or absent(find(root, "code")),
        "category": _category(kind),
        "subject": scope.subject,
        "encounter": encounter,
        **_date(root),
        "author": _authors(scope),
        **_title(root, kind),
        "confidentiality": (stated_for(root) or {}).get("code"),
        "attester": [one for one in _attesters(scope) if one],
        "custodian": people.organization(keeper, scope),
        "relatesTo": list(_relations(root)),
        "event": [one for one in _events(scope) if one],
        "section": _body(scope),
    }
    said = {name: value for name, value in found.items() if value}
    return scope.add({"resourceType": "Composition", **said}, root)


def _language(root: Element) -> str:
    said = attribute(find(root, "languageCode"), "code")
    return said if _LANGUAGE.fullmatch(said) else ""


def _identifier(root: Element) -> JsonObject | None:
    """Return what all versions share: the setId, else the identifier of this one."""
    own = datatypes.identifier(find(root, "setId"))
    own = own or datatypes.identifier(find(root, "id"))
    return datatypes.as_fhir(own) if own else None


def _status(root: Element) -> str:
    """Return final unless an act that is documented says otherwise (XD-LAB)."""
    events = root.findall(f"{_H}documentationOf/{_H}serviceEvent/{_LAB}statusCode")
    codes = (translate("service-event-status", attribute(e, "code")) for e in events)
    return next((code for code in codes if code not in {"", "final"}), "final")


def _category(kind: JsonObject | None) -> list[JsonObject]:
    codings = (kind or {}).get("coding", [])
    classes = (document_class(c.get("system", ""), c["code"]) for c in codings)
    return [
        {"coding": [{"system": CLASSES, "code": found[0], "display": found[1]}]}
        for found in [next((one for one in classes if one), None)]
        if found
    ]


def _date(root: Element) -> JsonObject:
    element = find(root, "effectiveTime")
    when = date_time(attribute(element, "value"))
    return {"date": when} if when else {"_date": absent(element)}


def _authors(scope: "Scope") -> list[JsonObject]:
    elements = scope.root.findall(f"{_H}author")
    found = kept(scope.person(one) for one in elements)
    return found or [absent(elements[0] if elements else None)]


def _title(root: Element, kind: JsonObject | None) -> JsonObject:
    codings = (kind or {}).get("coding", [])
    names = (one["display"] for one in codings if "display" in one)
    said = text(find(root, "title")) or next(names, "")
    return {"title": said} if said else {"_title": absent(find(root, "title"))}


def _attesters(scope: "Scope") -> Iterator[JsonObject | None]:
    for name, mode in _ATTESTERS.items():
        for element in scope.root.findall(f"{_H}{name}"):
            party = scope.person(element)
            when = date_time(attribute(find(element, "time"), "value"))
            if party:
                yield {"mode": mode, "party": party} | ({"time": when} if when else {})


def _relations(root: Element) -> Iterator[JsonObject]:
    for related in root.findall(f"{_H}relatedDocument"):
        code = translate("act-relationship-document", attribute(related, "typeCode"))
        for name in ("id", "setId"):
            found = datatypes.identifier(find(related, "parentDocument", name))
            if code and found:
                yield {"code": code, "targetIdentifier": datatypes.as_fhir(found)}


def _events(scope: "Scope") -> Iterator[JsonObject]:
    for element in scope.root.findall(f"{_H}documentationOf/{_H}serviceEvent"):
        own = [datatypes.identifier(one) for one in element.findall(f"{_H}id")]
        found: JsonObject = {
            "extension": kept(
                participant(one, scope) for one in element.findall(f"{_H}performer")
            ),
            "code": kept([datatypes.concept(find(element, "code"))]),
            "period": datatypes.period(find(element, "effectiveTime")),
            # The act itself is not in the document: a reference by its identifier.
            "detail": [{"identifier": datatypes.as_fhir(one)} for one in own if one],
        }
        yield {name: value for name, value in found.items() if value}


def _body(scope: "Scope") -> list[JsonObject]:
    component = find(scope.root, "component")
    structured = find(component, "structuredBody")
    if structured is not None:
        return sections(structured, scope)
    whole = find(component, "nonXMLBody")
    return [] if whole is None else unstructured.section(whole, scope)
