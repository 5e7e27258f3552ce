"""What a person let an application have: kept in their record, ended by them at once.

Every token names its grant and is good only as long as that holds, so there is nothing to
hunt down when it ends. Given and ended stand in the trail of the record. It ends for good
with the record's closing, the person's death and the sign-in that gave it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gateway.audit import trail
from gateway.audit.events import CLIENT, Interaction, Trace, audit_event
from gateway.identification import own_record
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry
from gateway.repository import entries
from gateway.repository.entries import GRANT
from gateway.repository.records import Record
from gateway.services import Services
from gateway.smart import clients
from gateway.smart.clients import Client
from gateway.smart.scopes import OFFLINE
from labels.codes import Purpose
from mappings.submission import Identifier

GIVEN, ENDED = "application-let-in", "application-ended"
LEFT, REPLAYED = "application-left", "token-replayed"
MISUSED = "code-misused"
"""What the trail calls each act."""
STOLEN = frozenset({REPLAYED, MISUSED})
"""What is no act of the person's: somebody tried, in the name of the application."""

Held = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Grant:
    """An application that a person let in.

    ``until`` is when it ends by itself: that of its offline access, or, without one
    (``offline`` false), that of its last token. ``used`` is when it last got a token.
    """

    id: str
    client_id: str
    name: str
    scopes: tuple[str, ...]
    since: datetime
    until: datetime
    used: datetime
    offline: bool


def give(
    asked: Inquiry, client: Client, scopes: tuple[str, ...], until: datetime
) -> str:
    """Keep that who asks lets an application in, and say so in the trail; the grant's id."""
    person, at = asked.principal, asked.at
    held: Held = {
        "client": client.id,
        "name": client.name,
        "scopes": list(scopes),
        "subject": person.subject,
        "person": person.name,
        "issuer": person.issuer,
        "patient": [[each.system, each.value] for each in person.patient],
        "since": at.isoformat(),
        "used": at.isoformat(),
        "until": until.isoformat(),
        "ended": "",
    }
    note(*asked.place, through(person, held), GIVEN, at)
    return entries.append(asked.connection, GRANT, asked.record.keys, held)


def holding(
    connection: Connection, record: Record, grant_id: str, at: datetime
) -> Held | None:
    """Return what a grant holds if it is in force; None when not, or after a death."""
    held = entries.find(connection, GRANT, record.keys, grant_id)
    holds = held is not None and not record.died and _holds(held, at)
    return held if holds else None


def touch(
    connection: Connection,
    record: Record,
    grant_id: str,
    at: datetime,
    until: datetime,
) -> None:
    """Keep that a token was given out under a grant, which lasts at least until then."""
    held = entries.find(connection, GRANT, record.keys, grant_id)
    if held is None:
        return
    later = max(until, datetime.fromisoformat(held["until"]))
    changed = held | {"used": at.isoformat(), "until": later.isoformat()}
    entries.replace(connection, GRANT, record.keys, grant_id, changed)


def stop(
    connection: Connection,
    record: Record,
    grant_id: str,
    at: datetime,
    reason: str = ENDED,
    by: Principal | None = None,
) -> bool:
    """End a grant, and say in the trail why; False when none was in force.

    ``by`` is who ended it, when it was not the person.
    """
    held = holding(connection, record, grant_id, at)
    if held is None:
        return False
    ended = held | {"ended": at.isoformat()}
    entries.replace(connection, GRANT, record.keys, grant_id, ended)
    thief = _nobody(held) if reason in STOLEN else giver(held)
    note(connection, record, through(by or thief, held), reason, at)
    return True


def end_all(
    connection: Connection,
    record: Record,
    at: datetime,
    by: Principal,
    issuers: frozenset[str] | None = None,
) -> None:
    """End what applications were let in, of all sign-ins or of those at some issuers.

    For good: a record that is opened again opens to no application.
    """
    for grant_id, held in entries.of_record(connection, GRANT, record.keys):
        if issuers is None or held["issuer"] in issuers:
            stop(connection, record, grant_id, at, by=by)


def note(
    connection: Connection, record: Record, who: Principal, reason: str, at: datetime
) -> None:
    """Say in the trail of the record what became of an application."""
    trace = Trace(
        Interaction.OPERATION,
        who,
        granted=reason not in STOLEN,
        patient_id=record.patient_id,
        reason=reason,
    )
    trail.append(connection, record, audit_event(trace, at), at)


def grants_of(services: Services, person: Principal) -> list[Grant]:
    """Return the applications a person lets in now, the last one first.

    None that its operator ended: it can ask for nothing more.
    """
    keys = services.store.keys
    with own_record(services, person) as asked:
        if not asked.by_patient:
            return []
        found = entries.of_record(asked.connection, GRANT, asked.record.keys)
        holding_now = [
            _grant(grant_id, held)
            for grant_id, held in found
            if _holds(held, asked.at)
            and clients.find_in(asked.connection, keys, held["client"])
        ]
    return sorted(holding_now, key=lambda each: (each.since, each.id), reverse=True)


def end_grant(services: Services, person: Principal, grant_id: str) -> bool:
    """End an application's access at once; False when the person gave no such grant."""
    with own_record(services, person, hold=True) as asked:
        if not asked.by_patient:
            return False
        return stop(*asked.place, grant_id, asked.at)


def giver(held: Held) -> Principal:
    """Return the person who let an application in, asking through it.

    Without the eIDAS level of their sign-in: an application is not the person.
    """
    person = Principal(
        subject=held["subject"],
        name=held["person"],
        patient=tuple(Identifier(*each) for each in held["patient"]),
        purpose=Purpose.PATRQT,
    )
    return through(person, held)


def _nobody(held: Held) -> Principal:
    """Return who asks in the name of an application: nobody can tell that it is it."""
    subject = f"{CLIENT}|{held['client']}"
    return Principal(subject, name=held["name"], purpose=Purpose.PATRQT)


def through(person: Principal, held: Held) -> Principal:
    """Return a person as the trail names them with the application of a grant."""
    return replace(person, client=held["client"], application=held["name"])


def _holds(held: Held, at: datetime) -> bool:
    return not held["ended"] and at < datetime.fromisoformat(held["until"])


def _grant(grant_id: str, held: Held) -> Grant:
    return Grant(
        grant_id,
        held["client"],
        held["name"],
        tuple(held["scopes"]),
        datetime.fromisoformat(held["since"]),
        datetime.fromisoformat(held["until"]),
        datetime.fromisoformat(held["used"]),
        OFFLINE in held["scopes"],
    )
