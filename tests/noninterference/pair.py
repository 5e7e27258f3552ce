"""Two gateways of one process: the same people, keys and clock, each its own database."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from werkzeug.test import Client, TestResponse

from gateway.clock import FixedClock
from gateway.consents import asking, relations
from gateway.consents.relations import HeldRelation
from gateway.demo.environment import open_demo, settings_in
from gateway.demo.issuer import DemoIssuer, open_issuer
from gateway.demo.world.people import Patient
from gateway.fhir.app import create_app
from gateway.identity.tokens import verify
from gateway.repository import records
from gateway.services import Services
from labels.policy.question import Question
from tests.noninterference.documents import world
from tests.noninterference.draws import drawn_by
from tests.noninterference.story import START

MEMORY = Path("/dev/shm")
"""Kept in memory where the system has such a folder: nothing here has to last."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A world at rest: its database, and the secrets of its records."""

    database: bytes
    secrets: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Gateway:
    """One of the two: what a client reaches, and the clock that it goes by."""

    services: Services
    clock: FixedClock
    client: Client
    issuer: DemoIssuer
    tokens: dict[tuple[str, int], str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where everything of this gateway is kept."""
        return self.services.settings.data

    def token(self, reader: str, at: datetime) -> str:
        """Return a token of a persona that is good at an instant."""
        hour = int(at.timestamp()) // 3600
        if (reader, hour) not in self.tokens:
            made = self.issuer.token(world().readers[reader], at)
            self.tokens[reader, hour] = made
        return self.tokens[reader, hour]

    def rest(self) -> Snapshot:
        """Return the world as it is; the last connection closes, and SQLite tidies up."""
        self.services.store.engine.dispose()
        vault = self.services.settings.vault
        found = [each for each in vault.rglob("*") if each.is_file()]
        secrets = {str(each.relative_to(vault)): each.read_bytes() for each in found}
        return Snapshot(self._database.read_bytes(), secrets)

    def restore(self, kept: Snapshot) -> None:
        """Make the world what it was."""
        self.services.store.engine.dispose()
        for end in ("-wal", "-shm"):
            self._database.with_name(self._database.name + end).unlink(missing_ok=True)
        self._database.write_bytes(kept.database)
        vault = self.services.settings.vault
        for name, secret in kept.secrets.items():
            path = vault / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists() or path.read_bytes() != secret:
                path.write_bytes(secret)
                path.chmod(0o600)

    @property
    def _database(self) -> Path:
        return self.folder / "paravent.db"

    def question(self, reader: str, patient: str) -> Question:
        """Return what policy is asked when a persona stands before a record."""
        principal = verify(
            self.token(reader, self.clock.now()),
            self.services.settings.issuers,
            self.clock.now(),
        )
        identifier = world().patients[patient].identifier
        store = self.services.store
        with store.unit() as connection:
            record = records.by_identifiers(connection, store.keys, identifier)
            return asking.question(connection, principal, record, self.clock.now())


def started(folder: Path) -> Gateway:
    """Start a gateway whose clock stands at the start of every story."""
    clock = FixedClock(START)
    services, issuer = open_demo(settings_in(folder))
    services = replace(services, clock=clock)
    return Gateway(services, clock, Client(create_app(services)), issuer)


def _opened(gateway: Gateway, patient: Patient) -> None:
    """Open the record of a patient, with who is around it."""
    store = gateway.services.store
    with store.unit() as connection:
        made = records.open_record(
            connection, store.keys, patient.traits, patient.preset
        )
        opened = records.by_id(connection, store.keys, made)
        for kind, key in patient.relations:
            reader = world().readers[key]
            name = f"{reader.given} {reader.family}"
            relations.declare(connection, opened, HeldRelation(kind, reader.id, name))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two gateways that hold the same, and the state both can go back to."""

    left: Gateway
    right: Gateway
    empty: Snapshot

    @property
    def both(self) -> tuple[Gateway, Gateway]:
        """The two, the one with what is hidden first."""
        return self.left, self.right


@contextmanager
def pair() -> Iterator[Pair]:
    """Open two gateways with the records of the demo's people and nothing in them."""
    parent = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="twins-", dir=parent) as name:
        first, second = Path(name) / "left", Path(name) / "right"
        with drawn_by("the beginning"):
            left = started(first)
            for patient in world().patients.values():
                _opened(left, patient)
        empty = left.rest()
        shutil.copytree(first, second)
        right = started(second)
        made = replace(right, issuer=open_issuer(first), tokens=left.tokens)
        yield Pair(left, made, empty)
        for each in (left, right):
            each.services.store.engine.dispose()


@dataclass(frozen=True, slots=True)
class Seen:
    """All that a client sees of an answer, its headers in order."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @classmethod
    def of(cls, answer: TestResponse) -> "Seen":
        """Return what is seen of an answer; a body ends with it."""
        found = tuple(answer.headers.items())
        return cls(answer.status, found, answer.get_data())


Ask = Callable[[Gateway], TestResponse]
