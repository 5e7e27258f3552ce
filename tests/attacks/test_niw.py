"""NIW: writing against what one may not see. The reader here is a dentist who deposits."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.attacks.room import PATIENT, READER, Room, masking, paper
from tests.noninterference.pair import Seen
from tests.noninterference.playing import posted
from tests.noninterference.story import Deposit

Json = dict[str, Any]

BASE = "/fhir/DocumentReference"
FHIR = "application/fhir+json"
PATCH = "application/json-patch+json"
TELLING = "2.25.770002"
"""The OID of the hidden document."""


def own(name: str, oid: str, route: str = "iti105", follows: str = "") -> Deposit:
    """Return a document of the reader's own."""
    held = replace(paper(oid), follows=follows)
    lot = name if route == "iti65" else ""
    return Deposit(name, PATIENT, READER, held, route, lot=lot)


def sent(room: Room, deposit: Deposit, **headers: str) -> Seen:
    """Deposit in both worlds."""
    path, kind, body = posted([deposit])
    return room.ask(path, "POST", data=body, content_type=kind, headers=headers)


def test_niw_01_a_condition_on_a_hidden_identifier_holds(room: Room) -> None:
    """If-None-Exist with the identifier of a hidden document: 201, as in the purge."""
    condition = {"If-None-Exist": f"identifier=urn:ietf:rfc:3986|urn:oid:{TELLING}"}
    assert sent(room, own("own-1", "2.25.771"), **condition).status[:3] == "201"


@pytest.mark.parametrize("route", ["cda", "iti105", "iti65"])
def test_niw_02_a_hidden_identifier_is_free(room: Room, route: str) -> None:
    """A document under the identifier of a hidden one is taken: uniqueness is of a structure."""
    assert sent(room, own("own-2", TELLING, route)).status[:3] in ("200", "201")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("version", ["", 'W/"1"'])
def test_niw_03_no_write_finds_a_hidden_document(
    room: Room, method: str, version: str
) -> None:
    """By id or by identifier, with a version or without: one answer for hidden and absent."""
    headers = {"If-Match": version} if version else {}
    body = json.dumps([{"op": "add", "path": "/securityLabel/-", "value": {}}])
    said: Json = {"data": body, "content_type": PATCH, "headers": headers}
    for hidden, never in (
        (f"/{room.secret}", f"/{room.never}"),
        (f"?identifier=urn:oid:{TELLING}", "?identifier=urn:oid:2.25.1"),
    ):
        found = room.ask(BASE + hidden, method, **said)
        assert found == room.ask(BASE + never, method, **said)
        assert found.status[:1] == "4"


@pytest.mark.parametrize("route", ["cda", "iti65"])
def test_niw_04_to_replace_a_hidden_document_is_to_replace_none(
    room: Room, route: str
) -> None:
    """The same outcome and words as for a target that never was, and nothing half done."""
    hidden = sent(room, own("own-3", "2.25.773", route, TELLING))
    assert room.secret.encode() not in hidden.body
    condition = f"{BASE[6:]}?identifier=urn:ietf:rfc:3986|urn:oid:{TELLING}"
    made = json.loads(posted([own("own-4", "2.25.774")])[2])
    answers = []
    for target in (condition, condition.replace("770002", "1")):
        made["relatesTo"] = [{"code": "replaces", "target": {"reference": target}}]
        body = json.dumps(made)
        answers.append(room.ask(BASE, "POST", data=body, content_type=FHIR))
    assert answers[0] == answers[1]
    room.ask(f"{BASE}?{room.patient}&_count=50")


def test_niw_05_validating_says_nothing_of_what_is_there(room: Room) -> None:
    """$validate of a resource that refers to a hidden document, and to none: one outcome."""
    answers = []
    for target in (room.secret, room.never):
        made = json.loads(posted([own("own-5", "2.25.775")])[2])
        relation = {"reference": f"DocumentReference/{target}"}
        made["relatesTo"] = [{"code": "replaces", "target": relation}]
        for path in (f"{BASE}/$validate", BASE):
            body = json.dumps(made)
            answers.append(room.ask(path, "POST", data=body, content_type=FHIR))
    assert answers[:2] == answers[2:]


def test_niw_08_two_structures_use_one_key(room: Room) -> None:
    """What another structure deposited under a key, masked at once, is no conflict later."""
    hidden = paper("2.25.778")
    room.left(Deposit("their-1", PATIENT, "surgeon", hidden, "iti105"))
    room.left(masking("their-1"))
    assert sent(room, own("own-8", "2.25.778")).status[:3] == "201"
    again = sent(room, own("own-8", "2.25.778"))
    assert again.status[:3] == "200"
