"""The FHIR DocumentReference of one document of the demo. Source: PDSm 3.1.1."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha1
from uuid import NAMESPACE_URL, uuid5

from gateway.demo.world.parties import (
    JsonObject,
    coding,
    contained_patient,
    contained_role,
    patient_identifier,
)
from gateway.demo.world.people import Patient, Reader

PDSM = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/"
NOS = "https://mos.esante.gouv.fr/NOS/"
VISIBILITY = (
    f"{NOS}TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument"
)
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
LOINC = "http://loinc.org"
LOCAL_TYPES = f"{NOS}TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire"
CLASSES = f"{NOS}TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"
SECTORS = f"{NOS}TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite"
SETTINGS = f"{NOS}TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice"
FORMATS = "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode"
SOURCE = "urn:oid:2.25.302194817255963012478126402975110486322"
"""The invented identifier of the software that sends the lots."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document with what an envelope says of it.

    ``type`` is of JDV_J07, ``type_class`` of TRE_A03, ``date`` an ISO instant.
    ``oid`` is without prefix. ``marks`` are codes of TRE_A07.
    """

    name: str
    oid: str
    type: str
    type_class: str
    title: str
    date: str
    format: str
    content_type: str
    body: bytes
    marks: tuple[str, ...] = ()


def reference(sheet: Sheet, patient: Patient, author: Reader) -> JsonObject:
    """Return the comprehensive DocumentReference, whose body is a Binary beside it.

    Raises ValueError when the author is not a professional of a structure.
    """
    return {
        "resourceType": "DocumentReference",
        "meta": {"profile": [f"{PDSM}pdsm-comprehensive-document-reference"]},
        "contained": [contained_patient(patient), *contained_role(author)],
        "masterIdentifier": uri(f"urn:oid:{sheet.oid}"),
        "identifier": [uri(reference_id(sheet))],
        "status": "current",
        "type": _type(sheet.type),
        "category": [coding(CLASSES, sheet.type_class)],
        "subject": {"identifier": patient_identifier(patient)},
        "date": sheet.date,
        "author": [{"reference": "#role"}],
        "authenticator": {"reference": "#role"},
        "custodian": {"reference": "#organization"},
        "description": sheet.title,
        "securityLabel": [
            coding(CONFIDENTIALITY, "N"),
            *(coding(VISIBILITY, mark) for mark in sheet.marks),
        ],
        "content": [_content(sheet)],
        "context": _context(sheet, author),
    }


def _content(sheet: Sheet) -> JsonObject:
    # PDSm asks for SHA-1, to tell a damaged copy; nothing here rests on it.
    digest = sha1(sheet.body, usedforsecurity=False).digest()
    return {
        "attachment": {
            "contentType": sheet.content_type,
            "language": "fr-FR",
            "url": binary_id(sheet),
            "size": len(sheet.body),
            "hash": b64encode(digest).decode("ascii"),
            "title": sheet.title,
            "creation": sheet.date,
        },
        "format": {"system": FORMATS, "code": sheet.format},
    }


def _context(sheet: Sheet, author: Reader) -> JsonObject:
    if author.structure is None:
        raise ValueError(f"{author.key}: the author of an envelope needs a structure")
    return {
        "period": {"start": sheet.date},
        "facilityType": coding(SECTORS, author.structure.facility),
        "practiceSetting": coding(SETTINGS, author.structure.setting),
        "sourcePatientInfo": {"reference": "#patient"},
    }


def _type(code: str) -> JsonObject:
    # LOINC codes begin with a digit, those of TRE_A05 with a letter.
    return coding(LOINC if code[0].isdecimal() else LOCAL_TYPES, code)


def uri(value: str) -> JsonObject:
    """Return an identifier that is a URI."""
    return {"system": "urn:ietf:rfc:3986", "value": value}


def urn(kind: str, name: str) -> str:
    """Return the URN of one part of an envelope, always the same for the same name."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{SOURCE}/{kind}/{name}')}"


def reference_id(sheet: Sheet) -> str:
    """Return the URN of the DocumentReference of a document."""
    return urn("reference", sheet.name)


def binary_id(sheet: Sheet) -> str:
    """Return the URN of the Binary of a document."""
    return urn("binary", sheet.name)
