"""Asking for emergency access: *bris de glace* (BTG) or regulation by SAMU (ETREAT).

1. may such a person ask at all? (nothing of the record is looked at)  2. the record, or
that of nobody;  3. too many of late, whatever the records?  4. the grant, the reason,
the trace, the notice, the look at patterns: the same rows whoever the person is, whatever
they chose, whatever is hidden, and for nobody's record too;  5. one answer.

What the person chose is not answered: it decides at each reading what the access opens.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.audit.events import Interaction
from gateway.consents import attempts, emergencies
from gateway.consents.emergencies import Grant
from gateway.emergency import asked as asked_for
from gateway.emergency import unfounded
from gateway.emergency.asked import Asked
from gateway.emergency.data import PATTERNS
from gateway.identity.claims import PERSON_SYSTEM
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_identifier, inquire
from gateway.notify import notices
from gateway.repository import outbox, records
from gateway.services import Services
from labels.codes import Purpose
from labels.policy import editions
from labels.policy.matrix import Capacity
from labels.policy.question import URGENT
from mappings.mapped import Refused, refuse
from mappings.submission import Identifier

STRONG = frozenset({"eidas2", "eidas3"})
"""How surely a person must be known (acr; eIDAS substantial or high)."""

CARE = URGENT | {Purpose.TREAT}
DOCTOR = "10"
"""Médecin, in TRE_G15: who regulates calls."""
REVIEW = "emergency-review"
"""The kind of the outbox rows that look for patterns."""
COUNTED = "emergency"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: about whom, for which of the two purposes, why, in words.

    Raises ``Refused`` (422): an unknown reason, one of the other purpose, too few words.
    """

    patient: Identifier
    purpose: Purpose
    reason: str
    words: str

    def __post_init__(self) -> None:
        """Refuse, whoever the record is about, what says nothing."""
        unfounded.check(self.purpose, self.reason, self.words)


@dataclass(frozen=True, slots=True)
class Granted:
    """What is answered to everybody: for what, and until when."""

    purpose: Purpose
    until: datetime


def ask(
    services: Services, principal: Principal, request: Request, request_id: str = ""
) -> Granted:
    """Grant the access, keep why, and have it told.

    Raises ``Refused``: 403 for who could not ask about anybody, 429 for who asked too
    often. Both are traced in the record.
    """
    find = by_identifier(services, request.patient)
    with inquire(services, principal, find, request_id, hold=True) as inquiry:
        refused = unfit(services, principal, request.purpose, inquiry.at)
        refused = refused or _too_often(services, inquiry)
        if refused is None:
            return _granted(inquiry, request)
        code = refused.issues[0].code
        inquiry.trace(Interaction.OPERATION, granted=False, reason=code)
    # Raised after the transaction, which keeps the trace.
    raise refused


def unfit(
    services: Services, principal: Principal, purpose: Purpose, at: datetime
) -> Refused | None:
    """Return why such a person could not ask about anybody; None when he could."""
    in_person = principal.subject.startswith(f"{PERSON_SYSTEM}|")
    if principal.patient or not in_person or principal.purpose not in CARE:
        return _forbidden("A professional asks in person, for care.", _IN_PERSON)
    if principal.acr not in STRONG:
        return _forbidden("Sign in with eIDAS substantial or high.", _STRONGLY)
    table = editions.load().at(at)
    column = table.column(principal.profession, principal.skill)
    capacity = table.capacity(principal.profession, principal.skill)
    if not column or capacity is not Capacity.CARE:
        return _forbidden("Who takes part in the care asks.", _TAKING_PART)
    regulates = principal.organization in services.settings.samu
    if purpose is Purpose.ETREAT and not (regulates and principal.profession == DOCTOR):
        return _forbidden("Only a regulating doctor of a SAMU asks so.", _REGULATION)
    return None


_IN_PERSON = "C'est un professionnel qui demande, en personne, pour des soins."
_STRONGLY = "Connectez-vous avec un niveau eIDAS substantiel ou élevé."
_TAKING_PART = "Seul qui prend part aux soins peut demander."
_REGULATION = "Seul un médecin régulateur d'un SAMU peut le demander ainsi."


def _too_often(services: Services, inquiry: Inquiry) -> Refused | None:
    """Count the request of this person, on whatever record; refuse one too many."""
    place = inquiry.connection, _house(services, inquiry)
    who, at = f"{COUNTED} {inquiry.principal.subject}", inquiry.at
    if attempts.reached(*place, who, PATTERNS.most, at):
        return refuse(
            429,
            "throttled",
            "",
            "Too many emergencies in an hour; the officer of this service can help.",
            "Trop d'urgences en une heure ; adressez-vous au responsable du service.",
        )
    attempts.failed(*place, who, PATTERNS.most, at)
    attempts.failed(*place, f"{who} day", PATTERNS.many, at)
    return None


def _granted(inquiry: Inquiry, request: Request) -> Granted:
    who = inquiry.principal
    lets = emergencies.choices(*inquiry.place).lets_in(request.purpose)
    given = Grant(
        who.subject, who.organization, request.purpose, inquiry.at, inquiry.at
    )
    emergencies.grant(*inquiry.place, given)
    event = _trace(inquiry, request, granted=lets and inquiry.record.known)
    kept = Asked(
        at=inquiry.at,
        who=who.subject,
        name=who.name,
        organization=who.organization,
        profession=who.profession,
        purpose=request.purpose,
        reason=request.reason,
        words=request.words.strip(),
        opened=lets,
        event=event,
    )
    asked_for.keep(*inquiry.place, kept)
    told = "emergency" if lets else "emergency-opposed"
    notices.tell(*inquiry.place, told, inquiry.at, (f"AuditEvent/{event}",))
    _watch(inquiry, kept)
    return Granted(request.purpose, given.until)


def _trace(inquiry: Inquiry, request: Request, *, granted: bool) -> str:
    """Leave the trace under the purpose that is asked for, and return its id."""
    stated = replace(
        inquiry,
        principal=replace(inquiry.principal, purpose=request.purpose),
        question=replace(inquiry.question, purpose=request.purpose),
    )
    reason = f"emergency {request.reason}"
    return stated.trace(Interaction.OPERATION, granted=granted, reason=reason)


def _watch(inquiry: Inquiry, kept: Asked) -> None:
    """Have patterns looked for at once; the look puts itself off while the hour lasts."""
    held = {"who": kept.who, "name": kept.name, "since": kept.at.isoformat()}
    outbox.put(*inquiry.place, REVIEW, held, inquiry.at)


def _house(services: Services, inquiry: Inquiry) -> records.Record:
    return records.by_id(inquiry.connection, services.store.keys, records.HOUSE)


def _forbidden(text: str, texte: str) -> Refused:
    return refuse(403, "forbidden", "", text, texte)
