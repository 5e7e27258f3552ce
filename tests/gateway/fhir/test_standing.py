"""PATCH of status and isArchived (PDSm, flux 03): by whom, what it changes, what it never does."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.repository import records
from gateway.view import IS_ARCHIVED
from labels.fhir import CONFIDENTIALITY
from labels.policy.question import Relation
from tests.gateway.fhir.test_patching import MASK, fhirpath, patch
from tests.gateway.world import Software

Json = dict[str, Any]

DOCUMENT, PATIENT, DEPOSITOR = "hiv-consultation", "tristan", "infectiologist"
JSON_PATCH = "application/json-patch+json"
IN_ERROR = [{"op": "replace", "path": "/status", "value": "entered-in-error"}]
CURRENT = [{"op": "replace", "path": "/status", "value": "current"}]


def archive(value: bool, path: str = "/extension/-") -> list[Json]:  # noqa: FBT001 - a value
    """Return the patch that puts a document away, or takes it out again."""
    extension = {"url": IS_ARCHIVED, "valueBoolean": value}
    return [{"op": "add", "path": path, "value": extension}]


def send(
    software: Software, reader: str, operations: list[Json], where: str = ""
) -> TestResponse:
    """Send a JSON Patch about the document, or where it is said."""
    where = where or f"/{software.id_of(DOCUMENT)}"
    return patch(software, reader, where, json.dumps(operations).encode(), JSON_PATCH)


def total(software: Software, more: str, reader: str = PATIENT) -> int:
    """Return how many documents of that id a search finds."""
    document = software.id_of(DOCUMENT)
    answer = software.search(reader, PATIENT, f"&_id={document}&{more}")
    return int(answer.get_json(force=True)["total"])


def facts(software: Software) -> int:
    """Return how many conditions the patient is given."""
    identifier = software.world.patients[PATIENT].identifier
    token = f"{identifier.system}|{identifier.value}"
    path = f"/fhir/Condition?patient.identifier={token}&_summary=count"
    return int(software.ask(PATIENT, path).get_json(force=True)["total"])


def test_a_depositor_says_that_it_was_an_error_and_takes_it_back(
    software: Software,
) -> None:
    """It is found by that status alone, makes a version, and gives no facts meanwhile."""
    before = facts(software)
    done = send(software, DEPOSITOR, IN_ERROR)
    assert done.get_json(force=True)["status"] == "entered-in-error"
    assert done.headers["ETag"] == 'W/"2"'
    assert [total(software, f"status={s}") for s in ("current", "superseded")] == [0, 0]
    assert total(software, "status=entered-in-error") == 1
    assert facts(software) < before
    again = send(software, DEPOSITOR, IN_ERROR)
    assert again.headers["ETag"] == 'W/"2"'
    back = send(software, DEPOSITOR, CURRENT)
    assert back.headers["ETag"] == 'W/"3"'
    assert total(software, "status=current") == 1
    assert facts(software) == before
    path = f"/fhir/DocumentReference/{software.id_of(DOCUMENT)}/_history"
    entries = software.ask(PATIENT, path).get_json(force=True)["entry"]
    said = [each["resource"]["status"] for each in entries]
    assert said == ["current", "entered-in-error", "current"]


@pytest.mark.parametrize("reader", [DEPOSITOR, PATIENT])
def test_a_document_is_put_away_and_found(software: Software, reader: str) -> None:
    """By who deposited it or the person; found by isArchived both ways; status unchanged."""
    assert total(software, "isArchived=false") == 1
    done = send(software, reader, archive(value=True)).get_json(force=True)
    assert done["extension"] == [{"url": IS_ARCHIVED, "valueBoolean": True}]
    assert total(software, "isArchived=true&status=current") == 1
    assert total(software, "isArchived=false") == 0
    operations = [
        {"op": "replace", "path": "/extension/0/valueBoolean", "value": False}
    ]
    assert send(software, reader, operations).status_code == 200
    assert total(software, "isArchived=false") == 1


def test_a_fhirpath_patch_says_the_same(software: Software) -> None:
    """The value of the extension by its url, and the status."""
    path = f"DocumentReference.extension.where(url='{IS_ARCHIVED}').value"
    wanted = fhirpath(
        {
            "type": {"valueCode": "replace"},
            "path": {"valueString": path},
            "value": {"valueBoolean": True},
        },
        {
            "type": {"valueCode": "replace"},
            "path": {"valueString": "DocumentReference.status"},
            "value": {"valueCode": "entered-in-error"},
        },
    )
    where, body = f"/{software.id_of(DOCUMENT)}", json.dumps(wanted).encode()
    media = "application/fhir+json"
    assert patch(software, PATIENT, where, body, media).status_code == 403
    done = patch(software, DEPOSITOR, where, body, media).get_json(force=True)
    assert done["status"] == "entered-in-error"
    assert done["extension"][0]["valueBoolean"] is True


def test_by_the_identifier_too(software: Software) -> None:
    """The person's by it alone, a depositor's with the person; absent and another's: 404."""
    identifier = software.world.documents()[DOCUMENT].identifier
    person = software.world.patients[PATIENT].identifier
    named = f"?identifier=urn:ietf:rfc:3986|{identifier}"
    whose = f"&patient.identifier={person.system}|{person.value}"
    assert send(software, PATIENT, archive(value=True), named).status_code == 200
    assert send(software, DEPOSITOR, IN_ERROR, named).status_code == 400
    assert send(software, DEPOSITOR, IN_ERROR, named + whose).status_code == 200
    others = send(software, "gp", IN_ERROR, named + whose)
    absent = f"?identifier=urn:ietf:rfc:3986|urn:oid:2.25.1{whose}"
    never = send(software, "gp", IN_ERROR, absent)
    assert (others.status_code, others.get_data()) == (404, never.get_data())


def test_another_s_and_an_unknown_one_are_one_answer(still: Software) -> None:
    """For who may not speak of it, seen or not: 404, byte for byte."""
    never = send(still, "gp", IN_ERROR, f"/{'0' * 64}")
    for reader in ("gp", "dentist"):
        for operations in (IN_ERROR, archive(value=True)):
            answer = send(still, reader, operations)
            assert (answer.status_code, answer.get_data()) == (404, never.get_data())
    other = send(still, "solene", archive(value=True))
    assert (other.status_code, other.get_data()) == (404, never.get_data())


REFUSED: dict[str, tuple[list[Json], int]] = {
    "another extension": ([
        {"op": "add", "path": "/extension/-", "value": {"url": "x", "valueCode": "y"}}
    ], 405),
    "superseded": ([{"op": "replace", "path": "/status", "value": "superseded"}], 422),
    "no status": ([{"op": "remove", "path": "/status"}], 422),
    "no boolean": ([{"op": "add", "path": "/extension/-",
                     "value": {"url": IS_ARCHIVED, "valueString": "yes"}}], 422),
    "twice": (archive(value=True) * 2, 422),
    "nothing there": ([{"op": "remove", "path": "/extension/7"}], 422),
    "with a label": ([*IN_ERROR, {"op": "add", "path": "/securityLabel/-",
                                  "value": MASK}], 422),
    "from elsewhere": ([{"op": "replace", "path": "/statusx", "value": "x"}], 403),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_refused(still: Software, name: str) -> None:
    """405 for another element, 422 for what cannot be said; nothing changes."""
    operations, status = REFUSED[name]
    assert send(still, DEPOSITOR, operations).status_code == status
    assert total(still, "status=current&isArchived=false") == 1


def test_another_version_is_412(still: Software) -> None:
    """If-Match is kept to by who deposited, as by the person."""
    path = f"/fhir/DocumentReference/{still.id_of(DOCUMENT)}"
    answer = still.ask(
        DEPOSITOR,
        path,
        "PATCH",
        data=json.dumps(IN_ERROR).encode(),
        content_type=JSON_PATCH,
        headers={"If-Match": 'W/"9"'},
    )
    assert answer.status_code == 412


def test_another_version_of_the_one_with_an_identifier_is_412(still: Software) -> None:
    """If-Match is kept to by the conditional form too."""
    identifier = still.world.documents()[DOCUMENT].identifier
    answer = still.ask(
        PATIENT,
        f"/fhir/DocumentReference?identifier=urn:ietf:rfc:3986|{identifier}",
        "PATCH",
        data=json.dumps(archive(value=True)).encode(),
        content_type=JSON_PATCH,
        headers={"If-Match": 'W/"999"'},
    )
    assert answer.status_code == 412
    assert total(still, "status=current&isArchived=false") == 1


def test_what_was_refused_stands_so_in_the_log(software: Software) -> None:
    """A patch that cannot be applied changed nothing, and is not told as if it had."""
    person = software.world.patients[PATIENT].identifier
    path = f"/fhir/AuditEvent?patient.identifier={person.system}|{person.value}"
    outcomes = []
    for status in ("superseded", "entered-in-error"):
        patched = [{"op": "replace", "path": "/status", "value": status}]
        send(software, DEPOSITOR, patched)
        entries = software.ask(PATIENT, f"{path}&_count=200").get_json(force=True)
        events = [e["resource"] for e in entries["entry"]]
        outcomes.append([e["outcome"] for e in events if e["action"] == "U"])
    assert [sorted(each) for each in outcomes] == [["4"], ["0", "4"]]


def test_whom_the_patient_blocked_speaks_of_no_colleague_s_document(
    software: Software,
) -> None:
    """Neither read nor tested, changed or raised: 404, as for one that never was."""
    document, patient = software.id_of("transition-consultation"), "solene"
    block(software, patient, "surgeon")
    identifier = software.world.documents()["transition-consultation"].identifier
    person = software.world.patients[patient].identifier
    whose = f"patient.identifier={person.system}|{person.value}"
    never = send(software, "surgeon", IN_ERROR, f"/{'0' * 64}")
    tested = [{"op": "test", "path": "/status", "value": "current"}]
    named = f"?{whose}&identifier=urn:ietf:rfc:3986|{identifier}"
    for operations in (tested, IN_ERROR, archive(value=True)):
        for where in (f"/{document}", named):
            answer = send(software, "surgeon", operations, where)
            assert (answer.status_code, answer.get_data()) == (404, never.get_data())
    meta = {"security": [{"system": CONFIDENTIALITY, "code": "R"}]}
    body = {
        "resourceType": "Parameters",
        "parameter": [{"name": "meta", "valueMeta": meta}],
    }
    path = f"/fhir/DocumentReference/{document}/$meta-add"
    assert software.ask("surgeon", path, "POST", json=body).status_code == 404
    done = send(software, "endocrinologist", IN_ERROR, f"/{document}")
    assert done.status_code == 200


def block(software: Software, patient: str, reader: str) -> None:
    """Have a patient block a reader."""
    services, world = software.services, software.world
    who, at = world.readers[reader].identifier, services.clock.now()
    with services.store.unit() as connection:
        record = records.by_identifiers(
            connection, services.store.keys, world.patients[patient].identifier
        )
        held = HeldRelation(
            Relation.BLOCKED, f"{who.system}|{who.value}", since=at.isoformat()
        )
        relations.declare(connection, record, held)


def test_no_mask_is_lifted_and_no_label_changes(software: Software) -> None:
    """A masked document that its depositor calls an error stays masked and labelled."""
    mask = [{"op": "add", "path": "/securityLabel/-", "value": MASK}]
    before = send(software, PATIENT, mask).get_json(force=True)["securityLabel"]
    hidden = total(software, "_count=1", "dentist")
    for operations in (IN_ERROR, archive(value=True), CURRENT):
        send(software, DEPOSITOR, operations)
        path = f"/fhir/DocumentReference/{software.id_of(DOCUMENT)}"
        after = software.ask(PATIENT, path).get_json(force=True)
        assert after["securityLabel"] == before
        assert total(software, "_count=1", "dentist") == hidden == 0
