"""Who represents a minor, suspended at once when violence is suspected, and restored.

The minor asks, or a professional who takes part in the care; a suspicion is enough
(Code civil 378-2, CSP R.4127-44). The relation ends on every surface with the same
instant: who was suspended finds what somebody finds who never had a relation, is sent
nothing and is told nothing. It is restored by an operator, on a decision about it.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from gateway.audit.events import Interaction
from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.identity.principal import Principal
from gateway.inquiry import Find, Inquiry, by_identifier, inquire
from gateway.repository import entries
from gateway.repository.entries import SUSPENSION
from gateway.repository.records import Record
from gateway.services import Services
from labels.policy.matrix import Capacity
from labels.policy.question import Relation
from mappings.submission import Identifier

SUSPENDED, RESTORED = "representation-suspended", "representation-restored"
"""What the trail calls each act; no representative is shown either."""

CARING = frozenset(
    {
        Relation.TREATING_DOCTOR,
        Relation.CARE_TEAM,
        Relation.AUTHORISED,
        Relation.EMERGENCY,
    }
)
"""Relations of professionals who may suspend: those from which a minor is cared for."""


def suspend(
    services: Services,
    principal: Principal,
    find: Find,
    whom: str = "",
    request_id: str = "",
) -> bool:
    """End the representation by ``whom`` (``system|value``), or by everybody, now.

    False to who may not, as for a record that is not there; true also when nobody
    represents: the answer does not tell.
    """
    with inquire(services, principal, find, request_id, hold=True) as asked:
        granted = _may(asked)
        asked.trace(Interaction.OPERATION, granted=granted, reason=SUSPENDED)
        if granted:
            _end(*asked.place, whom, asked.at)
        return granted


def restore(services: Services, identifier: Identifier, by: Principal) -> bool:
    """Put back what was suspended, as an operator says; False without an open record.

    What had an end keeps it, and eighteen is eighteen.
    """
    find = by_identifier(services, identifier)
    with inquire(services, by, find, hold=True) as asked:
        known = asked.record.known
        asked.trace(Interaction.OPERATION, granted=known, reason=RESTORED)
        if known:
            _put_back(*asked.place)
        return known


def _may(asked: Inquiry) -> bool:
    found = asked.question.relations
    if not asked.record.known or not asked.question.minor or Relation.BLOCKED in found:
        return False
    caring = bool(found & CARING) and asked.question.capacity is Capacity.CARE
    return asked.by_patient or (caring and not asked.principal.patient)


def _end(connection: Connection, record: Record, whom: str, at: datetime) -> None:
    for row_id, held in relations.kept(connection, record):
        if not _represents(held) or whom not in {"", held.who} or held.over(at):
            continue
        before = {"relation": row_id, "ended": held.ended, "at": at.isoformat()}
        entries.append(connection, SUSPENSION, record.keys, before)
        relations.end(connection, record, row_id, at)


def _put_back(connection: Connection, record: Record) -> None:
    """Give every suspended relation the end it had, once."""
    suspended = entries.of_record(connection, SUSPENSION, record.keys)
    ends = {s["relation"]: s["ended"] for _, s in suspended if not s.get("over")}
    for row_id, held in relations.kept(connection, record):
        if row_id in ends:
            again = replace(held, ended=ends[row_id])
            relations.change(connection, record, row_id, again)
    for row_id, each in suspended:
        over = each | {"over": True}
        entries.replace(connection, SUSPENSION, record.keys, row_id, over)


def _represents(held: HeldRelation) -> bool:
    return held.kind is Relation.REPRESENTATIVE
