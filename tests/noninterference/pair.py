"""Two gateways of one process: the same people, keys and clock, each its own database."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
from gateway.edge import MOST, Edge, Rates
from gateway.fhir.app import create_app
from gateway.identity.tokens import verify
from gateway.repository import records
from gateway.services import Services
from labels.policy.question import Question
from tests.noninterference import scopes
from tests.noninterference.documents import world
from tests.noninterference.draws import drawn_by
from tests.noninterference.rows import (
    Kept,
    PostgresqlRows,
    Rows,
    SqliteRows,
    copied,
)
from tests.noninterference.story import START
from tests.postgres import server

MEMORY = Path("/dev/shm")
"""Kept in memory where the system has such a folder: nothing here has to last."""


HOOK = "https://hook.example"
"""Where subscribers have notifications sent: kept back here, never sent."""
SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A world at rest: its database, and the secrets of its records."""

    rows: Kept
    secrets: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Gateway:
    """One of the two: what a client reaches, and the clock that it goes by."""

    services: Services
    clock: FixedClock
    client: Client
    issuer: DemoIssuer
    rows: Rows
    tokens: dict[tuple[str, datetime, str], str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where everything of this gateway is kept."""
        return self.services.settings.data

    def token(self, reader: str, at: datetime, scope: str = "") -> str:
        """Return a token of a persona that is good at an instant, as scopes narrow it."""
        minute = at.replace(second=0, microsecond=0)
        key = reader, minute, scope
        if key not in self.tokens:
            self.tokens[key] = (
                scopes.token(self.issuer, reader, minute, scope)
                if scope
                else self.issuer.token(world().readers[reader], minute)
            )
        return self.tokens[key]

    def rest(self) -> Snapshot:
        """Return the world as it is."""
        vault = self.services.settings.vault
        found = [each for each in vault.rglob("*") if each.is_file()]
        secrets = {str(each.relative_to(vault)): each.read_bytes() for each in found}
        return Snapshot(self.rows.kept(self.services.store.engine), secrets)

    def restore(self, kept: Snapshot) -> None:
        """Make the world what it was."""
        self.rows.restore(self.services.store.engine, kept.rows)
        vault = self.services.settings.vault
        for name, secret in kept.secrets.items():
            path = vault / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists() or path.read_bytes() != secret:
                path.write_bytes(secret)
                path.chmod(0o600)

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


def started(folder: Path, database_url: str = "") -> Gateway:
    """Start a gateway whose clock stands at the start of every story."""
    clock = FixedClock(START)
    settings = settings_in(folder, database_url=database_url)
    # Time stands still here, so a minute has no end: room for all that is asked in it.
    room = Rates(reader=MOST, record=MOST, address=MOST)
    settings = replace(settings, edge=Edge(room), webhooks=frozenset({HOOK}))
    services, issuer = open_demo(settings)
    services = replace(services, clock=clock)
    client = Client(create_app(services))
    remote = database_url.startswith(POSTGRESQL)
    rows = PostgresqlRows(database_url) if remote else SqliteRows(_file(folder))
    return Gateway(services, clock, client, issuer, rows)


def _file(folder: Path) -> Path:
    return folder / "paravent.db"


def open_for(gateway: Gateway, patient: Patient) -> None:
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
def pair(database: str = SQLITE) -> Iterator[Pair]:
    """Open two gateways with the records of the demo's people and nothing in them.

    ``database`` is where they keep their rows: a file in memory each, or a database each
    of one real server. Raises ``NoPostgreSQLError`` when none can be started.
    """
    parent = MEMORY if MEMORY.is_dir() else None
    with ExitStack() as open_:
        temporary = tempfile.TemporaryDirectory(prefix="twins-", dir=parent)
        first, second = (Path(open_.enter_context(temporary)) / n for n in "lr")
        served = open_.enter_context(server()) if database == POSTGRESQL else None
        url = open_.enter_context(served.database()) if served else ""
        with drawn_by("the beginning"):
            left = started(first, url)
            for patient in world().patients.values():
                open_for(left, patient)
        left.services.store.engine.dispose()
        shutil.copytree(first, second)
        other = open_.enter_context(copied(served, url)) if served else ""
        right = started(second, other)
        made = replace(right, issuer=open_issuer(first), tokens=left.tokens)
        for each in (left, made):
            open_.callback(each.services.store.engine.dispose)
            open_.callback(each.rows.close)
        yield Pair(left, made, left.rest())


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
