"""How an item looks to one reader: the stored facts, in FHIR, less what would tell.

Versions, status and links are made here from what this reader may see, so a hidden
replacement changes nothing. Labels: the patient is shown all; others are shown what
the document itself says, never a mask (a mask that shows tells what it hides).
"""

from typing import Any

from gateway.references import Reference
from gateway.rendering import Shown
from gateway.repository.items import Stored
from gateway.repository.records import Record
from labels import fhir
from mappings.submission import Traits

Json = dict[str, Any]

PERSON = "patient"
IS_ARCHIVED = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived"
"""The extension by which PDSm tells what is put away from what is in use."""


def document(
    record: Record, given: Shown, replaces: list[str], *, to_patient: bool
) -> Json:
    """Return the DocumentReference of what a reader gets of a document.

    ``replaces`` are the ids of the documents it replaces that the reader may see.
    """
    stored = given.stored
    label = stored.label.effective if to_patient else given.label
    resource = dict(given.content)
    attachment = resource["content"][0]["attachment"]
    binary = f"Binary/{public_id(record, stored.id)}"
    shown: Json = {
        "resourceType": "DocumentReference",
        "id": public_id(record, stored.id),
        "meta": _meta(stored) | {"security": fhir.meta_security(label)},
        **resource,
        "contained": [*_others(resource), person(record.identity)],
        "status": status(stored),
        "subject": {"reference": f"Patient/{record.patient_id}"},
        "securityLabel": fhir.security_label(label),
        "content": [
            resource["content"][0] | {"attachment": attachment | {"url": binary}}
        ],
    }
    if held := extensions(resource, stored):
        shown["extension"] = held
    if replaces:
        shown["relatesTo"] = [_replaced(record, each) for each in replaces]
    shown["context"] = dict(resource.get("context", {})) | {
        "sourcePatientInfo": {"reference": f"#{PERSON}"}
    }
    return shown


def submission_set(record: Record, stored: Stored, members: list[str]) -> Json:
    """Return the List of a submission set, with the members the reader may see."""
    entries = [
        {"item": {"reference": f"DocumentReference/{public_id(record, each)}"}}
        for each in members
    ]
    return {
        "resourceType": "List",
        "id": public_id(record, stored.id),
        "meta": _meta(stored),
        **stored.content,
        "subject": {"reference": f"Patient/{record.patient_id}"},
        "entry": entries,
    }


def patient(record: Record) -> Json:
    """Return the Patient: qualified identifiers and the identity in use now."""
    shown = person(record.identity)
    return shown | {
        "id": record.patient_id,
        "identifier": [
            {"system": each.system, "value": each.value}
            for each in record.identity.identifiers
        ],
    }


def person(identity: Traits) -> Json:
    """Return who the person is now; a former first name is in no answer."""
    resource: Json = {"resourceType": "Patient", "id": PERSON}
    given = identity.used_given or " ".join(identity.given[:1])
    name = {
        "use": "usual",
        "family": identity.used_family or identity.family,
        "given": [given],
    }
    if name["family"] or given:
        resource["name"] = [
            {key: value for key, value in name.items() if value != [""]}
        ]
    if identity.gender:
        resource["gender"] = identity.gender
    if identity.birth_date:
        resource["birthDate"] = identity.birth_date
    return resource


def public_id(record: Record, item_id: str) -> str:
    """Return the id by which the world names an item of the record."""
    return str(Reference(record.patient_id, item_id))


def version(stored: Stored) -> int:
    """Return the version the reader sees.

    Each replacement he may see makes one, and each change of how the document stands.
    """
    return 1 + stored.replacements + len(stored.standing.changes)


def status(stored: Stored) -> str:
    """Return the status: what the depositor says goes before what replaced it."""
    if stored.standing.in_error:
        return "entered-in-error"
    return "superseded" if stored.replacements else "current"


def archived(stored: Stored) -> bool:
    """Whether a document is put away: as was said last, else as it was deposited."""
    said = stored.standing.archived
    held: list[Json] = stored.content.get("extension", [])
    submitted = any(e.get("valueBoolean") for e in held if e.get("url") == IS_ARCHIVED)
    return submitted if said is None else said


def extensions(resource: Json, stored: Stored) -> list[Json]:
    """Return the extensions, with what was said last of whether it is put away."""
    held: list[Json] = resource.get("extension", [])
    if stored.standing.archived is None:
        return held
    others = [each for each in held if each.get("url") != IS_ARCHIVED]
    said = {"url": IS_ARCHIVED, "valueBoolean": stored.standing.archived}
    return [*others, said]


def _meta(stored: Stored) -> Json:
    stood = (each.at for each in stored.standing.changes)
    changed = max(filter(None, (stored.recorded, stored.replaced, *stood)))
    return {
        "versionId": str(version(stored)),
        "lastUpdated": changed.isoformat(timespec="milliseconds"),
    }


def _replaced(record: Record, item_id: str) -> Json:
    target = f"DocumentReference/{public_id(record, item_id)}"
    return {"code": "replaces", "target": {"reference": target}}


def _others(resource: Json) -> list[Json]:
    """Return the contained resources but the patient, whose identity is the record's."""
    contained: list[Json] = resource.get("contained", [])
    return [each for each in contained if each.get("resourceType") != "Patient"]
