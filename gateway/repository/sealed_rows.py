"""Small sealed JSON rows of a record: relations and directives are kept this way."""

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import Connection, Table, insert, select, update

if TYPE_CHECKING:
    from gateway.repository.crypt import RecordKeys

Held = dict[str, Any]


def append(connection: Connection, table: Table, keys: "RecordKeys", held: Held) -> str:
    """Keep ``held`` as a new row and return the row's id."""
    row_id = uuid4().hex
    sealed = keys.seal(json.dumps(held).encode(), table.name, row_id)
    values = {"patient_id": keys.patient_id, "id": row_id, "sealed": sealed}
    connection.execute(insert(table).values(values))
    return row_id


def replace(
    connection: Connection, table: Table, keys: "RecordKeys", row_id: str, held: Held
) -> None:
    """Put ``held`` in place of what the row held."""
    sealed = keys.seal(json.dumps(held).encode(), table.name, row_id)
    connection.execute(
        update(table)
        .where(table.c.patient_id == keys.patient_id, table.c.id == row_id)
        .values(sealed=sealed)
    )


def of_record(
    connection: Connection, table: Table, keys: "RecordKeys"
) -> list[tuple[str, Held]]:
    """Return every row of the record as (id, what it holds), in the order of ids."""
    rows = connection.execute(
        select(table.c.id, table.c.sealed)
        .where(table.c.patient_id == keys.patient_id)
        .order_by(table.c.id)
    )
    return [
        (row.id, json.loads(keys.unseal(row.sealed, table.name, row.id)))
        for row in rows
    ]
