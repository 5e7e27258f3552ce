"""What waits for an announcement is in nothing that tells the person of what others did.

Two worlds: in one a report waits, and its depositor and another doctor did things about
it; in the other it never was. The evidence of a case, the explanation of a reader whom
the record knows, and the exports of the log are the same bytes, and say the rest.
"""

import io
import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest

from gateway.audit import reading, trail
from gateway.repository import records
from labels.codes import Mark
from tests.gateway.consenting import about, consent, to_person
from tests.noninterference.circle import contest
from tests.noninterference.documents import Paper, world
from tests.noninterference.leaving import passed
from tests.noninterference.pair import Pair, Seen, pair
from tests.noninterference.playing import StoryError, happen
from tests.noninterference.side_by_side import by_person
from tests.noninterference.story import START, Deposit, Event
from tests.noninterference.twoworlds import Two

Json = dict[str, Any]

PERSON, AUTHOR, DOCTOR, PARTLY = "octave", "gp", "psychiatrist", "cardiologist"
DAY = START - timedelta(days=10)
WAITS = frozenset({Mark.INVISIBLE_PATIENT})
LOG = "/fhir/AuditEvent?_count=200&"


class Room(Two):
    """The two worlds at one instant, and what people do in both, or in the left alone."""

    def __init__(self, two: Pair) -> None:
        """Let another doctor in, and a document that the person sees, be there."""
        super().__init__(two)
        self.ids: dict[str, str] = {}
        self.let_in(DOCTOR, PERSON)
        self.came(_paper("seen", 1))

    def came(self, *given: Deposit) -> None:
        """Deposit in both worlds what does not wait, and what waits in the left one."""
        self.pass_()
        purged: list[Event] = [each for each in given if not each.marks]
        left, right = self.both
        happen(left, list(given), PERSON, self.ids)
        if purged:
            happen(right, purged, PERSON, {})

    def events(self, reader: str) -> list[Json]:
        """Return what the person is told a reader did, the latest first."""
        told = json.loads(self.same(PERSON, LOG + by_person(PERSON)).body)
        found = [each["resource"] for each in told["entry"]]
        return [e for e in found if reading.agent(e) == world().readers[reader].id]

    def evidence(self, event: Json) -> Json:
        """Contest an event; return what the evidence says, the same in both worlds."""
        made = self.same(PERSON, "/fhir/Task", "POST", contest(event["id"]))
        task = json.loads(made.body)["id"]
        return said(self.same(PERSON, f"/fhir/Task/{task}/$evidence"))


def said(answer: Seen) -> Json:
    """Return what an evidence file says."""
    shown = json.loads(answer.body)["parameter"]
    data = {each["name"]: each["resource"]["data"] for each in shown}
    found: Json = json.loads(b64decode(data["json"]))["evidence"]
    return found


def _paper(
    name: str,
    number: int,
    marks: frozenset[Mark] = frozenset(),
    *,
    author: str = AUTHOR,
    lot: str = "",
) -> Deposit:
    """Return a deposit; what waits is of another day."""
    at = DAY - timedelta(days=7) if marks else DAY
    paper = Paper(f"2.25.93{number:04}", "11488-4", "Consultation", at)
    lot = lot or f"lot {name}"
    return Deposit(name, PERSON, author, paper, "iti65", None, marks, lot)


def documents(more: str = "") -> str:
    """Return the search of the person's documents."""
    return f"/fhir/DocumentReference?{by_person(PERSON)}{more}"


@pytest.fixture
def room() -> Iterator[Room]:
    """Give two worlds with a document that the person sees."""
    with pair() as two:
        yield Room(two)


def test_the_evidence_of_a_search_names_what_the_person_sees(room: Room) -> None:
    """One that found both, page by page: the values asked for, and the pages, are not told."""
    room.came(_paper("waits", 2, WAITS))
    for gateway, count in ((room.left, 2), (room.both[1], 1)):
        path = documents("&_count=1&type=11488-4&_sort=date")
        for _ in range(count):
            page = json.loads(room.one(gateway, DOCTOR, path).body)
            links = {each["relation"]: each["url"] for each in page["link"]}
            path = links.get("next", "").removeprefix(
                gateway.services.settings.base_url
            )
        assert not path
    held = room.evidence(room.events(DOCTOR)[0])
    assert reading.items(held["access"]) == [f"DocumentReference/{room.ids['seen']}"]
    asked = reading.query(held["access"])
    assert asked.split("&") == [
        "patient.identifier",
        "_count",
        "type",
        "_sort",
    ]
    assert held["followed_by"] == [held["access"]]


def test_the_evidence_says_what_followed_less_what_waits(room: Room) -> None:
    """A deposit, readings, a lot in part: what the log tells of them, in JSON and PDF."""
    seen = f"/fhir/DocumentReference/{room.ids['seen']}"
    room.each(AUTHOR, seen)
    room.came(_paper("waits", 2, WAITS))
    room.came(_paper("beside", 3, lot="two"), _paper("too", 4, WAITS, lot="two"))
    room.alone(AUTHOR, f"/fhir/Binary/{room.ids['waits']}")
    room.each(AUTHOR, f"/fhir/Binary/{room.ids['seen']}")
    event = next(e for e in room.events(AUTHOR) if e["action"] == "R" and not _body(e))
    held = room.evidence(event)
    acts = [reading.interaction(each).value for each in held["followed_by"]]
    assert acts == ["read", "create", "read"]
    named = reading.items(held["followed_by"][1])
    assert f"DocumentReference/{room.ids['beside']}" in named
    assert f"DocumentReference/{room.ids['too']}" not in named


def _body(event: Json) -> bool:
    return reading.items(event)[0].startswith("Binary/")


def test_an_event_that_is_not_told_is_evidence_of_who_and_when_alone(
    room: Room,
) -> None:
    """By its id, as an evidence file of before told it: it names nothing."""
    room.came(_paper("waits", 2, WAITS))
    gateway = room.left
    room.one(gateway, AUTHOR, f"/fhir/DocumentReference/{room.ids['waits']}")
    store, who = gateway.services.store, world().patients[PERSON].identifier
    with store.unit() as connection:
        record = records.by_identifiers(connection, store.keys, who)
        event = trail.of_record(connection, record)[-1]
    assert reading.items(event) == [f"DocumentReference/{room.ids['waits']}"]
    made = room.one(gateway, PERSON, "/fhir/Task", "POST", contest(event["id"]))
    task = json.loads(made.body)
    held = said(room.one(gateway, PERSON, f"/fhir/Task/{task['id']}/$evidence"))
    assert reading.agent(held["access"]) == world().readers[AUTHOR].id
    assert held["access"]["recorded"] == event["recorded"]
    assert reading.items(held["access"]) == held["followed_by"] == []
    assert room.ids["waits"] not in json.dumps(held)


def test_whom_a_search_made_known_does_not_tell_what_it_found(room: Room) -> None:
    """Who found what waits alone is known as who found nothing; so is who wrote in part."""
    room.came(_paper("waits", 2, WAITS))
    day = (DAY - timedelta(days=7)).date()
    found = room.each(DOCTOR, documents(f"&date={day}"))
    assert [json.loads(each.body)["total"] for each in found] == [1, 0]
    both = _paper("beside", 3, author=PARTLY, lot="two")
    room.came(both, _paper("too", 4, WAITS, author=PARTLY, lot="two"))
    for reader in (DOCTOR, PARTLY):
        path = f"/fhir/DocumentReference/{room.ids['seen']}/$explain"
        named = f"{path}?reader={world().readers[reader].id}"
        assert room.same(PERSON, named).status == "200 OK"


def test_who_did_nothing_but_about_what_waits_is_unknown(room: Room) -> None:
    """Depositing it, reading it: a 400, as of anybody whom the record never met."""
    room.came(_paper("waits", 2, WAITS, author=PARTLY))
    room.alone(PARTLY, f"/fhir/DocumentReference/{room.ids['waits']}")
    path = f"/fhir/DocumentReference/{room.ids['seen']}/$explain"
    told = room.same(PERSON, f"{path}?reader={world().readers[PARTLY].id}")
    assert told.status.startswith("400")


def test_the_log_leaves_in_exports_without_what_waits(room: Room) -> None:
    """The zip, and the log in bulk: after a search, a reading and a lot that knew it."""
    room.came(_paper("waits", 2, WAITS))
    room.came(_paper("beside", 3, lot="two"), _paper("too", 4, WAITS, lot="two"))
    room.each(DOCTOR, documents("&_sort=-date"))
    room.alone(DOCTOR, f"/fhir/DocumentReference/{room.ids['waits']}")
    archive = ZipFile(io.BytesIO(room.same(PERSON, "/fhir/Patient/$export").body))
    whole = archive.read("log.json").decode()
    assert room.ids["beside"] in whole
    assert not any(room.ids[each] in whole for each in ("waits", "too"))
    exported(room)


def exported(room: Room) -> None:
    """Export the log in bulk in both worlds: the manifest and its file are the same."""
    record = room.ids["seen"][:32]
    path = f"/fhir/Patient/{record}/$export?_type=AuditEvent"
    begun = room.same(PERSON, path, Prefer="respond-async")
    assert begun.status.startswith("202")
    for gateway in room.both:
        passed(gateway, "export")
    places = dict(begun.headers)["Content-Location"].partition("/fhir/")
    manifest = json.loads(room.same(PERSON, "".join(places[1:])).body)
    (output,) = manifest["output"]
    assert output["type"] == "AuditEvent"
    file = room.same(PERSON, "".join(output["url"].partition("/fhir/")[1:]))
    assert file.status == "200 OK"
    assert room.ids["beside"].encode() in file.body
    assert room.ids["waits"].encode() not in file.body


def test_a_consent_recorded_about_what_waits_is_refused_as_about_nothing(
    room: Room,
) -> None:
    """Who wrote it sees it and the person may not yet: a Consent would tell the person."""
    room.let_in(AUTHOR, PERSON)
    room.came(_paper("waits", 2, WAITS))
    refused = []
    for each in (room.ids["waits"], f"{room.ids['seen'][:32]}{'0' * 32}"):
        provision = {"type": "deny", "actor": [to_person("pharmacist")]}
        said = consent(PERSON, provision | {"data": [about(each)]})
        room.pass_()
        asked = AUTHOR, "/fhir/Consent", "POST", said
        refused.append(room.one(room.left, *asked, scope="consent:record"))
    assert refused[0] == refused[1]
    assert refused[0].status.startswith("422")
    for path in ("/fhir/Consent?status=active&", LOG):
        room.same(PERSON, path + by_person(PERSON))
    room.same(PERSON, "/fhir/Patient/$export")


def test_a_second_deposit_under_the_identifier_of_what_waits_is_not_told(
    room: Room,
) -> None:
    """Refused with 409 to its author; the person's log would say of what it is the double."""
    waits = _paper("waits", 2, WAITS)
    room.came(waits)
    room.pass_()
    other = replace(waits.paper, title="Autre")
    with pytest.raises(StoryError, match="duplicate"):
        happen(room.left, [replace(waits, paper=other, lot="again")], PERSON, {})
    room.same(PERSON, LOG + by_person(PERSON))
