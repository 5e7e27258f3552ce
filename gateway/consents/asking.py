"""From who asks, about whom, and when, to the question that policy answers."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from gateway.consents import directives, emergencies, episodes, relations
from gateway.identity.principal import Principal
from gateway.repository.records import Record
from labels.codes import Purpose
from labels.consent import Directive, Effect, in_force
from labels.policy import editions
from labels.policy.question import URGENT, Question, Relation

SECRET_AGE = 15
"""From this age on a minor's sexual health is secret without asking (L.1111-5-1)."""

CARE = URGENT | {Purpose.TREAT}
"""Purposes that an access in a vital emergency stands for."""


def question(
    connection: Connection,
    principal: Principal,
    record: Record,
    at: datetime,
    *,
    urgent: bool = True,
) -> Question:
    """Return the question: the asker's verified facts and the record's own.

    The same statements run for the record of nobody as for a person's. Without ``urgent``
    an access in a vital emergency counts for nothing.
    """
    held = relations.of_record(connection, record)
    found = relations.between(principal, record, held, at)
    granted = emergencies.granted(connection, record, principal, at)
    urgency = granted if urgent else None
    if urgency:
        found = found - {Relation.INTRODUCED} | {Relation.EMERGENCY}
    lets = relations.standing_in(record, held, at)
    decided = directives.of_record(connection, record)
    holding = _holding(in_force(decided, at), found, lets)
    table = editions.load().at(at)
    return Question(
        reader=principal.subject,
        organization=principal.organization,
        profession=table.column(principal.profession, principal.skill),
        relations=found,
        purpose=_purpose(principal, found, urgency),
        masks_open=emergencies.choices(connection, record).masked,
        minor=relations.is_minor(record, at),
        preset=record.preset,
        directives=episodes.itemised(connection, record, holding),
        under_15=relations.is_minor(record, at, SECRET_AGE),
        capacity=table.capacity(principal.profession, principal.skill),
        at=at,
        deceased=bool(record.died),
    )


def represents(asked: Question) -> bool:
    """Return whether who asks acts for the person, now: a parent, or a guardian."""
    found = asked.relations
    parent = Relation.REPRESENTATIVE in found and asked.minor
    guardian = Relation.GUARDIAN in found and not asked.minor
    return (parent or guardian) and not (asked.deceased or Relation.BLOCKED in found)


def _holding(
    decided: Iterable[Directive], found: frozenset[Relation], lets: frozenset[str]
) -> list[Directive]:
    """Leave out what was said for the person and does not hold.

    A permission ends with the representation; a mask hides nothing from the other parent,
    whose authority is the same (Code civil 371-1, 372).
    """
    parent = bool(found & {Relation.REPRESENTATIVE, Relation.GUARDIAN})
    return [
        each
        for each in decided
        if not each.said_by
        or (each.said_by in lets if each.effect is Effect.SHOW else not parent)
    ]


def _purpose(
    principal: Principal, found: frozenset[Relation], urgency: Purpose | None
) -> Purpose:
    """Return why the asker asks: what he says, where saying it is enough.

    A person asks for himself or for whom he represents; an emergency is granted, and
    without such an access the purpose of one is care like any other.
    """
    if principal.patient:
        return Purpose.PATRQT if Relation.SELF in found else Purpose.FAMRQT
    if principal.purpose not in CARE:
        return principal.purpose
    if urgency is not None:
        return urgency
    urgent = Relation.EMERGENCY in found and principal.purpose in URGENT
    return principal.purpose if urgent else Purpose.TREAT
