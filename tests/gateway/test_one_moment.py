"""One moment: what is decided meanwhile holds for all that somebody reads, or for none of it.

On PostgreSQL, where requests run at once; on SQLite each waits for the other anyway.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from gateway import (
    circle,
    consent,
    identification,
    inquiry,
    masking,
    presenting,
    preset,
    rendering,
)
from gateway.identity.principal import RECORDER as RECORDS
from gateway.identity.principal import Principal
from gateway.identity.tokens import verify
from gateway.lifecycle import turning
from gateway.lifecycle.turning import OPERATOR
from gateway.repository import records
from gateway.repository.records import CLOSED, OPEN, Record
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.policy.question import Relation
from mappings.mapped import Refused
from tests import postgres
from tests.gateway import consenting
from tests.gateway.overtaking import Act, Overtaken, overtake
from tests.noninterference.documents import Paper, clinical, world
from tests.noninterference.pair import Gateway, open_for, started
from tests.noninterference.side_by_side import by_person
from tests.noninterference.twoworlds import paper

PERSON, READER, AUTHOR, RECORDER = "tristan", "dentist", "gp", "psychiatrist"
QUESTION = inquiry, "clearance_for"
IDENTITY = identification, "check_identity"

pytestmark = pytest.mark.postgresql


@dataclass
class Scene:
    """One gateway on PostgreSQL, and what people do before it."""

    gateway: Gateway
    url: str
    patch: pytest.MonkeyPatch

    def __post_init__(self) -> None:
        """Take what is asked for often."""
        self.services = self.gateway.services
        self.person = self.who(PERSON)
        # A client for each thread, made at once.
        self.clients = [Client(self.gateway.client.application) for _ in range(2)]

    def who(self, key: str) -> Principal:
        """Return a persona as the gateway knows them."""
        at = self.gateway.clock.now()
        token = self.gateway.token(key, at)
        return verify(token, self.services.settings.issuers, at)

    def later(self) -> None:
        """Let a minute pass."""
        self.gateway.clock.instant += timedelta(minutes=1)

    def headers(self, key: str) -> dict[str, str]:
        """Return what a persona sends with a request."""
        token = self.gateway.token(key, self.gateway.clock.now())
        return {"Authorization": f"Bearer {token}"}

    def read(self, path: str) -> TestResponse:
        """Read as the reader."""
        return self.clients[0].get(path, headers=self.headers(READER))

    def found(self) -> list[str]:
        """Return the ids of the documents that the reader finds."""
        answer = self.read(f"/fhir/DocumentReference?{by_person(PERSON)}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        bundle = json.loads(answer.get_data())
        return [each["resource"]["id"] for each in bundle.get("entry", [])]

    def deposit(self, given: Paper) -> str:
        """Deposit a document; return its id."""
        body = clinical(given, world().patients[PERSON], world().readers[AUTHOR])
        headers = self.headers(AUTHOR) | {"Content-Type": "application/xml"}
        answer = self.clients[1].post("/cda", data=body, headers=headers)
        assert answer.status_code in (200, 201), answer.get_data(as_text=True)
        return str(answer.headers["Location"].rpartition("/")[2])

    def mask(self, reader: str, document: str) -> None:
        """Have the person mask a document from a reader."""
        whom = Audience(AudienceKind.PERSON, world().readers[reader].id)
        item = frozenset({document[32:]})
        assert masking.decide(
            self.services, self.person, Directive("", Effect.MASK, whom, item)
        )

    def block(self, reader: str) -> None:
        """Have the person block a reader."""
        circle.block(self.services, self.person, world().readers[reader].id, reader)

    def record(self) -> Record:
        """Return the record as it is, whatever its state."""
        store, who = self.services.store, world().patients[PERSON].identifier
        with store.unit() as connection:
            found = records.held_for(connection, store.keys, who)
            assert found is not None
            return found

    def overtaken(
        self, first: Act, second: Act, where: tuple[Any, str] = QUESTION
    ) -> Overtaken:
        """Run an act that another overtakes."""
        return overtake(self.url, self.patch, where, (first, second))


@pytest.fixture(scope="module")
def empty(
    postgresql_server: postgres.Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Gateway, str]]:
    """Give a gateway in which the people of the demo have records, and nothing in them."""
    folder = tmp_path_factory.mktemp("moment") / "gateway"
    with postgresql_server.database() as url:
        gateway = started(folder, url)
        open_for(gateway, world().patients[PERSON])
        yield gateway, url
        gateway.rows.close()
        gateway.services.store.engine.dispose()


@pytest.fixture
def scene(
    empty: tuple[Gateway, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    """Give the gateway as it was at the beginning."""
    gateway, url = empty
    before, at = gateway.rest(), gateway.clock.instant
    yield Scene(gateway, url, monkeypatch)
    gateway.clock.instant = at
    gateway.restore(before)


def test_a_new_version_of_what_is_masked_is_never_seen(scene: Scene) -> None:
    """Deposited while a masked reader searches: it inherits the mask, before he can look."""
    document = scene.deposit(paper(1))
    scene.later()
    assert scene.found() == [document]
    scene.mask(READER, document)
    scene.later()
    both = scene.overtaken(scene.found, lambda: scene.deposit(paper(2, follows=1)))
    assert both.first.result() == []
    assert both.second.result()
    scene.later()
    assert scene.found() == []


def test_what_comes_after_a_block_is_never_seen(scene: Scene) -> None:
    """Blocked and deposited while the reader searches: he sees what there was before."""

    def blocks() -> None:
        scene.block(READER)
        scene.deposit(paper(2))

    document = scene.deposit(paper(1))
    scene.later()
    both = scene.overtaken(scene.found, blocks)
    assert both.first.result() == [document]
    both.second.result()
    scene.later()
    assert scene.found() == []


def test_a_decision_about_what_is_hidden_disturbs_nobody(scene: Scene) -> None:
    """A rendition is read while the person hides what the reader never saw from another."""
    shown = scene.deposit(replace(paper(1), fact="sentence"))
    hidden = scene.deposit(paper(2))
    scene.mask(READER, hidden)
    scene.later()
    both = scene.overtaken(
        lambda: scene.read(f"/fhir/Binary/{shown}").status_code,
        lambda: scene.mask("pharmacist", hidden),
        (rendering, "shown"),
    )
    assert both.waited
    assert both.first.result() == 200
    both.second.result()


def closes(scene: Scene) -> None:
    """Close the record, as an operator."""
    turning.close(scene.services, world().patients[PERSON].identifier, OPERATOR)


def dies(scene: Scene) -> None:
    """Note the person's death, as an operator."""
    who, day = world().patients[PERSON].identifier, date(2026, 11, 1)
    turning.decease(scene.services, who, day, OPERATOR)


ENDS: dict[str, tuple[Callable[[Scene], None], Callable[[Record], bool]]] = {
    "closed": (closes, lambda found: found.state == CLOSED),
    "died": (dies, lambda found: found.died == "2026-11-01"),
}


@pytest.mark.parametrize("name", ENDS)
def test_what_waited_undoes_nothing(scene: Scene, name: str) -> None:
    """A preset chosen while the record is closed, or a death noted, leaves that as it is."""
    ends, holds = ENDS[name]
    both = scene.overtaken(
        lambda: preset.choose(scene.services, scene.person, "discreet"),
        lambda: ends(scene),
    )
    both.first.result()
    both.second.result()
    assert holds(scene.record())


def test_a_closed_record_takes_no_deposit(scene: Scene) -> None:
    """A deposit is in before the record is closed, or refused after."""
    both = scene.overtaken(
        lambda: scene.deposit(paper(1)), lambda: closes(scene), IDENTITY
    )
    assert both.waited
    assert both.first.result()
    both.second.result()
    assert scene.record().state == CLOSED


def test_who_is_blocked_records_nothing_more(scene: Scene) -> None:
    """A permission is recorded before its recorder is blocked, or not at all."""
    document = scene.deposit(paper(1))
    services, at = scene.services, scene.gateway.clock.now()
    [made] = presenting.make(services, scene.person)
    identifier = world().patients[PERSON].identifier
    assert presenting.present(services, scene.who(RECORDER), identifier, made.code)
    scene.later()
    by = replace(scene.who(RECORDER), scopes=frozenset({RECORDS}))
    said = consenting.consent(
        PERSON,
        {
            "type": "permit",
            "actor": [consenting.to_person("pharmacist")],
            "data": [consenting.about(document)],
        },
        dateTime=at.date().isoformat(),
    )
    both = scene.overtaken(
        lambda: consent.create(services, by, said), lambda: scene.block(RECORDER)
    )
    assert both.waited
    both.second.result()
    with pytest.raises(Refused):
        consent.create(services, by, said)


def test_a_code_lets_nobody_in_who_is_blocked_meanwhile(scene: Scene) -> None:
    """A block that comes while a code is presented ends what the code opens."""
    services, who = scene.services, world().readers[RECORDER].id
    identifier = world().patients[PERSON].identifier
    [made] = presenting.make(services, scene.person)
    both = scene.overtaken(
        lambda: presenting.present(
            services, scene.who(RECORDER), identifier, made.code
        ),
        lambda: scene.block(RECORDER),
    )
    both.first.result()
    both.second.result()
    circle.unblock(services, scene.person, who)
    scene.later()
    asked = scene.gateway.question(RECORDER, PERSON)
    assert Relation.AUTHORISED not in asked.relations


def test_readers_do_not_wait_for_each_other(scene: Scene) -> None:
    """Two read one record at once."""
    document = scene.deposit(paper(1))
    scene.later()
    path = f"/fhir/DocumentReference/{document}"
    both = scene.overtaken(
        scene.found,
        lambda: scene.clients[1].get(path, headers=scene.headers(AUTHOR)).status_code,
    )
    assert not both.waited
    assert both.first.result() == [document]
    assert both.second.result() == 200


def test_what_is_opened_to_be_read_is_not_changed(scene: Scene) -> None:
    """Two that read a record and then wanted to change it would wait for each other."""
    find = inquiry.by_identifier(scene.services, world().patients[PERSON].identifier)
    with (
        inquiry.inquire(scene.services, scene.person, find) as asked,
        pytest.raises(RuntimeError, match="opened to be read"),
    ):
        records.lock(*asked.place)
    assert scene.record().state == OPEN
