"""How often somebody failed of late: small counters, sealed, by the clock handed in.

A window begins with the first failure and is over when its time has passed; a clock that
is set back prolongs it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.repository import entries
from gateway.repository.entries import ATTEMPTS
from gateway.repository.records import Record
from mappings.mapped import Refused, refuse

ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures in a window, and no more."""

    most: int
    window: timedelta


def reached(
    connection: Connection, record: Record, who: str, limit: Limit, at: datetime
) -> bool:
    """Return whether ``who`` has failed as often as the limit allows."""
    return count(connection, record, who, limit, at) >= limit.most


def count(
    connection: Connection, record: Record, who: str, limit: Limit, at: datetime
) -> int:
    """Return how often ``who`` has failed in the window of the limit."""
    return _count(_found(connection, record, who), limit, at)


def failed(
    connection: Connection, record: Record, who: str, limit: Limit, at: datetime
) -> None:
    """Count one more failure of ``who``."""
    held = _found(connection, record, who)
    before = _count(held, limit, at)
    since = held["since"] if before else at.isoformat()
    row = {"since": since, "count": before + 1}
    entries.put(connection, ATTEMPTS, record.keys, _id(record, who), row)


def throttled() -> Refused:
    """Return the refusal (429) of one more code, after the failures of an hour."""
    return refuse(
        429,
        "throttled",
        "code",
        "Too many codes that opened nothing; try again in an hour.",
        "Trop de codes qui n'ont rien ouvert ; réessayez dans une heure.",
    )


def _found(connection: Connection, record: Record, who: str) -> entries.Held:
    held = entries.find(connection, ATTEMPTS, record.keys, _id(record, who))
    return held or {"since": "", "count": 0}


def _count(held: entries.Held, limit: Limit, at: datetime) -> int:
    if not held["since"]:
        return 0
    over = datetime.fromisoformat(held["since"]) + limit.window <= at
    return 0 if over else int(held["count"])


def _id(record: Record, who: str) -> str:
    return record.keys.token(ATTEMPTS, who)[:ID_LENGTH]
