"""Imaging studies as DICOM names them: study, series, instances (PS3.20)."""

import re

from mappings.cda.datatypes import attribute, find
from mappings.cda.document import HL7
from mappings.cda.to_fhir import clinical_types
from mappings.cda.to_fhir.entries.parts import parts_of
from mappings.cda.to_fhir.entries.statement import Related, Statement, compact
from mappings.cda.xml import Element
from mappings.submission import JsonObject

_H = f"{{{HL7}}}"
_MODALITY = "121139"
_UID = re.compile(r"[0-9][0-9.]{0,63}")


def imaging_study(statement: Statement) -> str:
    """Map the act of a study to an ImagingStudy; FHIR names it by its UID."""
    parts, scope = parts_of(statement), statement.scope
    uid = _uid(statement)
    series = [_series(one.statement) for one in parts.where(_is_series)]
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


def _uid(statement: Statement) -> str:
    """Return the UID that names a study, a series or an instance; empty for no UID."""
    root = attribute(statement.first("id"), "root")
    return root if _UID.fullmatch(root) else ""


def _is_series(one: Related) -> bool:
    return one.statement.element.tag == f"{_H}act"


def _is_instance(one: Related) -> bool:
    return one.statement.element.tag == f"{_H}observation"


def _series(statement: Statement) -> JsonObject | None:
    uid = _uid(statement)
    parts = parts_of(statement)
    instances = [_instance(one.statement) for one in parts.where(_is_instance)]
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
    uid = _uid(statement)
    kind = attribute(statement.first("code"), "code")
    parts_of(statement).rest()
    if not uid:
        statement.scope.lost(statement.element, "malformed")
        return None
    sop = {"system": "urn:ietf:rfc:3986", "code": f"urn:oid:{kind}"}
    return {"uid": uid, "sopClass": sop if kind else clinical_types.unstated()}
