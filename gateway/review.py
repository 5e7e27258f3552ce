"""The patient reviews what was deposited, and says what becomes of what will be.

Two questions that are kept apart: *new documents* (rules kept here) and *those that are
there* (directives, with their preview). While a deposit waits only its depositor and the
patient see it; a refused one nobody but its depositor, until it is erased. What was taken
once is not refused later: a professional's document is its author's to delete (R.1111-51).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from gateway import disclosure
from gateway.audit.events import Interaction
from gateway.consents import reviewing
from gateway.consents.reviewing import ERASE, IntakeRule, Review, State
from gateway.disclosure import Page
from gateway.identification import only_the_patient, own_record
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_id, inquire
from gateway.outbox.errand import Again, Errand, Handlers
from gateway.references import Reference
from gateway.repository import erasing, finding, items, keeping
from gateway.repository.items import DOCUMENT, Stored
from gateway.repository.search import MOST, Search
from gateway.services import Services
from gateway.subscribing.opened import opened
from labels.codes import Mark

NO_ITEM = ""
SAY, REVIEWED = "intake-rule", "deposit-reviewed"
"""What the trail calls each act."""


class Decision(StrEnum):
    """What the patient may do with a deposit that waits, or (TAKE_BACK) was refused."""

    ACCEPT = "accept"
    MASK = "mask"
    REFUSE = "refuse"
    TAKE_BACK = "take-back"


OUTCOME: Mapping[Decision, tuple[State, State, frozenset[Mark], frozenset[Mark]]] = (
    MappingProxyType(
        {
            Decision.ACCEPT: (
                State.HELD,
                State.ACCEPTED,
                frozenset({Mark.HELD}),
                frozenset(),
            ),
            Decision.MASK: (
                State.HELD,
                State.MASKED,
                frozenset({Mark.HELD}),
                frozenset({Mark.MASQUE_PS}),
            ),
            Decision.REFUSE: (
                State.HELD,
                State.REFUSED,
                frozenset({Mark.HELD}),
                frozenset({Mark.REFUSED}),
            ),
            Decision.TAKE_BACK: (
                State.REFUSED,
                State.HELD,
                frozenset({Mark.REFUSED}),
                frozenset({Mark.HELD}),
            ),
        }
    )
)
"""From which state to which, which marks go, which come."""


def waiting(
    services: Services, principal: Principal, request_id: str = ""
) -> tuple[Page, list[Review]]:
    """Return to the patient the documents that wait, and what was :func:`refused`.

    Of a refused document only its id, its time and when it is erased are known.
    """
    with own_record(services, principal, request_id) as asked:
        found = reviewing.reviews(*asked.place) if asked.by_patient else []
        held = frozenset(each.item for each in found if each.state is State.HELD)
        wanted = Search(ids=(held | {NO_ITEM},), count=MOST)
        return disclosure.documents(asked, wanted, "held"), refused(asked)


def refused(asked: Inquiry) -> list[Review]:
    """Return to the patient the reviews of what is refused and not erased.

    Only of what they would see had it not been refused: what also waits for its
    announcement is as if it were not there until then. Empty to anybody else.
    """
    if not asked.by_patient:
        return []
    every = reviewing.reviews(*asked.place)
    found = [each for each in every if each.state is State.REFUSED]
    items_of = frozenset(each.item for each in found)
    known = {each.id for each in _but_for_the_refusal(asked, items_of)}
    return [each for each in found if each.item in known]


def decide(
    services: Services,
    principal: Principal,
    public_id: str,
    decision: Decision,
    request_id: str = "",
) -> State | None:
    """Carry the patient's decision on a deposit out, and return where it stands now.

    None when no such deposit waits (or was refused and can be taken back): the same for
    what is another's or never was. Raises ``Refused`` (403) to anybody but a patient.
    """
    if not principal.patient:
        raise only_the_patient()
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id, hold=True) as asked:
        stored = _found(asked, target.item_id, decision)
        named = (f"{DOCUMENT}/{public_id}",)
        granted = stored is not None
        asked.trace(
            Interaction.OPERATION, granted=granted, items=named, reason=REVIEWED
        )
        return _carried_out(services, asked, stored, decision) if stored else None


def say(
    services: Services, principal: Principal, rule: IntakeRule, request_id: str = ""
) -> bool:
    """Keep what the patient says of new documents; what is there does not change."""
    with own_record(services, principal, request_id, hold=True) as asked:
        asked.trace(Interaction.OPERATION, granted=asked.by_patient, reason=SAY)
        if asked.by_patient:
            reviewing.decide(*asked.place, rule)
        return asked.by_patient


def unsay(
    services: Services, principal: Principal, rule: IntakeRule, request_id: str = ""
) -> bool:
    """Take back what the patient said of new documents by this depositor, about this."""
    with own_record(services, principal, request_id, hold=True) as asked:
        said = asked.by_patient and rule in reviewing.rules(*asked.place)
        asked.trace(Interaction.OPERATION, granted=said, reason=SAY)
        if said:
            reviewing.withdraw(*asked.place, rule)
        return said


def said(
    services: Services, principal: Principal, request_id: str = ""
) -> list[IntakeRule]:
    """Return to the patient what becomes of new documents."""
    with own_record(services, principal, request_id) as asked:
        asked.trace(Interaction.SEARCH, granted=asked.by_patient, reason=SAY)
        return reviewing.rules(*asked.place) if asked.by_patient else []


def handlers() -> Handlers:
    """Return what the outbox does with its rows that erase refused deposits."""
    return {ERASE: _erased}


def _erased(errand: Errand) -> Again | None:
    """Erase a refused deposit whose time has come, unless it was taken back."""
    item_id = str(errand.row.held["item"])
    found = reviewing.review(*errand.place, item_id)
    if found is None or found.state is not State.REFUSED:
        return None
    due = datetime.fromisoformat(found.erase)
    if errand.at < due:  # taken back and refused again: its own row comes later
        return Again(due)
    erasing.erase(*errand.place, item_id)
    reviewing.keep(*errand.place, replace(found, state=State.ERASED))
    return None


def _found(asked: Inquiry, item_id: str, decision: Decision) -> Stored | None:
    """Return the document, if its review is where the decision starts from."""
    before, _, gone, _ = OUTCOME[decision]
    review = reviewing.review(*asked.place, item_id)
    if not asked.by_patient or review is None or review.state is not before:
        return None
    if before is State.REFUSED:
        over = datetime.fromisoformat(review.erase) <= asked.at
        ids = frozenset({item_id})
        found = [] if over else list(_but_for_the_refusal(asked, ids))
    else:
        seen = finding.find(*asked.place, asked.clearance, item_id)
        found = [seen] if seen else []
    return next((s for s in found if gone <= s.label.effective.marks), None)


def _but_for_the_refusal(asked: Inquiry, ids: frozenset[str]) -> Iterator[Stored]:
    """Yield what who asks would see now, had it not been refused."""
    for stored in keeping.named(*asked.place, ids):
        marks = stored.facts.marks - {Mark.REFUSED}
        if asked.clearance.judge(replace(stored.facts, marks=marks)).permitted:
            yield stored


def _carried_out(
    services: Services, asked: Inquiry, stored: Stored, decision: Decision
) -> State:
    _, after, gone, come = OUTCOME[decision]
    marks = stored.label.effective.marks - gone | come
    changed = items.with_label(stored, stored.label.with_marks(marks))
    items.relabel(*asked.place, changed)
    waiting = reviewing.review(*asked.place, stored.id)
    if waiting is None:  # it was found a moment ago, in this transaction
        raise LookupError(stored.id)
    if after is State.REFUSED:
        reviewing.refuse(*asked.place, waiting, asked.at)
    else:
        at = asked.at.isoformat()
        reviewing.keep(*asked.place, replace(waiting, state=after, since=at, erase=""))
        opened(services, asked, stored, changed)
    return after
