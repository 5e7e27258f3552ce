"""Check one equals list all, in both directions, on the databases we promise."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Dialect,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from gateway.repository.mask import BitLayout
from gateway.repository.where import ItemColumns, where
from labels.codes import Mark
from labels.item import Item
from labels.policy import rule
from labels.policy.clearance import Clearance
from labels.policy.decide import clearance_for
from labels.policy.question import Question
from labels.policy.rule import Rules
from tests.properties.worlds import CLEARANCES, ITEMS, QUESTIONS, rules_like

RULES = rule.load()
DIALECTS = [SQLiteDialect_pysqlite(), PGDialect_psycopg()]
KEYS = st.binary(min_size=32, max_size=32)
MANY_ITEMS = st.lists(ITEMS, min_size=6, max_size=16)

TABLE = Table(
    "sighted",
    MetaData(),
    Column("row", Integer, primary_key=True),
    Column("id", String(32), nullable=False),
    Column("mask", BigInteger, nullable=False),
    Column("whole_mask", BigInteger, nullable=False),
    Column("type_token", String(64), nullable=False),
    Column("author_token", String(64), nullable=False),
    Column("organization_token", String(64), nullable=False),
    Column("dated", BigInteger, nullable=False),
    Column("announced", BigInteger, nullable=False),
)
COLUMNS = ItemColumns(
    mask=TABLE.c.mask,
    whole_mask=TABLE.c.whole_mask,
    type_token=TABLE.c.type_token,
    author_token=TABLE.c.author_token,
    organization_token=TABLE.c.organization_token,
    dated=TABLE.c.dated,
    announced=TABLE.c.announced,
    id=TABLE.c.id,
)


def milliseconds(at: datetime) -> int:
    """Return an instant as a column keeps it, rounded up."""
    return -(-(at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))


class World:
    """The items of one record in a database, under the key of the record."""

    def __init__(self, connection: Connection, key: bytes, items: list[Item]) -> None:
        """Replace what the table holds by these items."""
        self.connection = connection
        self.key = key
        self.layout = BitLayout.from_key(key)
        self.items = items
        connection.execute(delete(TABLE))
        if items:
            rows = [self._row(number, item) for number, item in enumerate(items)]
            connection.execute(insert(TABLE), rows)

    def token(self, value: str) -> str:
        """Return the keyed digest of a value."""
        return hmac.new(self.key, value.encode(), hashlib.sha256).hexdigest()

    def listed(self, clearance: Clearance) -> set[int]:
        """Return the rows the database lets through."""
        seen = where(clearance, COLUMNS, self.layout, self.token, milliseconds)
        return set(self.connection.scalars(select(TABLE.c.row).where(seen)))

    def judged(self, clearance: Clearance) -> set[int]:
        """Return the rows the single check lets through."""
        pairs = enumerate(self.items)
        return {number for number, item in pairs if clearance.judge(item).permitted}

    def _row(self, number: int, item: Item) -> dict[str, object]:
        label = (item.confidentiality, item.categories, item.marks)
        return {
            "row": number,
            "id": item.id,
            "mask": self.layout.encode(*label),
            "whole_mask": self.layout.encode(
                item.confidentiality, item.categories | item.told, _whole(item)
            ),
            "type_token": self.token(item.type),
            "author_token": self.token(item.author),
            "organization_token": self.token(item.organization),
            "dated": milliseconds(item.dated),
            "announced": milliseconds(item.announced),
        }


def _whole(item: Item) -> frozenset[Mark]:
    return item.marks | {Mark.OPAQUE} if item.unread else item.marks


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Give a connection to a database that holds the table of sighted items."""
    engine = create_engine(url)
    with engine.connect() as connection:
        TABLE.create(connection)
        yield connection
        connection.rollback()
    engine.dispose()


SAME_DATABASE = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def test_any_clearance(database_url: str) -> None:
    """For clearances drawn at random, the rows listed are the rows judged visible."""
    with connected(database_url) as connection:

        @SAME_DATABASE
        @given(KEYS, MANY_ITEMS, st.lists(CLEARANCES, min_size=4, max_size=8))
        def agree(key: bytes, items: list[Item], clearances: list[Clearance]) -> None:
            world = World(connection, key, items)
            for clearance in clearances:
                assert world.judged(clearance) == world.listed(clearance)

        agree()


def test_any_question(database_url: str) -> None:
    """For the real rules, and rules drawn from them, the two agree for any reader."""
    with connected(database_url) as connection:

        @SAME_DATABASE
        @given(
            KEYS,
            MANY_ITEMS,
            st.lists(QUESTIONS, max_size=3),
            st.just(RULES) | rules_like(RULES),
        )
        def agree(
            key: bytes, items: list[Item], questions: list[Question], rules: Rules
        ) -> None:
            world = World(connection, key, items)
            for question in questions:
                clearance = clearance_for(question, rules)
                assert world.judged(clearance) == world.listed(clearance)

        agree()


@pytest.mark.parametrize(
    "dialect",
    [SQLiteDialect_pysqlite(), PGDialect_psycopg()],
    ids=["sqlite", "postgresql"],
)
@given(CLEARANCES)
def test_the_sql_is_a_function_of_the_clearance(
    dialect: Dialect, clearance: Clearance
) -> None:
    """Equal clearances give equal SQL, and ``IN ()`` is never in it."""

    def text() -> str:
        layout = BitLayout.from_key(b"key")
        condition = where(clearance, COLUMNS, layout, str.upper, milliseconds)
        literal = {"literal_binds": True}
        return str(condition.compile(dialect=dialect, compile_kwargs=literal))

    assert text() == text()
    assert "IN ()" not in text()
    assert "IN (NULL)" not in text()


def test_no_clearance_is_false(sqlite_url: str) -> None:
    """Without a permit the database returns nothing."""
    with connected(sqlite_url) as connection:
        world = World(connection, b"key", [Item("a"), Item("b", author="rpps|1")])
        assert world.listed(Clearance()) == set()
