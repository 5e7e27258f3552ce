"""Erasing one item for good: its original, what was made of it, and every link to it."""

from sqlalchemy import Connection, delete, or_

from gateway.repository.records import Record
from gateway.repository.tables import (
    blob,
    item,
    link,
    place_label,
    rendition,
    search_token,
)


def erase(connection: Connection, record: Record, item_id: str) -> None:
    """Delete an item of the record with all that hangs on it.

    SQLite overwrites what it deletes (``secure_delete``). A backup made before holds it
    still, sealed, until the backup is gone or the record's key is destroyed.
    """
    own = link.c.patient_id == record.patient_id
    ends = or_(link.c.item_id == item_id, link.c.target_id == item_id)
    connection.execute(delete(link).where(own, ends))
    for table in (blob, place_label, rendition, search_token):
        connection.execute(
            delete(table).where(
                table.c.patient_id == record.patient_id, table.c.item_id == item_id
            )
        )
    connection.execute(
        delete(item).where(item.c.patient_id == record.patient_id, item.c.id == item_id)
    )
