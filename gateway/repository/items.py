"""Documents and submission sets: what they are, and how they are kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from gateway.repository import held_label, place_labels, renditions, standing
from gateway.repository.columns import policy_token, shifted
from gateway.repository.held_label import HeldLabel
from gateway.repository.place_labels import Places
from gateway.repository.records import Record
from gateway.repository.standing import DEPOSITED, Standing
from gateway.repository.tables import blob, item, link, search_token
from labels.codes import Mark
from labels.item import Item
from labels.label import Label
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
    each organisation; ``digest`` the SHA-256 of the original; ``places`` the labels of
    what a rendition can leave out; ``announced`` from when an announcement can hold it,
    ``recorded`` unless it takes the place of what was held before.
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
    places: Places = field(default_factory=dict)
    announced: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """An item as found for one reader; ``replaced`` only counts what he may see.

    ``facts`` are those of the least that can be seen of it: a document from which all is
    left out that can be. ``standing`` is there where :func:`as_it_stands` put it.
    """

    id: str
    kind: str
    content: Json
    label: HeldLabel
    facts: Item
    dated: datetime
    recorded: datetime
    replacements: int = 0
    replaced: datetime | None = None
    standing: Standing = DEPOSITED

    @property
    def whole(self) -> Item:
        """The facts of the item with all that is in it: what who gets the original sees."""
        return _facts(self.facts, self.label.effective)

    def at(self, place: str, found: Label) -> Item:
        """The facts of one labelled place of the item, judged by itself."""
        label = self.label.at_place(found)
        return replace(_facts(self.facts, label), place=place)


def as_it_stands(
    connection: Connection, record: Record, found: Iterable[Stored]
) -> list[Stored]:
    """Return documents with what was said of each after its deposit."""
    held = list(found)
    said = standing.of_items(connection, record, [each.id for each in held])
    return [
        replace(each, standing=said[each.id]) if each.id in said else each
        for each in held
    ]


def with_label(stored: Stored, label: HeldLabel) -> Stored:
    """Return ``stored`` with another label, and the facts that follow from it."""
    told = label.effective
    facts = replace(
        _facts(stored.facts, label.frame),
        told=told.categories,
        unread=Mark.OPAQUE in told.marks,
    )
    return replace(stored, label=label, facts=facts)


def _facts(known: Item, label: Label) -> Item:
    """Return what is known of an item with another label: nothing else changes."""
    return replace(
        known,
        confidentiality=label.confidentiality,
        categories=label.categories,
        marks=label.marks,
    )


def add(connection: Connection, record: Record, new: NewItem) -> None:
    """Keep an item with its original and its search tokens."""
    keys, facts = record.keys, new.facts
    connection.execute(
        insert(item).values(
            patient_id=record.patient_id,
            id=facts.id,
            kind=new.kind,
            mask=_mask(record, new.label.frame),
            whole_mask=_mask(record, new.label.effective),
            type_token=policy_token(record, facts.type),
            author_token=policy_token(record, facts.author),
            organization_token=policy_token(record, facts.organization),
            unique_token=keys.token("unique", new.unique),
            digest_token=keys.token("digest", new.digest),
            dated=shifted(record, new.dated),
            recorded=shifted(record, new.recorded),
            announced=shifted(record, new.announced or new.recorded),
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
        place_labels.keep(connection, record, new.facts.id, new.places)


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


def relabel(
    connection: Connection,
    record: Record,
    stored: Stored,
    places: Places | None = None,
) -> None:
    """Keep the label of ``stored``, and of its places if given; nothing else changes.

    No rendition that was made under the old label outlives it.
    """
    written = held_label.to_json(stored.label, stored.facts)
    connection.execute(
        update(item)
        .where(item.c.patient_id == record.patient_id, item.c.id == stored.id)
        .values(
            mask=_mask(record, stored.label.frame),
            whole_mask=_mask(record, stored.label.effective),
            sealed_label=record.keys.seal(written, "label", stored.id),
        )
    )
    if places is not None:
        place_labels.keep(connection, record, stored.id, places)
    renditions.forget(connection, record, stored.id)


def _mask(record: Record, label: Label) -> int:
    return record.keys.layout.encode(
        label.confidentiality, label.categories, label.marks
    )
