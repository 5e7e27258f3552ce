"""FHIR requests written for these tests; every person in them is invented."""

import base64
import copy
import hashlib
from typing import Any

from mappings import ins
from mappings.submission import JsonObject

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
VISIBILITY = (
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/"
    "TRE-A07-StatutVisibiliteDocument"
)
FR_TYPES = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
MHD = "https://profiles.ihe.net/ITI/MHD"
INS = ins.identifier(ins.NIR_TEST, "2840575056101")
OTHER_INS = ins.identifier(ins.NIR_TEST, "1701033063044")
SET, DOCUMENT, BINARY = "urn:uuid:set", "urn:uuid:document", "urn:uuid:binary"
TEXT = b"Consultation de suivi : entorse de la cheville."
INSTANT = "2026-03-04T10:00:00+01:00"


def label(code: str, system: str = CONFIDENTIALITY) -> JsonObject:
    """Build a security label."""
    return {"coding": [{"system": system, "code": code}]}


def patient(**changes: object) -> JsonObject:
    """Build the contained Patient: birth names, used names, INS and a local number."""
    usual = {"use": "usual", "family": "TREMBLE", "given": ["SASHA"]}
    birth_names = (
        "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list"
    )
    official = {
        "use": "official",
        "family": "ORMEAU",
        "given": ["ALIX"],
        "extension": [
            {"url": f"{birth_names}-given-name", "valueString": "ALIX MARIE"}
        ],
    }
    known: JsonObject = {
        "resourceType": "Patient",
        "id": "patient",
        "identifier": [
            identifier("INS-NIR-TEST"),
            {"system": "urn:oid:1.2.3", "value": "7"},
        ],
        "name": [official, usual],
        "gender": "female",
        "birthDate": "1984-05-21",
    }
    return known | changes


def identifier(
    kind: str, value: str = INS.value, system: str = INS.system
) -> JsonObject:
    """Build an identifier of this French type."""
    return {
        "type": {"coding": [{"system": FR_TYPES, "code": kind}]},
        "system": system,
        "value": value,
    }


def role() -> JsonObject:
    """Build the contained author: a professional in an organisation."""
    return {
        "resourceType": "PractitionerRole",
        "id": "role",
        "practitioner": {
            "identifier": {
                "system": "urn:oid:1.2.250.1.71.4.2.1",
                "value": "810000009999",
            },
            "display": "Paule SORBIER",
        },
        "organization": {"reference": "#org"},
    }


def organization() -> JsonObject:
    """Build the contained organisation."""
    return {
        "resourceType": "Organization",
        "id": "org",
        "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "1330099999"}],
        "name": "Cabinet des Tilleuls",
    }


def attachment(body: bytes = TEXT, **changes: object) -> JsonObject:
    """Build the attachment of an ITI-65 DocumentReference."""
    known: JsonObject = {
        "contentType": "text/plain",
        "language": "fr-FR",
        "url": BINARY,
        "size": len(body),
        "hash": base64.b64encode(
            hashlib.sha1(body, usedforsecurity=False).digest()
        ).decode(),
        "title": "Consultation",
        "creation": INSTANT,
    }
    return known | changes


def document_reference(body: bytes = TEXT, **changes: object) -> JsonObject:
    """Build a DocumentReference with everything PDSm makes mandatory."""
    known: JsonObject = {
        "resourceType": "DocumentReference",
        "contained": [patient(), role(), organization()],
        "masterIdentifier": {
            "system": "urn:ietf:rfc:3986",
            "value": "urn:oid:1.2.250.1.999.1.1",
        },
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11488-4"}]},
        "category": [
            {"coding": [{"system": "urn:oid:1.2.250.1.213.1.1.4.1", "code": "10"}]}
        ],
        "subject": {"identifier": identifier("INS-NIR-TEST")},
        "date": INSTANT,
        "author": [{"reference": "#role"}],
        "custodian": {"reference": "#org"},
        "securityLabel": [label("N")],
        "content": [
            {
                "attachment": attachment(body),
                "format": {
                    "system": "urn:oid:1.3.6.1.4.1.19376.1.2.3",
                    "code": "urn:ihe:x",
                },
            }
        ],
        "context": {
            "period": {"start": INSTANT},
            "facilityType": {
                "coding": [{"system": "urn:oid:1.2.250.1.71.4.2.4", "code": "SA07"}]
            },
            "practiceSetting": {"text": "AMBULATOIRE"},
            "sourcePatientInfo": {"reference": "#patient"},
        },
    }
    return known | changes


def simplified(body: bytes = TEXT, **changes: object) -> JsonObject:
    """Build an ITI-105 request."""
    found = document_reference(body, **changes)
    inside = found["content"][0]["attachment"]
    del inside["url"]
    inside["data"] = base64.b64encode(body).decode()
    return found


def submission_set() -> JsonObject:
    """Build the List of an ITI-65 request with one document."""
    return {
        "resourceType": "List",
        "extension": [
            {
                "url": f"{MHD}/StructureDefinition/ihe-designationType",
                "valueCodeableConcept": {"text": "cabinet"},
            },
            {
                "url": f"{MHD}/StructureDefinition/ihe-sourceId",
                "valueIdentifier": {
                    "system": "urn:ietf:rfc:3986",
                    "value": "urn:oid:1.2.3",
                },
            },
        ],
        "identifier": [
            {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.1.2"}
        ],
        "status": "current",
        "mode": "working",
        "code": {
            "coding": [
                {"system": f"{MHD}/CodeSystem/MHDlistTypes", "code": "submissionset"}
            ]
        },
        "subject": {"identifier": identifier("INS-NIR-TEST")},
        "date": INSTANT,
        "source": {
            "identifier": {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "8"}
        },
        "entry": [{"item": {"reference": DOCUMENT}}],
    }


def entry(
    resource: JsonObject, url: str = "", method: str = "POST", to: str = ""
) -> JsonObject:
    """Build an entry of a transaction; the request's url is the type by default."""
    address = {"fullUrl": url} if url else {}
    request = {"method": method, "url": to or str(resource["resourceType"])}
    return {**address, "resource": resource, "request": request}


def transaction(body: bytes = TEXT) -> JsonObject:
    """Build an ITI-65 request: a submission set, a DocumentReference, a Binary."""
    binary = {
        "resourceType": "Binary",
        "contentType": "text/plain",
        "data": base64.b64encode(body).decode(),
    }
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            entry(submission_set(), SET),
            entry(document_reference(body), DOCUMENT),
            entry(binary, BINARY),
        ],
    }


def with_entry(added: JsonObject, whole: JsonObject | None = None) -> JsonObject:
    """Return a request with one more entry at its end."""
    whole = whole or transaction()
    return whole | {"entry": [*whole["entry"], added]}


def document_bundle() -> JsonObject:
    """Build a FHIR document with a patient, an author and an organisation."""
    people = {"patient": patient(), "role": role(), "org": organization()}
    entries = [
        {"fullUrl": f"urn:uuid:{name}", "resource": resource}
        for name, resource in people.items()
    ]
    people["role"]["organization"] = {"reference": "urn:uuid:org"}
    composition = {
        "resourceType": "Composition",
        "status": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11488-4"}]},
        "subject": {"reference": "urn:uuid:patient"},
        "date": INSTANT,
        "author": [{"reference": "urn:uuid:role"}],
        "custodian": {"reference": "urn:uuid:org"},
        "title": "Consultation de suivi",
        "event": [{"code": [{"text": "Consultation"}], "period": {"start": INSTANT}}],
        "section": [{"title": "Motif", "text": narrative("<p>Entorse</p>")}],
    }
    return {
        "resourceType": "Bundle",
        "identifier": {
            "system": "urn:ietf:rfc:3986",
            "value": "urn:oid:1.2.250.1.999.1.3",
        },
        "type": "document",
        "timestamp": INSTANT,
        "entry": [
            {"fullUrl": "urn:uuid:composition", "resource": composition},
            *entries,
        ],
    }


def narrative(inner: str) -> JsonObject:
    """Build a narrative around this XHTML."""
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>',
    }


def changed(value: JsonObject, path: str, new: object) -> JsonObject:
    """Copy ``value`` with the element at ``path`` (``entry.1.resource``) set to ``new``.

    ``None`` removes the element.
    """
    whole = copy.deepcopy(value)
    owner: Any = whole
    *steps, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for step in steps:
        owner = owner[step]
    if new is None:
        del owner[last]
    elif isinstance(owner, list) and last == len(owner):
        owner.append(new)
    else:
        owner[last] = new
    return whole
