"""After a death only depositors see, what is theirs; to all others there is no record.

Two worlds: the person has died in one of them and the record of the other is closed; or
died in both, and life goes on around one of the two records.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.lifecycle import turning
from gateway.lifecycle.turning import OPERATOR
from gateway.notify.occasions import PATIENT
from gateway.notify.recipients import Recipient, recipients
from gateway.repository import records
from labels.policy.question import Relation
from tests.gateway.consenting import about, consent, to_person
from tests.noninterference.circle import contest, team
from tests.noninterference.documents import world
from tests.noninterference.draws import drawn_by
from tests.noninterference.pair import Gateway, pair
from tests.noninterference.side_by_side import by_person, deposit
from tests.noninterference.twoworlds import EMPTY, Two, paper

Json = dict[str, Any]

PERSON, DOCTOR, MEMBER, LATER = "octave", "gp", "pharmacist", "psychiatrist"
STRANGER, COLLEAGUE = "endocrinologist", "surgeon"
WHO = world().patients[PERSON].identifier
DIED = date(2026, 11, 20)
GLASS = "/fhir/Consent/$break-glass"
KINDS = (
    *("CareTeam", "RelatedPerson", "Communication", "AuditEvent", "Task"),
    *("DocumentReference", "Provenance", "Condition"),
)
OWN = ("$emergencies", "$emergency-choices", "$codes", "$blocked", "$intake")


class Room(Two):
    """Two worlds with a treating doctor, a member of the team, and a document of each."""

    def begin(self) -> "Room":
        """Let it be as it was before the death."""
        for each in self.both:
            tie(each, Relation.TREATING_DOCTOR, DOCTOR)
            tie(each, Relation.CARE_TEAM, MEMBER)
        self.mine = self.deposited(PERSON, paper(1))
        self.other = self.written(paper_number=2)
        glass = self.same(STRANGER, GLASS, "POST", emergency())
        assert glass.status == "200 OK"
        log = json.loads(
            self.same(PERSON, f"/fhir/AuditEvent?{by_person(PERSON)}").body
        )
        self.event = log["entry"][0]["resource"]["id"]
        return self

    def written(self, paper_number: int) -> str:
        """Have the stranger deposit a document in both worlds; return its id."""
        self.pass_()
        given = paper(paper_number)
        [made] = {deposit(e, PERSON, STRANGER, given) for e in self.both}
        return made

    def died(self) -> None:
        """Note the death in both worlds."""
        self.pass_()
        for each in self.both:
            decease(each)

    def reads(self, reader: str) -> list[str]:
        """Return what the reader gets of the record, the same in both worlds."""
        who, named = by_person(PERSON), f"{WHO.system}|{WHO.value}"
        record = self.mine[:32]
        paths = [f"{kind}?{who}" for kind in KINDS]
        paths += [f"Consent?{who}&status=active", f"Patient?identifier={named}"]
        paths += [f"Patient/{record}", f"Patient/{record}/$everything"]
        paths += [f"Consent/{each}" for each in OWN]
        paths += ["Patient/$export", "DocumentReference/$held"]
        paths += [f"Communication/$settings?{who}", f"AuditEvent/{self.event}"]
        paths += [f"{k}/{self.other}" for k in ("DocumentReference", "Binary")]
        return [self.same(reader, f"/fhir/{each}").status for each in paths]


def decease(gateway: Gateway, died: date | None = DIED) -> None:
    """Have the operator note the death, or that it was noted wrongly."""
    with drawn_by("dead"):
        turning.decease(gateway.services, WHO, died, OPERATOR)


def tie(gateway: Gateway, kind: Relation, reader: str) -> None:
    """Have the operator note that a professional is something to the person."""
    store, held = gateway.services.store, HeldRelation(kind, world().readers[reader].id)
    with store.unit() as connection, drawn_by(f"tie {kind} {reader}"):
        record = records.by_identifiers(connection, store.keys, WHO)
        relations.declare(connection, record, held)


def emergency() -> Json:
    """Return how an access in a vital emergency is asked for."""
    return EMPTY | {
        "parameter": [
            {
                "name": "patient",
                "valueIdentifier": {"system": WHO.system, "value": WHO.value},
            },
            {"name": "reason", "valueCode": "unconscious"},
            {"name": "words", "valueString": "found in the street"},
        ]
    }


@pytest.fixture
def room() -> Iterator[Room]:
    """Give two worlds in which the person lives."""
    with pair() as both:
        yield Room(both).begin()


@pytest.mark.parametrize("reader", [PERSON, MEMBER, LATER])
def test_a_record_is_none_after_a_death(room: Room, reader: str) -> None:
    """The person's sign-in, the care team, a stranger find what they find when it is closed."""
    room.pass_()
    decease(room.left)
    with drawn_by("closed"):
        turning.close(room.both[1].services, WHO, OPERATOR)
    room.reads(reader)
    said = {"type": "permit", "actor": [to_person(LATER)], "data": [about(room.mine)]}
    subscribed = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "x",
        "criteria": f"DocumentReference?{by_person(PERSON)}",
        "channel": {
            "type": "rest-hook",
            "endpoint": "https://hook.example/a",
            "payload": "application/fhir+json",
        },
    }
    acts: tuple[tuple[str, Json], ...] = (
        ("Consent/$new-code", EMPTY),
        ("Consent/$emergency-choices", chosen()),
        ("Consent", consent(PERSON, said)),
        ("CareTeam", team(PERSON, LATER)),
        ("Task", contest(room.event)),
        ("Subscription", subscribed),
    )
    for path, body in acts:
        answer = room.same(reader, f"/fhir/{path}", "POST", body)
        assert answer.status[:3] in {"403", "404", "422"}, path
    if reader != PERSON:
        assert room.same(reader, GLASS, "POST", emergency()).status == "200 OK"
    room.reads(reader)


def chosen() -> Json:
    """Return a choice about emergencies."""
    return EMPTY | {"parameter": [{"name": "samu", "valueBoolean": False}]}


@pytest.mark.parametrize("reader", [PERSON, DOCTOR, MEMBER, LATER])
def test_what_comes_after_a_death_is_told_to_nobody(room: Room, reader: str) -> None:
    """Another is let in, an emergency with its words, a deposit: to no sign-in and no team."""
    room.died()
    tie(room.left, Relation.CARE_TEAM, LATER)
    assert room.alone("cardiologist", GLASS, "POST", emergency()).status == "200 OK"
    room.pass_()
    deposit(room.left, PERSON, STRANGER, paper(5))
    room.reads(reader)


def test_an_emergency_ends_with_a_death(room: Room) -> None:
    """Who was in the record a minute ago finds his own there, and nothing else."""
    path = f"/fhir/DocumentReference/{room.mine}"
    assert room.same(STRANGER, path).status == "200 OK"
    room.died()
    assert room.same(STRANGER, path).status.startswith("404")
    room.same(STRANGER, GLASS, "POST", emergency())
    assert room.same(STRANGER, path).status.startswith("404")
    own = f"/fhir/DocumentReference/{room.other}"
    assert room.same(STRANGER, own).status == "200 OK"


def test_depositors_see_their_own_and_deposit_after_a_death(room: Room) -> None:
    """What each deposited, before and after; and once the death was noted wrongly, all."""
    room.died()
    late = room.written(paper_number=6)
    assert documents(room, STRANGER) == {room.other, late}
    assert documents(room, DOCTOR) == {room.mine}
    assert documents(room, PERSON) == documents(room, MEMBER) == set()
    for each in room.both:
        decease(each, None)
    whole = {room.mine, room.other, late}
    assert documents(room, PERSON) == documents(room, DOCTOR) == whole
    assert room.same(PERSON, "/fhir/Consent/$emergencies").status == "200 OK"


def test_whoever_holds_the_sign_in_ends_nothing_after_a_death(room: Room) -> None:
    """Closing, opposing, erasing: not found, and nobody is told of what comes."""
    assert recipients_of(room.left)
    room.died()
    for act in ("$close", "$oppose", "$erase"):
        answer = room.same(PERSON, f"/fhir/Patient/{act}", "POST", EMPTY)
        assert answer.status.startswith("404"), act
    assert documents(room, STRANGER) == {room.other}
    assert not recipients_of(room.left)


def recipients_of(gateway: Gateway) -> list[Recipient]:
    """Return who would be told of an emergency now."""
    store = gateway.services.store
    with store.unit() as connection:
        record = records.by_identifiers(connection, store.keys, WHO)
        at = gateway.clock.now()
        return [
            each
            for each in recipients(connection, record, "emergency", at)
            if each.audience == PATIENT
        ]


def documents(room: Room, reader: str) -> set[str]:
    """Return the ids of the documents a reader finds, the same in both worlds."""
    found = room.same(reader, f"/fhir/DocumentReference?{by_person(PERSON)}")
    return {each["resource"]["id"] for each in json.loads(found.body).get("entry", [])}


def test_who_was_shut_out_stays_so_after_a_death(room: Room) -> None:
    """A block alone outlives the person: what a colleague deposited stays closed."""
    tie(room.left, Relation.BLOCKED, COLLEAGUE)
    room.died()
    path = f"/fhir/DocumentReference/{room.other}"
    found = [each.status for each in room.each(COLLEAGUE, path)]
    assert found == ["404 NOT FOUND", "200 OK"]
