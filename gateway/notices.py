"""Notices inside: who signs in reads what there is for them, and says how to be told.

One reader gets the notices of an audience he is in now; a representative, what happened
and never by whom or to which document, nor what the person had chosen for it.
"""

from dataclasses import dataclass

from gateway.audit.events import Interaction
from gateway.identity.principal import Principal
from gateway.inquiry import Find, Inquiry, by_id, inquire
from gateway.notify import notices, preferences
from gateway.notify.notices import Notice
from gateway.notify.occasions import (
    OCCASIONS,
    PATIENT,
    REPRESENTATIVES,
    TREATING_DOCTOR,
)
from gateway.notify.preferences import Preferences
from gateway.notify.recipients import is_told
from gateway.references import Reference
from gateway.services import Services
from labels.policy.question import Relation

LOOK, PREFER = "notices", "notices-preferred"
"""What the trail calls each act."""

ITS_OWN = frozenset({Relation.SELF, Relation.REPRESENTATIVE, Relation.GUARDIAN})
"""Who is written to at an address of their own choice."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as one reader gets it, with the id of its record."""

    notice: Notice
    patient_id: str


def inbox(
    services: Services,
    principal: Principal,
    find: Find,
    request_id: str = "",
    *,
    following: bool = False,
) -> list[Shown]:
    """Return the notices for who asks, the latest first; traced as a search.

    ``following``: for a further page.
    """
    with inquire(services, principal, find, request_id) as asked:
        shown = _for(asked, notices.of_record(*asked.place))
        asked.trace(Interaction.SEARCH, granted=True, reason=LOOK, following=following)
        return shown


def one(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> Shown | None:
    """Return one notice to who is told of it; None to anybody else, or without one."""
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id) as asked:
        found = notices.find(*asked.place, target.item_id)
        shown = _for(asked, [found] if found else [])
        asked.trace(Interaction.READ, granted=bool(shown), reason=LOOK)
        return shown[0] if shown else None


def preferred(
    services: Services, principal: Principal, find: Find, request_id: str = ""
) -> Preferences | None:
    """Return how who asks is told about this record; None to who is not told by us."""
    with inquire(services, principal, find, request_id) as asked:
        allowed = bool(asked.question.relations & ITS_OWN)
        asked.trace(Interaction.READ, granted=allowed, reason=PREFER)
        return preferences.of(*asked.place, _who(asked)) if allowed else None


def prefer(
    services: Services,
    principal: Principal,
    find: Find,
    wanted: Preferences,
    request_id: str = "",
) -> bool:
    """Keep how who asks is told about this record; False to who is not told by us."""
    with inquire(services, principal, find, request_id, hold=True) as asked:
        allowed = bool(asked.question.relations & ITS_OWN)
        asked.trace(Interaction.OPERATION, granted=allowed, reason=PREFER)
        if allowed:
            preferences.prefer(*asked.place, wanted, _who(asked))
        return allowed


def _who(asked: Inquiry) -> str:
    """Return whose preferences: the patient's own have no name."""
    return "" if asked.by_patient else asked.principal.subject


def _for(asked: Inquiry, found: list[Notice]) -> list[Shown]:
    shown = (_shown(asked, each) for each in found)
    return [each for each in shown if each is not None]


def _shown(asked: Inquiry, notice: Notice) -> Shown | None:
    relations, told = asked.question.relations, OCCASIONS[notice.occasion].to
    patient_id = asked.record.patient_id
    whole = (PATIENT, TREATING_DOCTOR)
    if any(
        each in told and is_told(relations, each, asked.record, asked.at)
        for each in whole
    ):
        return Shown(notice, patient_id)
    if REPRESENTATIVES in told and is_told(
        relations, REPRESENTATIVES, asked.record, asked.at
    ):
        occasion = OCCASIONS[notice.occasion].others or notice.occasion
        return Shown(Notice(notice.id, occasion, notice.at), patient_id)
    return None
