"""*À relire*: deposits that wait, what was refused, and what becomes of new documents."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response

from gateway import review
from gateway.audit.events import Interaction
from gateway.consents.reviewing import Answer, IntakeRule
from gateway.identity.claims import PERSON_SYSTEM, STRUCTURE_SYSTEM
from gateway.patient.pages.documents import Line, line
from gateway.patient.record import Open
from gateway.patient.telling_settings import intake
from gateway.patient.visit import Visit
from gateway.patient.wish_settings import ANY
from gateway.references import Reference
from gateway.repository.items import Stored
from gateway.review import SAY, Decision
from labels.codes import Category, Mark

DECISIONS = (Decision.ACCEPT, Decision.MASK, Decision.REFUSE)


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused deposit: its id, and until when the refusal can be taken back."""

    id: str
    until: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule about new documents in words, with how a form names it."""

    sentence: str
    depositor: str
    about: str
    answer: str


def show(visit: Visit) -> Response:
    """Show what waits; to who acts for another, that it is the person's own."""
    with visit.record() as record:
        return page(visit, record)


def page(visit: Visit, record: Open, error: str = "", status: int = 200) -> Response:
    """Answer with the page, with what was unclear in a form if any was."""
    if not record.own:
        return visit.not_yours()
    record.asked.trace(Interaction.SEARCH, granted=True, reason=SAY)
    return visit.page(
        "review",
        status,
        waiting=[_waiting(visit, record, each) for each in waiting(record)],
        refused=_refused(visit, record),
        decisions=DECISIONS,
        rules=[_rule(visit, record, e) for e in record.situation.at_ground.intake],
        depositors=record.named.offered(PERSON_SYSTEM, STRUCTURE_SYSTEM),
        subjects=sorted(
            ((each.value, visit.words.category(each)) for each in Category),
            key=lambda each: each[1],
        ),
        answers=list(Answer),
        any=ANY,
        error=error,
        given=visit.form if error else {},
        came_for="/a-relire",
    )


def waiting(record: Open) -> list[Stored]:
    """Return the deposits that wait for the patient."""
    documents = record.situation.documents
    return [each for each in documents if Mark.HELD in each.whole.marks]


def _waiting(visit: Visit, record: Open, stored: Stored) -> Line:
    return line(record, stored, visit.teller(record), ())


def _refused(visit: Visit, record: Open) -> list[Refused]:
    found = review.refused(record.asked)
    kept = [each for each in found if _instant(each.erase) > record.asked.at]
    ordered = sorted(kept, key=lambda each: (each.erase, each.item))
    return [
        Refused(
            str(Reference(record.patient_id, each.item)),
            visit.words.day(_instant(each.erase).date()),
        )
        for each in ordered
    ]


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _rule(visit: Visit, record: Open, rule: IntakeRule) -> Rule:
    return Rule(
        intake(visit.teller(record), rule),
        rule.depositor or ANY,
        rule.category or ANY,
        rule.answer.value,
    )
