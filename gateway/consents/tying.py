"""What follows when a relation is declared or ended: one doctor, no revival, no residue.

A block ends every relation and every permission by name of whom it shuts out, so that
lifting it restores no consent: each has to be given again (P4D td02, DESIGN 7).
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.consents import directives, relations
from gateway.consents.relations import HeldRelation
from gateway.repository.records import Record
from labels.consent import NAMED, Effect
from labels.policy.question import Relation

ONE_AT_A_TIME = frozenset(
    {
        Relation.TREATING_DOCTOR,
        Relation.REFERRING_MIDWIFE,
        Relation.CORRESPONDING_PHARMACIST,
    }
)
"""Relations that a person has with one professional at a time (CSS L.162-5-3)."""

GIVEN = frozenset({Relation.CARE_TEAM, Relation.AUTHORISED, Relation.CARER})
"""Relations that are the patient's consent: they end with a block."""

LONGEST_ATTESTED = timedelta(days=90)
"""How long an attested membership lasts at most; without an end, exactly."""


def tie(
    connection: Connection, record: Record, held: HeldRelation, at: datetime
) -> str:
    """Keep a relation that the patient declares, with what follows; returns its id."""
    if held.kind is Relation.BLOCKED:
        _shut_out(connection, record, held.who, at)
    for row_id, other in relations.kept(connection, record):
        same = other.kind is held.kind and other.who == held.who
        succeeded = other.kind is held.kind and held.kind in ONE_AT_A_TIME
        if same or succeeded:
            relations.end(connection, record, row_id, at)
    begun = replace(held, since=held.since or at.isoformat())
    return relations.declare(connection, record, begun)


def untie(
    connection: Connection, record: Record, relation_id: str, at: datetime
) -> HeldRelation | None:
    """End a relation at once and return it; None when there is none to end.

    What was opened to a carer by name ends with the care: it would revive otherwise.
    """
    ended = relations.end(connection, record, relation_id, at)
    if ended is not None and ended.kind is Relation.CARER:
        _close(connection, record, ended.who, at)
    return ended


def introduce(
    connection: Connection, record: Record, held: HeldRelation, at: datetime
) -> str:
    """Keep a relation that a representative declares for the patient; returns its id.

    It touches none that the patient declared. For whom the patient put out or blocked it
    waits for the patient, and the representative is answered the same.
    """
    kept = relations.kept(connection, record)
    waits = _put_out(held, [each for _, each in kept], at)
    for row_id, each in kept:
        same = each.kind is held.kind and each.who == held.who
        if same and each.declared_by and not as_declared(each).over(at):
            over = replace(each, until=at.isoformat())
            relations.change(connection, record, row_id, over)
    begun = replace(held, since=held.since or at.isoformat(), proposed=waits)
    return relations.declare(connection, record, begun)


def withdraw(
    connection: Connection, record: Record, relation_id: str, at: datetime
) -> bool:
    """End what representatives declared, as one of them says; False for anything else.

    Its time is over: the patient has ended nothing, and it can be declared again. True
    too for what the patient ended before, which a representative is not told.
    """
    for row_id, held in relations.kept(connection, record):
        if row_id != relation_id or not held.declared_by:
            continue
        if as_declared(held).over(at):
            return False
        over = replace(held, until=at.isoformat())
        relations.change(connection, record, row_id, over)
        if held.kind is Relation.CARER:
            _close(connection, record, held.who, at, by_representative=True)
        return True
    return False


def attest(
    connection: Connection, record: Record, held: HeldRelation, at: datetime
) -> str:
    """Keep a membership of the care team that a structure attests; returns its id.

    It always ends. For whom the patient put out of the team or blocked, it waits for the
    patient: what he ended is not undone by saying it again, or by lifting a block.
    """
    last = at + LONGEST_ATTESTED
    until = datetime.fromisoformat(held.until) if held.until else last
    kept = relations.kept(connection, record)
    known = [(i, r) for i, r in kept if r.kind is held.kind and r.who == held.who]
    waits = _put_out(held, [each for _, each in kept], at)
    for row_id, each in known:
        waiting = each.proposed and not each.declared_by
        if waiting or (each.by and not as_declared(each).over(at)):
            over = replace(each, until=at.isoformat())
            relations.change(connection, record, row_id, over)
    attested = replace(
        held,
        since=at.isoformat(),
        until=min(until, last).isoformat(),
        proposed=waits,
    )
    return relations.declare(connection, record, attested)


def confirm(
    connection: Connection, record: Record, relation_id: str, at: datetime
) -> HeldRelation | None:
    """Let in who waits for the patient, on the patient's own word; None if there is none.

    What a representative declared ends with it and stays told to representatives as they
    declared it: the patient's word is a relation of its own.
    """
    for row_id, held in relations.kept(connection, record):
        if row_id == relation_id and held.proposed and not held.over(at):
            own = replace(held, by="", declared_by="")
            taken = replace(own, proposed=False, since=at.isoformat())
            if held.declared_by:
                over = replace(held, proposed=False, ended=at.isoformat())
                relations.change(connection, record, row_id, over)
                relations.declare(connection, record, taken)
            else:
                relations.change(connection, record, row_id, taken)
            return taken
    return None


def as_declared(held: HeldRelation) -> HeldRelation:
    """Return a relation as representatives declared it: less what the patient said since."""
    return replace(held, ended="", proposed=False)


def _put_out(held: HeldRelation, kept: list[HeldRelation], at: datetime) -> bool:
    """Whether the patient blocked whom a structure attests, or ended the same before."""
    named = {held.who, held.within} - {""}
    if any(r.kind is Relation.BLOCKED and r.who in named and r.holds(at) for r in kept):
        return True
    same = [r for r in kept if r.kind is held.kind and r.who == held.who]
    return any(r.ended for r in same) and not any(r.holds(at) for r in same)


def _shut_out(connection: Connection, record: Record, who: str, at: datetime) -> None:
    for row_id, held in relations.kept(connection, record):
        if who in {held.who, held.within} and held.kind in GIVEN:
            relations.end(connection, record, row_id, at)
    _close(connection, record, who, at)


def _close(
    connection: Connection,
    record: Record,
    who: str,
    at: datetime,
    *,
    by_representative: bool = False,
) -> None:
    """End every permission that names somebody, or those that representatives gave."""
    for each in directives.of_record(connection, record):
        named = each.audience.kind in NAMED and each.audience.value == who
        theirs = bool(each.said_by) or not by_representative
        if named and theirs and each.effect is Effect.SHOW:
            directives.end(connection, record, each.id, at)
