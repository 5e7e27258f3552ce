"""Imaging studies as DICOM names them: study, series, instances (PS3.20)."""

from mappings.cda.datatypes import attribute, find
from mappings.cda.document import HL7
from mappings.cda.to_fhir import clinical_types
from mappings.cda.to_fhir.entries.parts import parts_of
from mappings.cda.to_fhir.entries.statement import Statement, compact
from mappings.cda.xml import Element
from mappings.submission import JsonObject

_H = f"{{{HL7}}}"
_MODALITY = "121139"
_SERIES, _INSTANCE = "act", "observation"


def imaging_study(statement: Statement) -> str:
    """Map the act of a study to an ImagingStudy; FHIR names it by its UID."""
    parts, scope = parts_of(statement), statement.scope
    uid = attribute(statement.first("id"), "root")
    series = [
        _series(one.statement) for one in parts.left if _is(one.statement, _SERIES)
    ]
    parts.left = [one for one in parts.left if not _is(one.statement, _SERIES)]
    number = {"system": "urn:dicom:uid", "value": f"urn:oid:{uid}"}
    resource = statement.base("ImagingStudy") | {
        "identifier": [number] if uid else [],
        "status": "available",
        "subject": scope.subject,
        "started": clinical_types.start(statement.first("effectiveTime"), scope),
        "note": parts.notes(),
        "series": [one for one in series if one],
    }
    parts.rest()
    return statement.keep(resource)


def _is(statement: Statement, name: str) -> bool:
    return str(statement.element.tag) == f"{_H}{name}"


def _series(statement: Statement) -> JsonObject | None:
    uid = attribute(statement.first("id"), "root")
    parts = parts_of(statement)
    images = [one for one in parts.left if _is(one.statement, _INSTANCE)]
    parts.left = [one for one in parts.left if one not in images]
    instances = [_instance(one.statement) for one in images]
    parts.rest()
    if not uid:
        statement.scope.lost(statement.element, "malformed")
        return None
    started = clinical_types.start(statement.first("effectiveTime"), statement.scope)
    return compact(
        {
            "uid": uid,
            "modality": _modality(statement.first("code")),
            "started": started,
            "instance": [one for one in instances if one],
        }
    )


def _modality(code: Element | None) -> JsonObject:
    """Return the modality, a qualifier of the code of a series; FHIR demands it."""
    for qualifier in [] if code is None else code.iter(f"{_H}qualifier"):
        if attribute(find(qualifier, "name"), "code") == _MODALITY:
            found = clinical_types.coding_of(find(qualifier, "value"))
            if found:
                return found
    return clinical_types.unstated(code)


def _instance(statement: Statement) -> JsonObject | None:
    uid = attribute(statement.first("id"), "root")
    kind = attribute(statement.first("code"), "code")
    parts_of(statement).rest()
    if not uid:
        statement.scope.lost(statement.element, "malformed")
        return None
    sop = {"system": "urn:ietf:rfc:3986", "code": f"urn:oid:{kind}"}
    return {"uid": uid, "sopClass": sop if kind else clinical_types.unstated()}
