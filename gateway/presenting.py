"""One-time codes at work: the patient makes them, a professional presents one.

Unknown patient, wrong code, used, revoked, expired, blocked, too many tries on the
record: one answer, after the same statements. Who presents is counted, whatever the
record, and told so only of himself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.audit.events import Interaction
from gateway.consents import attempts, codes, relations, tying
from gateway.consents.attempts import Limit
from gateway.consents.codes import HeldCode, Made
from gateway.consents.relations import HeldRelation
from gateway.identification import own_record
from gateway.identity.claims import PERSON_SYSTEM
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_identifier, inquire
from gateway.notify import notices
from gateway.repository import records
from gateway.repository.records import HOUSE
from gateway.services import Services
from labels.policy.question import Relation
from mappings.mapped import Refused, refuse
from mappings.submission import Identifier

BY_PRESENTER = Limit(10, timedelta(hours=1))
"""Failures of one presenter, on whatever record."""
ON_RECORD = Limit(30, timedelta(hours=1))
"""Failures on one record: more than any one presenter can make, so that nobody alone keeps
a patient's codes from being taken."""
RECORD = "record"

MAKE, REVOKE, LOOK, PRESENT = (
    "code-made",
    "code-revoked",
    "codes",
    "code-presented",
)
"""What the trail calls each act."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A code that was right: which record it opened, and until when."""

    patient_id: str
    until: datetime


def make(
    services: Services,
    principal: Principal,
    opens: timedelta = codes.OPENS,
    *,
    card: bool = False,
    request_id: str = "",
) -> list[Made]:
    """Make a code, or a card of ten, for the patient who asks; none without a record.

    The codes are shown this once. Raises ``Refused``: 403 to anybody but a patient, 422
    when as many codes as a record may have are waiting.
    """
    with own_record(services, principal, request_id, hold=True) as asked:
        asked.trace(Interaction.OPERATION, granted=asked.by_patient, reason=MAKE)
        if not asked.by_patient:
            return []
        try:
            if card:
                return codes.make_card(*asked.place, asked.at, opens)
            return [codes.make(*asked.place, asked.at, opens)]
        except codes.TooManyCodesError:
            raise _too_many_codes() from None


def revoke(
    services: Services, principal: Principal, code_id: str = "", request_id: str = ""
) -> int:
    """Revoke a code of the patient's, or without an id all of them; returns how many."""
    with own_record(services, principal, request_id, hold=True) as asked:
        asked.trace(Interaction.OPERATION, granted=asked.by_patient, reason=REVOKE)
        if not asked.by_patient:
            return 0
        every = [each for each, _ in codes.kept(*asked.place)]
        wanted = [code_id] if code_id else every
        return sum(codes.revoke(*asked.place, each, asked.at) for each in wanted)


def kept(
    services: Services, principal: Principal, request_id: str = ""
) -> list[tuple[str, HeldCode]]:
    """Return to the patient what became of every code, never the codes themselves."""
    with own_record(services, principal, request_id) as asked:
        asked.trace(Interaction.SEARCH, granted=asked.by_patient, reason=LOOK)
        return codes.kept(*asked.place) if asked.by_patient else []


def present(
    services: Services,
    principal: Principal,
    patient: Identifier,
    code: str,
    request_id: str = "",
) -> Opened | None:
    """Open the patient's record to who presents one of its codes; None if it opens nothing.

    Raises ``Refused``: 403 unless a professional asks in person, 429 after too many
    failures of this presenter.
    """
    if principal.patient or not principal.subject.startswith(f"{PERSON_SYSTEM}|"):
        raise _in_person()
    with inquire(
        services, principal, by_identifier(services, patient), request_id, hold=True
    ) as asked:
        house = records.by_id(asked.connection, services.store.keys, HOUSE)
        counter = (asked.connection, house, principal.subject, BY_PRESENTER, asked.at)
        throttled = attempts.reached(*counter)
        opened = None if throttled else _opened(asked, code)
        if opened is None:
            attempts.failed(*counter)
        if opened is None and not throttled:
            attempts.failed(*asked.place, RECORD, ON_RECORD, asked.at)
        asked.trace(Interaction.OPERATION, granted=opened is not None, reason=PRESENT)
    if throttled:  # raised after the transaction, which keeps the trace
        raise attempts.throttled()
    return opened


def _opened(asked: Inquiry, code: str) -> Opened | None:
    found = codes.find(*asked.place, code)
    tired = attempts.reached(*asked.place, RECORD, ON_RECORD, asked.at)
    blocked = Relation.BLOCKED in asked.question.relations
    if found is None or tired or blocked or not found[1].live(asked.at):
        return None
    codes.spend(*asked.place, found, asked.principal.subject, asked.at)
    until = asked.at + timedelta(seconds=found[1].seconds)
    _authorise(asked, until)
    notices.tell(*asked.place, "code-used", asked.at)
    return Opened(asked.record.patient_id, until)


def _authorise(asked: Inquiry, until: datetime) -> None:
    """Let who presents in until then; an authorisation that lasts longer stays."""
    who, name = asked.principal.subject, asked.principal.name
    held = HeldRelation(Relation.AUTHORISED, who, name, until=until.isoformat())
    standing = [
        each
        for each in relations.of_record(*asked.place)
        if each.kind is held.kind and each.who == who and each.holds(asked.at)
    ]
    if not any(each.holds(until) for each in standing):
        tying.tie(*asked.place, held, asked.at)


def _in_person() -> Refused:
    return refuse(
        403,
        "forbidden",
        "code",
        "A code is presented by a professional in person.",
        "Un code est présenté par un professionnel, en personne.",
    )


def _too_many_codes() -> Refused:
    return refuse(
        422,
        "too-costly",
        "code",
        "As many codes as a record may have are waiting; revoke some first.",
        "Trop de codes attendent déjà ; annulez-en d'abord.",
    )
