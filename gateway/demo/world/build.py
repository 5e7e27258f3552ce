"""FHIR envelopes for the demo's documents: ITI-65 transactions and ITI-105 references.

Pure: the same document, patient and author always give the same bytes. Ids are made
from names (UUID version 5), times are those of the acts. Source: PDSm 3.1.1.
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from gateway.demo.world.parties import (
    JsonObject,
    coding,
    contained_role,
    patient_identifier,
)
from gateway.demo.world.people import Patient, Reader
from gateway.demo.world.reference import (
    PDSM,
    SECTORS,
    SOURCE,
    Sheet,
    binary_id,
    reference,
    reference_id,
    uri,
    urn,
)

MHD = "https://profiles.ihe.net/ITI/MHD/"


def transaction(
    name: str,
    sheets: Sequence[Sheet],
    patient: Patient,
    author: Reader,
    replaced_oid: str = "",
) -> bytes:
    """Return an ITI-65 transaction that hands in ``sheets`` as one lot.

    With ``replaced_oid`` each sheet replaces the document of that identifier, which a
    PATCH entry puts to ``superseded``; both name it by identifier, since a depositor
    need not know the server's id.
    """
    documents = [reference(each, patient, author) for each in sheets]
    entries = [_entry(_list_id(name), "List", _lot(name, sheets, patient, author))]
    for sheet, document in zip(sheets, documents, strict=True):
        if replaced_oid:
            target = {"identifier": uri(f"urn:oid:{replaced_oid}")}
            document["relatesTo"] = [{"code": "replaces", "target": target}]
        entries.append(_entry(reference_id(sheet), "DocumentReference", document))
        entries.append(_entry(binary_id(sheet), "Binary", _binary(sheet)))
    if replaced_oid:
        entries.append(_superseded(name, replaced_oid))
    profile = [f"{PDSM}pdsm-comprehensive-provide-document-bundle"]
    return _dump(
        {
            "resourceType": "Bundle",
            "meta": {"profile": profile},
            "type": "transaction",
            "entry": entries,
        }
    )


def document_reference(sheet: Sheet, patient: Patient, author: Reader) -> bytes:
    """Return an ITI-105 DocumentReference that carries its document in ``data``."""
    resource = reference(sheet, patient, author)
    resource["meta"] = {"profile": [f"{PDSM}pdsm-simplified-publish"]}
    attachment = resource["content"][0]["attachment"]
    del attachment["url"]
    attachment["data"] = b64encode(sheet.body).decode("ascii")
    return _dump(resource)


def _lot(
    name: str, sheets: Sequence[Sheet], patient: Patient, author: Reader
) -> JsonObject:
    facility = author.structure.facility if author.structure else ""
    lot_oid = f"urn:oid:2.25.{uuid5(NAMESPACE_URL, f'{SOURCE}/lot/{name}').int}"
    return {
        "resourceType": "List",
        "meta": {"profile": [f"{PDSM}pdsm-submissionset-comprehensive"]},
        "contained": contained_role(author),
        "extension": [
            {
                "url": f"{MHD}StructureDefinition/ihe-designationType",
                "valueCodeableConcept": coding(SECTORS, facility),
            },
            {
                "url": f"{MHD}StructureDefinition/ihe-sourceId",
                "valueIdentifier": uri(SOURCE),
            },
        ],
        "identifier": [
            uri(lot_oid) | {"use": "usual"},
            uri(_list_id(name)) | {"use": "official"},
        ],
        "status": "current",
        "mode": "working",
        "code": coding(f"{MHD}CodeSystem/MHDlistTypes", "submissionset"),
        "subject": {"identifier": patient_identifier(patient)},
        "date": max(sheet.date for sheet in sheets),
        "source": {"reference": "#role"},
        "entry": [{"item": {"reference": reference_id(each)}} for each in sheets],
    }


def _binary(sheet: Sheet) -> JsonObject:
    return {
        "resourceType": "Binary",
        "contentType": sheet.content_type,
        "data": b64encode(sheet.body).decode("ascii"),
    }


def _superseded(name: str, oid: str) -> JsonObject:
    parts = [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": "DocumentReference.status"},
        {"name": "value", "valueCode": "superseded"},
    ]
    patch = {
        "resourceType": "Parameters",
        "parameter": [{"name": "operation", "part": parts}],
    }
    url = f"DocumentReference?identifier=urn:ietf:rfc:3986|urn:oid:{oid}"
    entry = _entry(urn("patch", name), url, patch)
    return entry | {"request": {"method": "PATCH", "url": url}}


def _entry(full_url: str, url: str, resource: JsonObject) -> JsonObject:
    request = {"method": "POST", "url": url}
    return {"fullUrl": full_url, "resource": resource, "request": request}


def _list_id(name: str) -> str:
    return urn("list", name)


def _dump(resource: JsonObject) -> bytes:
    return json.dumps(resource, ensure_ascii=False, indent=1).encode()
