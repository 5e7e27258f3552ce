"""What must leave, or happen later: rows written in the transaction of what caused them.

The hour a row is due stands in the clear, so that it can be found; what it is, and its
exact moment, are sealed under the key of its record.
"""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update

from gateway.repository.records import Record
from gateway.repository.tables import outbox

HOUR_MS = 3_600_000
SEAL = "outbox"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do: what kind, with what, not before when, tried how often.

    ``written`` is the instant of what caused it.
    """

    id: str
    kind: str
    held: dict[str, Any]
    written: datetime
    not_before: datetime
    attempts: int = 0


def put(
    connection: Connection,
    record: Record,
    kind: str,
    held: dict[str, Any],
    at: datetime,
    later: timedelta = timedelta(0),
) -> str:
    """Keep in this transaction what must happen after it, and return the row's id."""
    row = Row(uuid4().hex, kind, held, at, at + later)
    values = {"patient_id": record.patient_id, "id": row.id, "due": _due(row)}
    sealed = _seal(record, row)
    connection.execute(insert(outbox).values(**values, sealed=sealed))
    return row.id


def waiting(connection: Connection, at: datetime) -> list[str]:
    """Return the ids of the records that have something due, in the order of ids."""
    rows = connection.execute(
        select(outbox.c.patient_id)
        .distinct()
        .where(outbox.c.due <= _ms(at))
        .order_by(outbox.c.patient_id)
    )
    return list(rows.scalars())


def due(
    connection: Connection,
    record: Record,
    at: datetime,
    ids: Collection[str] | None = None,
) -> list[Row]:
    """Return what is due of a record now, or of these ids, in the order of what it is about.

    Not in that of time: what somebody is told of would tell by its place when a row began
    to be there, and so of what came that he may not see.
    """
    named = () if ids is None else (outbox.c.id.in_(ids),)
    ours = outbox.c.patient_id == record.patient_id
    found = connection.execute(
        select(outbox.c.id, outbox.c.sealed)
        .where(ours, outbox.c.due <= _ms(at), *named)
        .order_by(outbox.c.id)
        .with_for_update(skip_locked=True)
    )
    rows = [_unseal(record, each.id, each.sealed) for each in found]
    return sorted(
        (each for each in rows if each.not_before <= at),
        key=lambda each: (each.kind, json.dumps(each.held, sort_keys=True), each.id),
    )


def keep(connection: Connection, record: Record, row: Row) -> None:
    """Keep a row that is there as it is now: for another time, tried more often."""
    connection.execute(
        update(outbox)
        .where(outbox.c.patient_id == record.patient_id, outbox.c.id == row.id)
        .values(due=_due(row), sealed=_seal(record, row))
    )


def remove(connection: Connection, record: Record, row_id: str) -> None:
    """Forget a row: it is done, or there is no more reason for it."""
    connection.execute(
        delete(outbox).where(
            outbox.c.patient_id == record.patient_id, outbox.c.id == row_id
        )
    )


def _due(row: Row) -> int:
    return _ms(row.not_before) // HOUR_MS * HOUR_MS


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _seal(record: Record, row: Row) -> bytes:
    held = asdict(row) | {
        "written": row.written.isoformat(),
        "not_before": row.not_before.isoformat(),
    }
    return record.keys.seal(json.dumps(held).encode(), SEAL, row.id)


def _unseal(record: Record, row_id: str, sealed: bytes) -> Row:
    held = json.loads(record.keys.unseal(sealed, SEAL, row_id))
    held["written"] = datetime.fromisoformat(held["written"])
    held["not_before"] = datetime.fromisoformat(held["not_before"])
    return Row(**held)
