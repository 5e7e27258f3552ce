"""Codes, tokens and used assertions: what is given out is a secret, what is kept its HMAC.

A ticket is a sealed text that holds the id of a record and a secret, so that it is looked
up in that record and nowhere else (``patient_id`` leads the key of the table); without the
key of the deployment none can be made up. Those of software that acts for nobody in
particular belong to the record of nobody. The row tells the hour at which it may be
forgotten; who, what and until when is sealed.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.repository import crypt, records
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.records import Record
from gateway.repository.tables import ticket

SECRET_BYTES = 16
ID_BYTES = 16
LONGEST = 256
HOUR = 3600

Held = dict[str, Any]


class Kind(StrEnum):
    """What a ticket is for; one of another kind does not open."""

    CODE = "code"
    ACCESS = "access"
    REFRESH = "refresh"
    ASSERTION = "assertion"


@dataclass(frozen=True, slots=True, repr=False)
class Ticket:
    """A ticket that was found, kept from others until the end of the unit."""

    record: Record
    kind: Kind
    token: str
    held: Held

    def lasts(self, at: datetime) -> bool:
        """Whether its time is not over."""
        return at < datetime.fromisoformat(self.held["until"])


def make(
    connection: Connection,
    record: Record,
    keys: DeploymentKeys,
    kind: Kind,
    held: Held,
    forget: datetime,
) -> str:
    """Keep ``held`` (which says ``until`` when it is good) and return what is given out."""
    secret = os.urandom(SECRET_BYTES)
    token = _token(keys, kind, secret.hex())
    _insert(connection, record, kind, token, held, forget)
    sealed = crypt.seal(
        keys.ticket, bytes.fromhex(record.patient_id) + secret, kind.value
    )
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def once(
    connection: Connection,
    record: Record,
    keys: DeploymentKeys,
    name: str,
    forget: datetime,
) -> bool:
    """Keep that something of this name was used; False when it was used before."""
    token = _token(keys, Kind.ASSERTION, name)
    try:
        with connection.begin_nested():
            _insert(connection, record, Kind.ASSERTION, token, {}, forget)
    except IntegrityError:
        return False
    return True


def find(
    connection: Connection, keys: DeploymentKeys, kind: Kind, given: str
) -> Ticket | None:
    """Return the ticket of a kind that was given out as ``given``, used or not; or None."""
    place = _opened(keys, kind, given)
    if place is None:
        return None
    patient_id, secret = place
    record = records.by_id(connection, keys, patient_id)
    if record.patient_id != patient_id:
        return None
    token = _token(keys, kind, secret)
    row = connection.execute(
        select(ticket.c.sealed)
        .where(ticket.c.patient_id == patient_id, ticket.c.token == token)
        .with_for_update()
    ).one_or_none()
    if row is None:
        return None
    held = json.loads(record.keys.unseal(row.sealed, kind.value, token))
    return Ticket(record, kind, token, held)


def use(connection: Connection, found: Ticket, forget: datetime) -> None:
    """Keep that a ticket was used, for as long as a second use is to be noticed."""
    sealed = _seal(found.record, found.kind, found.token, found.held | {"used": True})
    changed = {"sealed": sealed, "expires": _hour(forget)}
    connection.execute(update(ticket).where(*_this(found)).values(**changed))


def remove(connection: Connection, found: Ticket) -> None:
    """Delete a ticket."""
    connection.execute(delete(ticket).where(*_this(found)))


def purge(connection: Connection, record: Record, at: datetime) -> None:
    """Delete the tickets of a record whose hour has passed."""
    connection.execute(
        delete(ticket).where(
            ticket.c.patient_id == record.patient_id,
            ticket.c.expires < int(at.timestamp()),
        )
    )


def _this(found: Ticket) -> tuple[Any, Any]:
    return (
        ticket.c.patient_id == found.record.patient_id,
        ticket.c.token == found.token,
    )


def _insert(
    connection: Connection,
    record: Record,
    kind: Kind,
    token: str,
    held: Held,
    forget: datetime,
) -> None:
    sealed = _seal(record, kind, token, held) if held else b""
    place: Held = {"patient_id": record.patient_id, "token": token}
    values = place | {"expires": _hour(forget), "sealed": sealed}
    connection.execute(insert(ticket).values(**values))


def _hour(at: datetime) -> int:
    """Return a time rounded up to the hour, so that it tells no moment."""
    return int((at + timedelta(hours=1)).timestamp()) // HOUR * HOUR


def _seal(record: Record, kind: Kind, token: str, held: Held) -> bytes:
    return record.keys.seal(json.dumps(held).encode(), kind.value, token)


def _token(keys: DeploymentKeys, kind: Kind, name: str) -> str:
    return crypt.token(keys.ticket, kind.value, name)


def _opened(keys: DeploymentKeys, kind: Kind, given: str) -> tuple[str, str] | None:
    """Return the record's id and the secret of a ticket of ours; None for any other text."""
    if not given.isascii() or len(given) > LONGEST:
        return None
    try:
        sealed = urlsafe_b64decode(given + "=" * (-len(given) % 4))
        place = crypt.unseal(keys.ticket, sealed, kind.value)
    except (ValueError, InvalidTag):
        return None
    return place[:ID_BYTES].hex(), place[ID_BYTES:].hex()
