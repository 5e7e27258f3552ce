"""The rows of a world: read whole, and put back as often as there are examples."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import Engine, make_url

from tests.postgres import Server, dsn

Kept = dict[str, bytes]
"""What a database holds: a file, or a table each."""


class Rows(Protocol):
    """Where a gateway keeps its rows."""

    def kept(self, engine: Engine) -> Kept:
        """Return all there is."""
        ...

    def restore(self, engine: Engine, kept: Kept) -> None:
        """Make it what it was."""
        ...

    def close(self) -> None:
        """Let go of what reads and writes it."""
        ...


@dataclass(frozen=True, slots=True)
class SqliteRows:
    """One file; connections are closed around it, so that SQLite tidies up."""

    path: Path

    def kept(self, engine: Engine) -> Kept:
        """Return the bytes of the file."""
        engine.dispose()
        return {self.path.name: self.path.read_bytes()}

    def restore(self, engine: Engine, kept: Kept) -> None:
        """Write the file back; what SQLite laid beside it goes."""
        engine.dispose()
        for end in ("-wal", "-shm"):
            self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        self.path.write_bytes(kept[self.path.name])

    def close(self) -> None:
        """Keep nothing open between uses."""


@dataclass(frozen=True)
class PostgresqlRows:
    """One database of a server: its tables emptied and filled in one transaction.

    Cheaper than a new database from a template, which closes every connection and copies
    the catalogue (README, decisions). Triggers and foreign keys rest meanwhile.
    """

    url: str

    @cached_property
    def _connection(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(dsn(make_url(self.url)), autocommit=True)

    @cached_property
    def _tables(self) -> tuple[str, ...]:
        found = self._connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename <> 'alembic_version' ORDER BY tablename"
        )
        return tuple(str(row[0]) for row in found)

    def kept(self, engine: Engine) -> Kept:  # noqa: ARG002 - nothing has to be closed
        """Return the rows of each table that has any."""
        found = {}
        with self._connection.cursor() as cursor:
            for table in self._tables:
                with cursor.copy(_copying("TO STDOUT", table)) as rows:
                    found[table] = b"".join(map(bytes, rows))
                if cursor.rowcount < 1:
                    del found[table]
        return found

    def restore(self, engine: Engine, kept: Kept) -> None:  # noqa: ARG002 - as above
        """Empty every table and fill those that had rows."""
        emptied = [
            sql.SQL("DELETE FROM {}").format(sql.Identifier(table))
            for table in self._tables
        ]
        replica = sql.SQL("SET LOCAL session_replication_role = replica")
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(sql.SQL("; ").join([replica, *emptied]))
            for table, rows in kept.items():
                with cursor.copy(_copying("FROM STDIN", table)) as copied:
                    copied.write(rows)

    def close(self) -> None:
        """Let the server go."""
        self._connection.close()


def _copying(where: str, table: str) -> sql.Composed:
    return sql.SQL(f"COPY {{}} {where} (FORMAT binary)").format(sql.Identifier(table))


@contextmanager
def copied(server: Server, original: str) -> Iterator[str]:
    """Give the URL of a new database that holds what ``original`` does, dropped at the end.

    Nobody may be connected to the original meanwhile.
    """
    name, template = f"paravent_test_{uuid4().hex}", make_url(original).database or ""
    with psycopg.connect(dsn(server.url), autocommit=True) as connection:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
    try:
        url = server.url.set(database=name)
        yield url.render_as_string(hide_password=False)
    finally:
        with psycopg.connect(dsn(server.url), autocommit=True) as connection:
            gone = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            connection.execute(gone.format(sql.Identifier(name)))
