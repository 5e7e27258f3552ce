"""What is kept of a record beside its items: small JSON values, sealed, each of a kind."""

import json
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.repository.tables import entry

if TYPE_CHECKING:
    from gateway.repository.crypt import RecordKeys

Held = dict[str, Any]

DIRECTIVE, WORD, RELATION = "directive", "label_word", "relation"
CONSENT = "consent"
CODE, ATTEMPTS, INTAKE, REVIEW = "code", "attempts", "intake", "review"
EMERGENCY, EMERGENCY_CHOICES, EMERGENCY_ASKED = (
    "emergency",
    "emergency_choices",
    "emergency_asked",
)
LEDGER, ALERT, NOTICE, NOTICE_SETTINGS = "ledger", "alert", "notice", "notice_settings"
CONTEST, DOCKET = "contest", "docket"
LINK_CODE, LINK = "link_code", "link"
LIFE, MERGE, SUSPENSION, JOINT = "life", "merge", "suspension", "joint_act"
SUBSCRIPTION, BULK = "subscription", "bulk_export"
CLIENT, GRANT = "client", "grant"
STANDING, IN_ERROR = "standing", "in_error"
"""Kinds of entries; the kind is also what their seal is bound to."""


def append(connection: Connection, kind: str, keys: "RecordKeys", held: Held) -> str:
    """Keep ``held`` as a new entry and return its id."""
    row_id = uuid4().hex
    sealed = keys.seal(_written(held), kind, row_id)
    values = {"patient_id": keys.patient_id, "kind": kind, "id": row_id}
    connection.execute(insert(entry).values(**values, sealed=sealed))
    return row_id


def replace(
    connection: Connection, kind: str, keys: "RecordKeys", row_id: str, held: Held
) -> None:
    """Put ``held`` in place of what the entry held."""
    sealed = keys.seal(_written(held), kind, row_id)
    connection.execute(
        update(entry)
        .where(
            entry.c.patient_id == keys.patient_id,
            entry.c.kind == kind,
            entry.c.id == row_id,
        )
        .values(sealed=sealed)
    )


def put(
    connection: Connection, kind: str, keys: "RecordKeys", row_id: str, held: Held
) -> None:
    """Keep ``held`` under an id of the caller's, in place of what was there.

    The id is 32 characters that tell nothing, such as the beginning of a token.
    """
    if find(connection, kind, keys, row_id) is None:
        sealed = keys.seal(_written(held), kind, row_id)
        values = {"patient_id": keys.patient_id, "kind": kind, "id": row_id}
        with suppress(IntegrityError), connection.begin_nested():
            connection.execute(insert(entry).values(**values, sealed=sealed))
            return
    # It was there, or somebody else put it there a moment ago.
    replace(connection, kind, keys, row_id, held)


def find(
    connection: Connection, kind: str, keys: "RecordKeys", row_id: str
) -> Held | None:
    """Return what the entry holds, kept from others until the end of the unit; or None."""
    row = connection.execute(
        select(entry.c.sealed)
        .where(
            entry.c.patient_id == keys.patient_id,
            entry.c.kind == kind,
            entry.c.id == row_id,
        )
        .with_for_update()
    ).one_or_none()
    return None if row is None else unsealed(keys, kind, row_id, row.sealed)


def _written(held: Held) -> bytes:
    return json.dumps(held, default=_number).encode()


def _number(value: object) -> float:
    """Return a decimal of a resource that was sent as the number it is."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def unsealed(keys: "RecordKeys", kind: str, row_id: str, sealed: bytes) -> Held:
    """Return what a row holds."""
    held: Held = json.loads(keys.unseal(sealed, kind, row_id))
    return held


def remove(connection: Connection, kind: str, keys: "RecordKeys", row_id: str) -> None:
    """Delete an entry: only for undoing, exactly, what one act added."""
    connection.execute(
        delete(entry).where(
            entry.c.patient_id == keys.patient_id,
            entry.c.kind == kind,
            entry.c.id == row_id,
        )
    )


def of_record(
    connection: Connection, kind: str, keys: "RecordKeys"
) -> list[tuple[str, Held]]:
    """Return every entry of a kind as (id, what it holds), in the order of ids."""
    rows = connection.execute(
        select(entry.c.id, entry.c.sealed)
        .where(entry.c.patient_id == keys.patient_id, entry.c.kind == kind)
        .order_by(entry.c.id)
    )
    return [(row.id, json.loads(keys.unseal(row.sealed, kind, row.id))) for row in rows]
