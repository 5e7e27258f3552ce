"""Two worlds at one instant: a few people act in both, or in the left one alone."""

import json
from datetime import timedelta
from typing import Any

from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.repository import records
from labels.policy.question import Relation
from tests.noninterference.documents import Paper, lot, sheet, world
from tests.noninterference.draws import drawn_by
from tests.noninterference.pair import Gateway, Pair, Seen
from tests.noninterference.playing import FHIR
from tests.noninterference.story import START

Json = dict[str, Any]


def by_person(patient: str) -> str:
    """Return the parameter that names the record."""
    who = world().patients[patient].identifier
    return f"patient.identifier={who.system}|{who.value}"


def paper(number: int, *, follows: int = 0) -> Paper:
    """Return a document that tells nothing; ``follows`` is the number of what it replaces."""
    at = START - timedelta(days=10)
    before = _oid(follows) if follows else ""
    return Paper(_oid(number), "11488-4", "Cheville", at, follows=before)


def _oid(number: int) -> str:
    return f"2.25.94{number:04}"


class Two:
    """What people do before two gateways, each act a minute after the last."""

    def __init__(self, two: Pair) -> None:
        """Begin with two gateways that hold the same."""
        self.both = two.both
        self.left = two.left

    def pass_(self) -> None:
        """Let a minute pass in both."""
        for each in self.both:
            each.clock.instant += timedelta(minutes=1)

    def one(
        self,
        gateway: Gateway,
        reader: str,
        path: str,
        method: str = "GET",
        body: Json | bytes | None = None,
        **more: str,
    ) -> Seen:
        """Ask one world; ``scope`` narrows the token, the rest are headers."""
        at, scope = gateway.clock.now(), more.pop("scope", "")
        headers = {"Authorization": f"Bearer {gateway.token(reader, at, scope)}"}
        headers |= {"X-Request-Id": "two-worlds-0"}
        headers |= {name.replace("_", "-"): text for name, text in more.items()}
        given = json.dumps(body).encode() if isinstance(body, dict) else body
        with drawn_by(f"{reader} {method} {path} {at}"):
            answer = gateway.client.open(
                path,
                method=method,
                headers=headers,
                data=given,
                content_type=FHIR if given else None,
            )
            return Seen.of(answer)

    def same(
        self,
        reader: str,
        path: str,
        method: str = "GET",
        body: Json | bytes | None = None,
        **more: str,
    ) -> Seen:
        """Ask both worlds and return the one answer."""
        self.pass_()
        one, other = (
            self.one(each, reader, path, method, body, **more) for each in self.both
        )
        assert one == other, (path, one, other)
        return one

    def apart(
        self,
        reader: str,
        path: str,
        method: str = "POST",
        body: Json | None = None,
    ) -> None:
        """Have somebody do what takes effect in the left world alone."""
        self.pass_()
        empty = {"resourceType": "Parameters"} if body is None else body
        done = self.one(self.left, reader, path, method, empty)
        assert done.status.startswith("20"), done

    def deposited(self, patient: str, given: Paper, *marks: str) -> str:
        """Deposit in both worlds what bears no mark, else in the left alone; return its id."""
        self.pass_()
        author = world().readers["gp"]
        whose = world().patients[patient]
        one = sheet(given, whose, author, marks)
        body = lot(f"lot {given.oid}", [(given, one)], whose, author)
        where = self.both[:1] if marks else self.both
        made = {self.one(each, "gp", "/fhir", "POST", body).body for each in where}
        assert len(made) == 1
        entries = json.loads(made.pop())["entry"]
        found = [str(each["response"].get("location")) for each in entries]
        return next(each.split("/")[1] for each in found if "DocumentReference" in each)

    def let_in(self, reader: str, patient: str) -> None:
        """Have the person let a professional in, in both worlds."""
        for each in self.both:
            store, who = each.services.store, world().patients[patient].identifier
            with store.unit() as connection, drawn_by(f"let in {reader}"):
                record = records.by_identifiers(connection, store.keys, who)
                held = HeldRelation(Relation.AUTHORISED, world().readers[reader].id)
                relations.declare(connection, record, held)
