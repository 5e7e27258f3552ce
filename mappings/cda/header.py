"""The header of a CDA document as a FHIR R4 DocumentReference (CI-SIS to PDSm).

Source: the mapping of CDA header, XDS metadata and PDSm (standards-fr 8.3). What is
absent, null or malformed is left out and said in an issue; a document without an
identifier is refused, since it could be neither found nor replaced.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from mappings.cda import datatypes, patient, remarks
from mappings.cda.confidentiality import security_labels
from mappings.cda.document import HL7
from mappings.cda.people import People
from mappings.cda.xml import Element
from mappings.mapped import Issue, Mapped, refuse
from mappings.submission import Identifier, JsonObject, Traits
from mappings.terminology.document_type import (
    CLASSES,
    document_class,
    document_format,
)

CONTENT_TYPE = "text/xml"
_H = f"{{{HL7}}}"
_RELATIONS = {"RPLC": "replaces", "APND": "appends", "XFRM": "transforms"}


@dataclass(frozen=True, slots=True)
class Header:
    """A DocumentReference and, if the document replaces one, the identifier of that."""

    reference: JsonObject
    replaces: str


def header(root: Element, data: bytes, who: Traits, staff: People) -> Mapped[Header]:
    """Derive the DocumentReference of a document, received as the bytes ``data``.

    Raises Refused (422) when the document has no usable identifier.
    """
    issues: list[Issue] = []
    own = datatypes.identifier(datatypes.find(root, "id"))
    if own is None:
        raise refuse(
            422,
            "required",
            "/h:ClinicalDocument/h:id",
            "no identifier of the document",
            "pas d'identifiant du document",
        )
    reference: JsonObject = {
        "resourceType": "DocumentReference",
        "contained": [patient.contained(who), *staff.contained],
        "masterIdentifier": _master(own),
        "status": "current",
        **_kind(root, issues),
        "subject": {"identifier": datatypes.as_fhir(who.identifiers[0])},
        **_date(root, issues),
        **_people(staff, issues),
    }
    relations = list(_relations(root))
    if relations:
        reference["relatesTo"] = [
            _relates_to(code, target) for code, target in relations
        ]
    labels = security_labels(root, issues)
    if labels:
        reference["securityLabel"] = labels
    reference |= _description(root)
    reference["content"] = [_content(root, data, issues)]
    reference["context"] = _context(root)
    replaced = (str(target) for code, target in relations if code == "replaces")
    return Mapped(Header(reference, next(replaced, "")), tuple(issues))


def _master(own: Identifier) -> JsonObject:
    return datatypes.as_fhir(own)


def _kind(root: Element, issues: list[Issue]) -> JsonObject:
    kind = datatypes.concept(datatypes.find(root, "code"))
    if kind is None:
        issues.append(remarks.absent("/h:ClinicalDocument/h:code"))
        return {}
    for one in kind.get("coding", []):
        found = document_class(one.get("system", ""), one["code"])
        if found:
            category = {"system": CLASSES, "code": found[0], "display": found[1]}
            return {"type": kind, "category": [{"coding": [category]}]}
    issues.append(remarks.no_class("/h:ClinicalDocument/h:code/@code"))
    return {"type": kind}


def _date(root: Element, issues: list[Issue]) -> JsonObject:
    """Return ``date``, an instant: only a time with its zone can be one."""
    created = _created(root)
    if "T" in created:
        return {"date": created}
    expression = "/h:ClinicalDocument/h:effectiveTime/@value"
    issues.append(
        remarks.imprecise(expression) if created else remarks.absent(expression)
    )
    return {}


def _created(root: Element) -> str:
    return datatypes.date_time(
        datatypes.attribute(datatypes.find(root, "effectiveTime"), "value")
    )


def _people(staff: People, issues: list[Issue]) -> JsonObject:
    answer: JsonObject = {}
    if staff.authors:
        answer["author"] = list(staff.authors)
    else:
        issues.append(remarks.absent("/h:ClinicalDocument/h:author/h:assignedAuthor"))
    if staff.authenticator:
        answer["authenticator"] = staff.authenticator
    if staff.custodian:
        answer["custodian"] = staff.custodian
    else:
        issues.append(remarks.absent("/h:ClinicalDocument/h:custodian"))
    return answer


def _relations(root: Element) -> Iterator[tuple[str, Identifier]]:
    for related in root.findall(f"{_H}relatedDocument"):
        code = _RELATIONS.get(str(related.get("typeCode", "")))
        target = datatypes.identifier(datatypes.find(related, "parentDocument", "id"))
        if code and target:
            yield code, target


def _relates_to(code: str, target: Identifier) -> JsonObject:
    return {"code": code, "target": {"identifier": datatypes.as_fhir(target)}}


def _description(root: Element) -> JsonObject:
    title = datatypes.text(datatypes.find(root, "title"))
    return {"description": title} if title else {}


def _content(root: Element, data: bytes, issues: list[Issue]) -> JsonObject:
    attachment: JsonObject = {"contentType": CONTENT_TYPE}
    language = datatypes.attribute(datatypes.find(root, "languageCode"), "code")
    if language:
        attachment["language"] = language
    attachment["size"] = len(data)
    # PDSm and XDS state the hash in SHA-1; nothing here rests on its strength.
    digest = hashlib.sha1(data, usedforsecurity=False).digest()
    attachment["hash"] = base64.b64encode(digest).decode("ascii")
    title = datatypes.text(datatypes.find(root, "title"))
    if title:
        attachment["title"] = title
    if _created(root):
        attachment["creation"] = _created(root)
    found = document_format(_templates(root), _media(root))
    if found is None:
        issues.append(remarks.no_format("/h:ClinicalDocument/h:templateId"))
        return {"attachment": attachment}
    return {"attachment": attachment, "format": {"system": found[0], "code": found[1]}}


def _templates(root: Element) -> list[str]:
    return [datatypes.attribute(one, "root") for one in root.findall(f"{_H}templateId")]


def _media(root: Element) -> str:
    body = datatypes.find(root, "component", "nonXMLBody", "text")
    if body is None:
        return "structured"
    return datatypes.attribute(body, "mediaType") or "text/plain"


def _context(root: Element) -> JsonObject:
    events = [
        one
        for one in map(_event, root.findall(f"{_H}documentationOf"))
        if one is not None
    ]
    codes = [datatypes.concept(datatypes.find(event, "code")) for event in events]
    periods = [
        datatypes.period(datatypes.find(event, "effectiveTime")) for event in events
    ]
    place = (
        "componentOf",
        "encompassingEncounter",
        "location",
        "healthCareFacility",
        "code",
    )
    parts: JsonObject = {
        "event": [code for code in codes if code],
        "period": next((period for period in periods if period), None),
        "facilityType": datatypes.concept(datatypes.find(root, *place)),
        "practiceSetting": _practice_setting(events),
        "sourcePatientInfo": {"reference": "#patient"},
    }
    return {name: value for name, value in parts.items() if value}


def _event(documentation: Element) -> Element | None:
    return datatypes.find(documentation, "serviceEvent")


def _practice_setting(events: list[Element]) -> JsonObject | None:
    for event in events:
        for performer in event.findall(f"{_H}performer"):
            organization = datatypes.find(
                performer, "assignedEntity", "representedOrganization"
            )
            found = datatypes.concept(
                datatypes.find(organization, "standardIndustryClassCode")
            )
            if found:
                return found
    return None
