"""The trail: every access and every refusal, in the transaction it is part of.

If the event cannot be written the transaction fails, and with it the answer: nothing
is read without a trace (CSP R.1111-43; IHE BALP).
"""

import json
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, insert, select

from gateway.audit.events import Json
from gateway.repository.columns import shifted
from gateway.repository.records import Record
from gateway.repository.tables import audit_event


def append(
    connection: Connection, record: Record, event: Json, recorded: datetime
) -> str:
    """Keep the event in the record and return its id."""
    event_id = uuid4().hex
    text = json.dumps(event | {"id": event_id}, ensure_ascii=False)
    connection.execute(
        insert(audit_event).values(
            patient_id=record.patient_id,
            id=event_id,
            recorded=shifted(record, recorded),
            sealed=record.keys.seal(text.encode(), "audit", event_id),
        )
    )
    return event_id


def of_record(connection: Connection, record: Record) -> list[Json]:
    """Return the events of a record, the oldest first."""
    rows = connection.execute(
        select(audit_event)
        .where(audit_event.c.patient_id == record.patient_id)
        .order_by(audit_event.c.recorded, audit_event.c.id)
    )
    return [json.loads(record.keys.unseal(row.sealed, "audit", row.id)) for row in rows]


def since(connection: Connection, record: Record, at: datetime) -> list[Json]:
    """Return the events of a record from an instant on, the oldest first."""
    rows = connection.execute(
        select(audit_event)
        .where(
            audit_event.c.patient_id == record.patient_id,
            audit_event.c.recorded >= shifted(record, at),
        )
        .order_by(audit_event.c.recorded, audit_event.c.id)
    )
    return [json.loads(record.keys.unseal(row.sealed, "audit", row.id)) for row in rows]


def find(connection: Connection, record: Record, event_id: str) -> Json | None:
    """Return one event of a record, or None."""
    row = connection.execute(
        select(audit_event).where(
            audit_event.c.patient_id == record.patient_id, audit_event.c.id == event_id
        )
    ).one_or_none()
    if row is None:
        return None
    event: Json = json.loads(record.keys.unseal(row.sealed, "audit", row.id))
    return event
