"""Documents and submission sets in the database: kept whole, found through a clearance.

There is no way to read an item here without a Clearance: the filter is part of every
statement, before counting, ordering and limiting.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
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
    insert,
    select,
    update,
)

from gateway.repository import held_label
from gateway.repository.held_label import HeldLabel
from gateway.repository.records import Record
from gateway.repository.tables import blob, item, link, search_token
from gateway.repository.where import ItemColumns, where
from labels.item import Item
from labels.policy.clearance import Clearance
from mappings.fhir.parse import dump

DOCUMENT = "DocumentReference"
SUBMISSION_SET = "List"
REPLACES = "replaces"
MEMBER = "member"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to keep.

    ``facts`` is what policy will be asked; ``unique`` the business identifier, one for
    each organisation; ``digest`` the SHA-256 of the original.
    """

    kind: str
    facts: Item
    label: HeldLabel
    content: Json
    unique: str
    digest: str
    dated: datetime
    recorded: datetime
    tokens: frozenset[tuple[str, str]] = frozenset()
    original: bytes | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """An item as found for one reader; ``replaced`` only counts what he may see."""

    id: str
    kind: str
    content: Json
    label: HeldLabel
    facts: Item
    dated: datetime
    recorded: datetime
    replacements: int = 0
    replaced: datetime | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which items: of a kind, meeting the criteria, beyond a position, so many."""

    kind: str
    criteria: Sequence[ColumnElement[bool]]
    beyond: Sequence[ColumnElement[bool]]
    order: Sequence[ColumnElement[Any]]
    limit: int


def policy_token(record: Record, value: str) -> str:
    """Return what stands for a fact that policy compares, in this record's columns."""
    return record.keys.token("policy", value)


def columns_of(table: FromClause) -> ItemColumns:
    """Return the columns a clearance speaks of."""
    names = ("id", "mask", "type_token", "author_token", "organization_token")
    return ItemColumns(**{name: table.c[name] for name in names})


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
    )
    return and_(in_record, allowed)


def add(connection: Connection, record: Record, new: NewItem) -> None:
    """Keep an item with its original and its search tokens."""
    keys, facts = record.keys, new.facts
    effective = new.label.effective
    connection.execute(
        insert(item).values(
            patient_id=record.patient_id,
            id=facts.id,
            kind=new.kind,
            mask=keys.layout.encode(
                effective.confidentiality, effective.categories, effective.marks
            ),
            type_token=policy_token(record, facts.type),
            author_token=policy_token(record, facts.author),
            organization_token=policy_token(record, facts.organization),
            unique_token=keys.token("unique", new.unique),
            digest_token=keys.token("digest", new.digest),
            dated=shifted(record, new.dated),
            recorded=shifted(record, new.recorded),
            sealed_content=keys.seal(dump(new.content), "content", facts.id),
            sealed_label=keys.seal(
                held_label.to_json(new.label, facts), "label", facts.id
            ),
        )
    )
    _add_original(connection, record, new)
    _add_tokens(connection, record, new)


def _add_original(connection: Connection, record: Record, new: NewItem) -> None:
    if new.original is not None:
        sealed = record.keys.seal(new.original, "original", new.facts.id)
        values = {"item_id": new.facts.id, "sealed": sealed}
        connection.execute(insert(blob).values(patient_id=record.patient_id, **values))


def _add_tokens(connection: Connection, record: Record, new: NewItem) -> None:
    rows = [
        {
            "patient_id": record.patient_id,
            "item_id": new.facts.id,
            "param": param,
            "token": record.keys.token(param, value),
        }
        for param, value in sorted(new.tokens)
    ]
    if rows:
        connection.execute(insert(search_token), rows)


def add_link(
    connection: Connection, record: Record, item_id: str, code: str, target_id: str
) -> None:
    """Keep that one item replaces, or holds, another of the same record."""
    connection.execute(
        insert(link).values(
            patient_id=record.patient_id,
            item_id=item_id,
            code=code,
            target_id=target_id,
        )
    )


def relabel(connection: Connection, record: Record, stored: Stored) -> None:
    """Keep the label of ``stored`` in place of the one there; nothing else changes."""
    effective = stored.label.effective
    written = held_label.to_json(stored.label, stored.facts)
    connection.execute(
        update(item)
        .where(item.c.patient_id == record.patient_id, item.c.id == stored.id)
        .values(
            mask=record.keys.layout.encode(
                effective.confidentiality, effective.categories, effective.marks
            ),
            sealed_label=record.keys.seal(written, "label", stored.id),
        )
    )


def with_label(stored: Stored, label: HeldLabel) -> Stored:
    """Return ``stored`` with another label, and the facts that follow from it."""
    old = stored.facts
    facts = held_label.facts(
        stored.id, label.effective, old.type, old.author, old.organization
    )
    return replace(stored, label=label, facts=facts)


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
    return Stored(
        id=row.id,
        kind=row.kind,
        content=json.loads(
            keys.unseal(row.sealed_content, "content", row.id), parse_float=Decimal
        ),
        label=label,
        facts=facts,
        dated=instant(record, row.dated),
        recorded=instant(record, row.recorded),
        replacements=row.replacements,
        replaced=replaced,
    )


def shifted(record: Record, at: datetime) -> int:
    """Return a time as it is kept: milliseconds, moved by a secret of the record."""
    return int(at.timestamp() * 1000) + record.keys.shift * 1000


def instant(record: Record, kept: int) -> datetime:
    """Return the time that a column of this record stands for."""
    return datetime.fromtimestamp((kept - record.keys.shift * 1000) / 1000, UTC)
