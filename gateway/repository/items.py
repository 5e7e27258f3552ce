"""Documents and submission sets: what they are, and how they are kept."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from gateway.repository import held_label
from gateway.repository.columns import policy_token, shifted
from gateway.repository.held_label import HeldLabel
from gateway.repository.records import Record
from gateway.repository.tables import blob, item, link, search_token
from labels.item import Item
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


def with_label(stored: Stored, label: HeldLabel) -> Stored:
    """Return ``stored`` with another label, and the facts that follow from it."""
    old = stored.facts
    facts = held_label.facts(
        stored.id, label.effective, old.type, old.author, old.organization
    )
    return replace(stored, label=label, facts=facts)


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
