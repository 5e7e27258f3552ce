"""From who asks, about whom, and when, to the question that policy answers."""

from datetime import datetime

from sqlalchemy import Connection

from gateway.consents import directives, relations
from gateway.identity.principal import Principal
from gateway.repository.records import Record
from labels.codes import Purpose
from labels.consent import in_force
from labels.policy.matrix import column
from labels.policy.question import Question, Relation


def question(
    connection: Connection, principal: Principal, record: Record, at: datetime
) -> Question:
    """Return the question: the asker's verified facts and the record's own.

    The same statements run for the record of nobody as for a person's.
    """
    held = relations.of_record(connection, record)
    decided = directives.of_record(connection, record)
    found = relations.between(principal, record, held, at)
    return Question(
        reader=principal.subject,
        organization=principal.organization,
        profession=column(principal.profession, principal.skill),
        relations=found,
        purpose=_purpose(principal, found),
        minor=relations.is_minor(record.identity, at),
        preset=record.preset,
        directives=in_force(decided, at),
    )


def _purpose(principal: Principal, found: frozenset[Relation]) -> Purpose:
    """A person asks for himself or for whom he represents, whatever the token says."""
    if principal.patient:
        return Purpose.PATRQT if Relation.SELF in found else Purpose.FAMRQT
    return principal.purpose
