"""Items found through a clearance: there is no other way to read one.

The filter is part of every statement, before counting, ordering and limiting; links are
followed only between items that may both be seen.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    exists,
    func,
    select,
)

from gateway.repository import held_label
from gateway.repository.columns import columns_of, instant, moment, policy_token
from gateway.repository.held_label import HeldLabel
from gateway.repository.items import (
    DOCUMENT,
    MEMBER,
    REPLACES,
    SUBMISSION_SET,
    Stored,
)
from gateway.repository.records import Record
from gateway.repository.tables import blob, item, link
from gateway.repository.where import where
from labels.policy.clearance import Clearance

AT_A_TIME = 50
"""How many items are read at once where all are."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which items: of a kind, meeting the criteria, beyond a position, so many."""

    kind: str
    criteria: Sequence[ColumnElement[bool]]
    beyond: Sequence[ColumnElement[bool]]
    order: Sequence[ColumnElement[Any]]
    limit: int


def visible(
    record: Record, clearance: Clearance, table: FromClause = item
) -> ColumnElement[bool]:
    """Return the condition that a row is one the clearance lets see."""
    in_record = table.c.patient_id == record.patient_id
    allowed = where(
        clearance,
        columns_of(table),
        record.keys.layout,
        lambda value: policy_token(record, value),
        lambda at: moment(record, at),
    )
    return and_(in_record, allowed)


def find(
    connection: Connection,
    record: Record,
    clearance: Clearance,
    item_id: str,
    kind: str = DOCUMENT,
) -> Stored | None:
    """Return the item if the clearance lets see it, else None."""
    statement = _statement(record, clearance, kind).where(item.c.id == item_id)
    row = connection.execute(statement).one_or_none()
    return None if row is None else _stored(record, row)


def page(
    connection: Connection, record: Record, clearance: Clearance, wanted: Selection
) -> list[Stored]:
    """Return the first items that match and may be seen, in order."""
    matching = (*wanted.criteria, *wanted.beyond)
    statement = _statement(record, clearance, wanted.kind).where(*matching)
    rows = connection.execute(statement.order_by(*wanted.order).limit(wanted.limit))
    return [_stored(record, row) for row in rows]


def every(
    connection: Connection, record: Record, clearance: Clearance, kind: str
) -> Iterator[Stored]:
    """Yield all of a kind that may be seen, read in portions; a set when a member may be.

    No set of hidden documents is fetched to be thrown away.
    """
    held = [has_target(record, clearance, MEMBER)] if kind == SUBMISSION_SET else []
    last = ""
    while True:
        beyond = [item.c.id > last]
        wanted = Selection(kind, held, beyond, [item.c.id], AT_A_TIME)
        found = page(connection, record, clearance, wanted)
        yield from found
        if len(found) < AT_A_TIME:
            return
        last = found[-1].id


def total(
    connection: Connection, record: Record, clearance: Clearance, wanted: Selection
) -> int:
    """Count the items that match and may be seen, on whatever page they are."""
    statement = select(func.count()).where(
        visible(record, clearance), item.c.kind == wanted.kind, *wanted.criteria
    )
    return int(connection.execute(statement).scalar_one())


def targets(
    connection: Connection,
    record: Record,
    clearance: Clearance,
    code: str,
    item_ids: Iterable[str],
) -> dict[str, list[str]]:
    """Return, for each of the items, the linked items that may be seen, by id."""
    wanted = sorted(item_ids)
    found: dict[str, list[str]] = {each: [] for each in wanted}
    target = item.alias("target")
    statement = (
        select(link.c.item_id, link.c.target_id)
        .join(target, _joined(link.c.target_id, target))
        .where(
            link.c.patient_id == record.patient_id,
            link.c.code == code,
            link.c.item_id.in_(wanted or [""]),
            visible(record, clearance, target),
        )
        .order_by(link.c.item_id, link.c.target_id)
    )
    for row in connection.execute(statement):
        found[row.item_id].append(row.target_id)
    return found


def has_target(record: Record, clearance: Clearance, code: str) -> ColumnElement[bool]:
    """Return the condition that an item links to at least one that may be seen."""
    target = item.alias("held")
    return exists(
        select(link.c.target_id)
        .join(target, _joined(link.c.target_id, target))
        .where(
            link.c.patient_id == record.patient_id,
            link.c.code == code,
            link.c.item_id == item.c.id,
            visible(record, clearance, target),
        )
        .correlate(item)
    )


def is_replaced(record: Record, clearance: Clearance) -> ColumnElement[bool]:
    """Return the condition that an item is replaced by one that may be seen."""
    newer = item.alias("newer")
    return exists(_replacing(record, clearance, newer).with_only_columns(newer.c.id))


def replaced_at(
    connection: Connection, record: Record, clearance: Clearance, item_id: str
) -> list[datetime]:
    """Return when each replacement of an item that may be seen came in, in order."""
    newer = item.alias("newer")
    statement = (
        _replacing(record, clearance, newer)
        .join(item, _joined(link.c.target_id, item))
        .where(item.c.id == item_id)
        .with_only_columns(newer.c.recorded)
    )
    rows = connection.execute(statement.order_by(newer.c.recorded))
    return [instant(record, row.recorded) for row in rows]


def original(connection: Connection, record: Record, stored: Stored) -> bytes:
    """Return the bytes as received of a document that was found for the reader."""
    sealed = connection.execute(
        select(blob.c.sealed).where(
            blob.c.patient_id == record.patient_id, blob.c.item_id == stored.id
        )
    ).scalar_one()
    return record.keys.unseal(sealed, "original", stored.id)


def deposited(
    connection: Connection, record: Record, organization: str, kind: str, unique: str
) -> tuple[str, str] | None:
    """Return (id, digest token) of what this organisation deposited as ``unique``."""
    row = connection.execute(
        select(item.c.id, item.c.digest_token).where(
            item.c.patient_id == record.patient_id,
            item.c.organization_token == policy_token(record, organization),
            item.c.kind == kind,
            item.c.unique_token == record.keys.token("unique", unique),
        )
    ).one_or_none()
    return None if row is None else (row.id, row.digest_token)


def same_bytes(
    connection: Connection, record: Record, digest: str
) -> list[tuple[str, HeldLabel]]:
    """Return (id, label) of each document with the same original, whoever deposited it.

    For the gateway's own use: what was decided about a document holds for its copies.
    """
    rows = connection.execute(
        select(item.c.id, item.c.sealed_label)
        .where(
            item.c.patient_id == record.patient_id,
            item.c.kind == DOCUMENT,
            item.c.digest_token == record.keys.token("digest", digest),
        )
        .order_by(item.c.id)
    )
    return [
        (
            row.id,
            held_label.from_json(
                record.keys.unseal(row.sealed_label, "label", row.id), row.id
            )[0],
        )
        for row in rows
    ]


def _statement(record: Record, clearance: Clearance, kind: str) -> Select[Any]:
    newer = item.alias("newer")
    replacing = _replacing(record, clearance, newer)
    count = replacing.with_only_columns(func.count()).scalar_subquery()
    latest = replacing.with_only_columns(func.max(newer.c.recorded)).scalar_subquery()
    return select(item, count.label("replacements"), latest.label("replaced")).where(
        visible(record, clearance), item.c.kind == kind
    )


def _replacing(record: Record, clearance: Clearance, newer: FromClause) -> Select[Any]:
    """Select what replaces the item of the outer statement and may be seen."""
    return (
        select(newer.c.id)
        .join(link, _joined(link.c.item_id, newer))
        .where(
            link.c.patient_id == record.patient_id,
            link.c.code == REPLACES,
            link.c.target_id == item.c.id,
            visible(record, clearance, newer),
        )
        .correlate(item)
    )


def _joined(column: ColumnElement[str], table: FromClause) -> ColumnElement[bool]:
    return and_(table.c.patient_id == link.c.patient_id, table.c.id == column)


def _stored(record: Record, row: Row[Any]) -> Stored:
    keys = record.keys
    label, facts = held_label.from_json(
        keys.unseal(row.sealed_label, "label", row.id), row.id
    )
    replaced = None if row.replaced is None else instant(record, row.replaced)
    dated = instant(record, row.dated)
    return Stored(
        id=row.id,
        kind=row.kind,
        content=json.loads(
            keys.unseal(row.sealed_content, "content", row.id), parse_float=Decimal
        ),
        label=label,
        facts=replace(facts, dated=dated, announced=instant(record, row.announced)),
        dated=dated,
        recorded=instant(record, row.recorded),
        replacements=row.replacements,
        replaced=replaced,
    )
