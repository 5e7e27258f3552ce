"""Whatever the history, nobody is let in but by the patient's last word on them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from gateway.consents import relations, tying
from gateway.consents.relations import HeldRelation
from gateway.demo.environment import open_demo, settings_in
from gateway.identity.claims import PERSON_SYSTEM, STRUCTURE_SYSTEM
from gateway.identity.principal import Principal
from gateway.repository import records
from gateway.repository.records import Record
from gateway.services import Services
from labels.policy.question import Relation
from mappings.submission import Identifier, Traits

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
PEOPLE = (f"{PERSON_SYSTEM}|1", f"{PERSON_SYSTEM}|2")
HOSPITAL, ELSEWHERE = f"{STRUCTURE_SYSTEM}|1", f"{STRUCTURE_SYSTEM}|2"
CONSENTS = frozenset({Relation.CARE_TEAM, Relation.AUTHORISED})
NUMBERS = count()

STEPS = st.one_of(
    st.tuples(
        st.sampled_from(["team", "authorise", "block", "unblock", "attest", "end"]),
        st.sampled_from(PEOPLE),
    ),
    st.tuples(st.sampled_from(["block", "unblock"]), st.just(HOSPITAL)),
    st.tuples(st.just("wait"), st.sampled_from(["1", "60", "100"])),
)


@cache
def services() -> Services:
    """Return a gateway in which each history has a record of its own."""
    opened, _ = open_demo(settings_in(Path(mkdtemp(prefix="paravent-histories-"))))
    return opened


@dataclass
class Model:
    """What ought to hold, worked out anew in the simplest way."""

    at: datetime = START
    blocked: set[str] = field(default_factory=set)
    let_in: dict[str, set[Relation]] = field(default_factory=dict)
    attested: dict[str, datetime] = field(default_factory=dict)
    waiting: dict[str, datetime] = field(default_factory=dict)
    put_out: set[str] = field(default_factory=set)

    def step(self, verb: str, who: str) -> None:
        """Follow one step."""
        if verb == "wait":
            self.at += timedelta(days=int(who))
        elif verb in ("team", "authorise"):
            kind = Relation.CARE_TEAM if verb == "team" else Relation.AUTHORISED
            if verb == "team":
                self.attested.pop(who, None)
                self.waiting.pop(who, None)
            self.let_in.setdefault(who, set()).add(kind)
        elif verb == "attest":
            self._attest(who)
        elif verb == "block":
            self._block(who)
        elif verb == "unblock":
            self.blocked.discard(who)
        else:
            self._end(who)

    def _attest(self, who: str) -> None:
        standing = who in self._standing()
        if {who, HOSPITAL} & self.blocked or (who in self.put_out and not standing):
            self.attested.pop(who, None)
            self.waiting[who] = self.at + timedelta(days=90)
        else:
            self.attested[who] = self.at + timedelta(days=90)
            self.waiting.pop(who, None)

    def _standing(self) -> set[str]:
        team = {w for w, kinds in self.let_in.items() if Relation.CARE_TEAM in kinds}
        return team | {w for w, until in self.attested.items() if self.at < until}

    def _block(self, who: str) -> None:
        """Put out who stands, and who waits: blocked once more is a word on them too."""
        self.blocked.add(who)
        for known in (self.attested, self.waiting):
            for each in set(known) if who == HOSPITAL else {who} & set(known):
                if self.at < known.pop(each):
                    self.put_out.add(each)
        if self.let_in.pop(who, set()) & {Relation.CARE_TEAM}:
            self.put_out.add(who)

    def _end(self, who: str) -> None:
        if who in self._standing() or self.at < self.waiting.pop(who, START):
            self.put_out.add(who)
        self.let_in.pop(who, None)
        self.attested.pop(who, None)

    def expected(self, who: str, organization: str) -> set[Relation]:
        """Return the relations that who asks for a structure has now."""
        found = set(self.let_in.get(who, set()))
        member = organization == HOSPITAL and self.at < self.attested.get(who, START)
        found |= {Relation.CARE_TEAM} if member else set()
        return found | (
            {Relation.BLOCKED} if {who, organization} & self.blocked else set()
        )


def carry_out(
    connection: Connection, record: Record, verb: str, who: str, at: datetime
) -> None:
    """Do one step for real."""
    place = (connection, record)
    if verb in ("team", "authorise", "block"):
        kind = {
            "team": Relation.CARE_TEAM,
            "authorise": Relation.AUTHORISED,
            "block": Relation.BLOCKED,
        }[verb]
        tying.tie(*place, HeldRelation(kind, who), at)
    elif verb == "attest":
        held = HeldRelation(Relation.CARE_TEAM, who, within=HOSPITAL, by=HOSPITAL)
        tying.attest(*place, held, at)
    else:
        for row_id in list(_meant(connection, record, verb, who)):
            tying.untie(*place, row_id, at)


def _meant(
    connection: Connection, record: Record, verb: str, who: str
) -> Iterator[str]:
    wanted = {Relation.BLOCKED} if verb == "unblock" else CONSENTS
    for row_id, held in relations.kept(connection, record):
        if held.who == who and held.kind in wanted:
            yield row_id


@given(st.lists(STEPS, max_size=14))
def test_what_holds_is_what_the_patient_said_last(
    history: list[tuple[str, str]],
) -> None:
    """After each step everybody is exactly what the model says, in both structures."""
    store = services().store
    with store.unit() as connection:
        who = Identifier("urn:test", str(next(NUMBERS)))
        opened = records.open_record(connection, store.keys, Traits((who,)), "law")
        record = records.by_id(connection, store.keys, opened)
        model = Model()
        for verb, about in history:
            model.step(verb, about)
            if verb != "wait":
                carry_out(connection, record, verb, about, model.at)
            kept = relations.of_record(connection, record)
            for person in PEOPLE:
                for organization in (HOSPITAL, ELSEWHERE):
                    asker = Principal(person, organization)
                    found = relations.between(asker, record, kept, model.at)
                    assert model.expected(person, organization) == found
