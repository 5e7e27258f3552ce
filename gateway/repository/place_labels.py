"""The labels of the places of a document, kept beside it, sealed.

Every document has a row, also one in which nothing is labelled: that there is one tells
nothing. Evidence is kept with the place it labels, since the patient's words speak of it.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from gateway.repository import held_label
from gateway.repository.records import Record
from gateway.repository.tables import place_label
from labels.label import Label

Places = Mapping[str, Label]
"""The labelled places of one document, by path."""

USE = "places"


def keep(connection: Connection, record: Record, item_id: str, places: Places) -> None:
    """Keep the labels of an item's places in place of those that were there."""
    connection.execute(
        delete(place_label).where(
            place_label.c.patient_id == record.patient_id,
            place_label.c.item_id == item_id,
        )
    )
    written = [[place, held_label.written(label)] for place, label in places.items()]
    sealed = record.keys.seal(json.dumps(written).encode(), USE, item_id)
    values = {"item_id": item_id, "sealed": sealed}
    connection.execute(
        insert(place_label).values(patient_id=record.patient_id, **values)
    )


def of_items(
    connection: Connection, record: Record, item_ids: Iterable[str]
) -> dict[str, Places]:
    """Return the labelled places of each of the items; none for what has no row."""
    wanted = sorted(item_ids)
    rows = connection.execute(
        select(place_label.c.item_id, place_label.c.sealed)
        .where(
            place_label.c.patient_id == record.patient_id,
            place_label.c.item_id.in_(wanted or [""]),
        )
        .order_by(place_label.c.item_id)
    )
    found: dict[str, Places] = {each: {} for each in wanted}
    for row in rows:
        found[row.item_id] = _read(record.keys.unseal(row.sealed, USE, row.item_id))
    return found


def _read(data: bytes) -> Places:
    held: list[Any] = json.loads(data)
    return {place: held_label.read(label) for place, label in held}
