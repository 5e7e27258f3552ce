"""How facts stand in columns: as tokens, shifted times, and bits under a record's keys."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

from sqlalchemy import FromClause

from gateway.repository.records import Record
from gateway.repository.where import ItemColumns


def policy_token(record: Record, value: str) -> str:
    """Return what stands for a fact that policy compares, in this record's columns."""
    return record.keys.token("policy", value)


def columns_of(table: FromClause) -> ItemColumns:
    """Return the columns a clearance speaks of."""
    named = {each.name: table.c[each.name] for each in fields(ItemColumns)}
    return ItemColumns(**named)


def shifted(record: Record, at: datetime) -> int:
    """Return a time as it is kept: milliseconds, moved by a secret of the record."""
    return int(at.timestamp() * 1000) + record.keys.shift * 1000


def moment(record: Record, at: datetime) -> int:
    """Return a bound of a period as it compares with kept times: rounded up.

    Kept times are whole milliseconds, so *not before* and *before* stay exact.
    """
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return -(-since // timedelta(milliseconds=1)) + record.keys.shift * 1000


def instant(record: Record, kept: int) -> datetime:
    """Return the time that a column of this record stands for."""
    since = timedelta(milliseconds=kept - record.keys.shift * 1000)
    return datetime(1970, 1, 1, tzinfo=UTC) + since
