"""The engine, the keys and the unit of work: all or nothing, durable at commit."""

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event

from gateway import deadline
from gateway.repository.records import STILL
from gateway.repository.schema import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.repository.crypt import DeploymentKeys

BUSY_TIMEOUT_MS = 30_000
STEPS = 50_000
"""Steps of SQLite's machine after which it asks whether there is still time."""

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
}
"""What SQLite must be set to: durable at commit (2 is FULL), erased when deleted."""


class StoreError(Exception):
    """The database does not keep the promises it was asked for."""


@dataclass(frozen=True, slots=True)
class Store:
    """A database with the keys that open what is in it."""

    engine: Engine
    keys: "DeploymentKeys"

    @contextmanager
    def unit(self) -> "Iterator[Connection]":
        """Run one transaction: committed at the end, nothing kept on an error.

        Nor when the time of the request is up: what its client was told is not to come.
        """
        with self.engine.begin() as connection:
            connection.info.pop(STILL, None)
            yield connection
            deadline.check()


def open_store(url: str, keys: "DeploymentKeys") -> Store:
    """Open the database at ``url``, bring its schema up to date, check its settings.

    Raises :class:`StoreError` when SQLite does not take a setting we rely on.
    """
    engine = create_engine(url, pool_pre_ping=url.startswith("postgresql"))
    if engine.url.database and engine.dialect.name == "sqlite":
        # Made here with mode 0600; the files SQLite adds take the mode of this one.
        Path(engine.url.database).touch(mode=0o600)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_immediate)
    else:
        event.listen(engine, "begin", _limit)
    event.listen(engine, "before_cursor_execute", _in_time)
    migrate(engine)
    return Store(engine, keys)


def _in_time(*_about: object) -> None:
    """Begin no statement when the time of the request is up."""
    deadline.check()


def _set_pragmas(connection: Any, _record: object) -> None:  # noqa: ANN401 - DB-API
    """Set and verify the pragmas; the driver leaves transactions to us."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name} = {value}")
        found = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        if found != value:
            message = f"SQLite answers {found!r} for {name}, {value!r} is needed"
            raise StoreError(message)
    cursor.close()
    connection.set_progress_handler(deadline.passed, STEPS)


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: every request writes an audit event.

    Nobody waits for it longer than their request may take.
    """
    left = deadline.left()
    wait = BUSY_TIMEOUT_MS if left is None else min(BUSY_TIMEOUT_MS, int(left * 1000))
    raw = connection.connection.dbapi_connection
    if raw is not None:
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {wait}")
        cursor.close()
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _limit(connection: Connection) -> None:
    """Let PostgreSQL give up a statement when the time of its request is up."""
    left, raw = deadline.left(), connection.connection.dbapi_connection
    if left is not None and raw is not None:
        cursor = raw.cursor()
        wait = max(1, int(left * 1000))  # 0 would be for ever
        cursor.execute(f"SET LOCAL statement_timeout = {wait}")
        cursor.close()
