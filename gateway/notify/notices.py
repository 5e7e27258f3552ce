"""Notices of a record: kept in it for who signs in, announced by e-mail without content.

Written in the transaction of what caused them. Who is told is worked out when the
message leaves, not when it was caused: see ``recipients.py``.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gateway.notify.occasions import OCCASIONS
from gateway.repository import entries, outbox
from gateway.repository.entries import NOTICE
from gateway.repository.records import Record

ROW = "notice"
"""The kind of the outbox rows that announce a notice."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing people are told; ``about`` are references, ``told`` how it left to whom.

    ``told`` goes from who was written to (the audience, or audience and identifier) to
    an instant, or to why nothing left.
    """

    id: str
    occasion: str
    at: datetime
    about: tuple[str, ...] = ()
    told: tuple[tuple[str, str], ...] = ()


def tell(
    connection: Connection,
    record: Record,
    occasion: str,
    at: datetime,
    about: tuple[str, ...] = (),
) -> str:
    """Keep a notice and what will announce it, in this transaction; returns its id.

    Raises ``KeyError`` for an occasion that ``occasions.yaml`` does not name.
    """
    if occasion not in OCCASIONS:
        raise KeyError(occasion)
    made = Notice("", occasion, at, about)
    notice_id = entries.append(connection, NOTICE, record.keys, _written(made))
    outbox.put(connection, record, ROW, {"notice": notice_id}, at)
    return notice_id


def of_record(connection: Connection, record: Record) -> list[Notice]:
    """Return the notices of a record, the latest first."""
    rows = entries.of_record(connection, NOTICE, record.keys)
    found = [_read(row_id, held) for row_id, held in rows]
    return sorted(found, key=lambda each: (each.at, each.id), reverse=True)


def find(connection: Connection, record: Record, notice_id: str) -> Notice | None:
    """Return a notice, or None."""
    held = entries.find(connection, NOTICE, record.keys, notice_id)
    return _read(notice_id, held) if held else None


def told(
    connection: Connection, record: Record, notice_id: str, who: str, how: str
) -> None:
    """Keep how a notice left to somebody, or why it did not."""
    found = find(connection, record, notice_id)
    if found is not None:
        after = replace(found, told=(*found.told, (who, how)))
        entries.put(connection, NOTICE, record.keys, notice_id, _written(after))


def _written(notice: Notice) -> dict[str, Any]:
    return {
        "occasion": notice.occasion,
        "at": notice.at.isoformat(),
        "about": list(notice.about),
        "told": [list(each) for each in notice.told],
    }


def _read(row_id: str, held: dict[str, Any]) -> Notice:
    return Notice(
        row_id,
        held["occasion"],
        datetime.fromisoformat(held["at"]),
        tuple(held["about"]),
        tuple((who, how) for who, how in held["told"]),
    )
