"""Contesting an access: opened by the patient, answered by the structure, decided.

Each step is traced and, but for the patient's own, told to the patient. A case that is
not there, of another patient, or about another structure: one answer, None.
"""

from dataclasses import dataclass

from gateway.audit import reading, trail
from gateway.audit.events import Interaction, Json
from gateway.contest import cases, deadlines
from gateway.contest.case import DECIDED, CannotFollowError, Case, State, Step
from gateway.identification import only_the_patient
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_id, by_identifier, inquire
from gateway.notify import notices
from gateway.references import Reference, item_of
from gateway.services import Services
from mappings.mapped import Refused, refuse

ANSWERS = "contest:answer"
"""The task (scope of a token) of answering for a structure whose access is contested."""
MOST_CHARACTERS = 4000
MOST_CASES = 100

OPENED, LOOK, STEP = "contest-opened", "contests", "contest-step"
"""What the trail calls each act."""


@dataclass(frozen=True, slots=True)
class Held:
    """A case with its id, its record's, and whether it is overdue at this instant."""

    id: str
    patient_id: str
    case: Case
    overdue: bool

    @property
    def public_id(self) -> str:
        """The id as the world sees it."""
        return str(Reference(self.patient_id, self.id))


def contest(
    services: Services,
    principal: Principal,
    event_id: str,
    words: str,
    request_id: str = "",
) -> Held | None:
    """Open a case about an access in the patient's own trail; None when there is none.

    An access that is contested already has the case it has. Raises ``Refused``: 403 to
    anybody but a patient, 422 for words that are too long or too many open cases.
    """
    check_words(words)
    if not principal.patient:
        raise only_the_patient()
    find = by_identifier(services, principal.patient[0])
    event_id = item_of(event_id) or event_id  # by its public id, or by its own
    with inquire(services, principal, find, request_id, hold=True) as asked:
        event = trail.find(*asked.place, event_id) if asked.by_patient else None
        contestable = event is not None and reading.agent(event) != principal.subject
        asked.trace(Interaction.OPERATION, granted=contestable, reason=OPENED)
        if event is None or not contestable:
            return None
        return _known(asked, event_id) or _opened(services, asked, event, words)


def own(
    services: Services,
    principal: Principal,
    request_id: str = "",
    *,
    following: bool = False,
) -> list[Held]:
    """Return the cases of the patient who asks, the latest first.

    ``following``: for a further page. Raises ``Refused`` (403) to anybody but a patient.
    """
    if not principal.patient:
        raise only_the_patient()
    find = by_identifier(services, principal.patient[0])
    with inquire(services, principal, find, request_id) as asked:
        granted = asked.by_patient
        asked.trace(
            Interaction.SEARCH, granted=granted, reason=LOOK, following=following
        )
        found = cases.of_record(*asked.place) if asked.by_patient else []
        return [_held(asked, case_id, case) for case_id, case in found]


def about(
    services: Services,
    principal: Principal,
    request_id: str = "",
    *,
    following: bool = False,
) -> list[Held]:
    """Return the cases about the structure of who asks, to who answers for it.

    Each is read in its own record and traced there, for a further page (``following``)
    too. Nothing to anybody else.
    """
    if ANSWERS not in principal.scopes or principal.patient:
        return []
    with services.store.unit() as connection:
        listed = cases.docket(connection, services.store.keys, principal.depositor)
    found = (
        read(services, principal, str(each), request_id, following=following)
        for each in listed
    )
    return [each for each in found if each is not None]


def read(
    services: Services,
    principal: Principal,
    public_id: str,
    request_id: str = "",
    *,
    following: bool = False,
) -> Held | None:
    """Return a case to its patient, or to who answers for the structure; else None."""
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id) as asked:
        found = allowed(asked, target.item_id)
        granted = found is not None
        asked.trace(Interaction.READ, granted=granted, reason=LOOK, following=following)
        return _held(asked, target.item_id, found) if found else None


def step(
    services: Services,
    principal: Principal,
    public_id: str,
    wanted: tuple[State, str],
    request_id: str = "",
) -> Held | None:
    """Take a step: an answer (the structure) or a withdrawal (the patient), in words.

    None for who may not take it, as for a case that is not there. Raises ``Refused``: 422
    for a step that cannot follow, which only those hear who may see the case.
    """
    state, words = wanted
    check_words(words)
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id, hold=True) as asked:
        found = allowed(asked, target.item_id)
        mine = State.WITHDRAWN if asked.by_patient else State.ANSWERED
        may = found is not None and state is mine
        after = (
            _after(found, Step(state, asked.at, principal.subject, words))
            if may and found
            else None
        )
        asked.trace(Interaction.OPERATION, granted=after is not None, reason=STEP)
        if found is None or not may:
            return None
        if after is not None:
            _keep(asked, target.item_id, after)
            return _held(asked, target.item_id, after)
    # Raised after the transaction, which keeps the trace.
    raise _cannot_follow()


def decide(
    services: Services, public_id: str, outcome: State, officer: str, words: str
) -> Held | None:
    """Close a case, as the officer of the deployment; None when there is none.

    Raises ``Refused`` (422) for a decision that cannot follow: before the structure has
    answered, as long as it is in time.
    """
    check_words(words)
    if outcome not in DECIDED:
        raise _cannot_follow()
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    principal = Principal(subject=officer, name=officer.partition("|")[2])
    with inquire(services, principal, find, hold=True) as asked:
        found = cases.find(*asked.place, target.item_id)
        after = (
            _after(found, Step(outcome, asked.at, officer, words)) if found else None
        )
        asked.trace(Interaction.OPERATION, granted=after is not None, reason=STEP)
        if found is None:
            return None
        if after is not None:
            _keep(asked, target.item_id, after)
            return _held(asked, target.item_id, after)
    raise _cannot_follow()


def allowed(asked: Inquiry, case_id: str) -> Case | None:
    """Return the case to who may see it: its patient, or who answers for the structure."""
    found = cases.find(*asked.place, case_id)
    who = asked.principal
    answers = ANSWERS in who.scopes and not who.patient
    answers = answers and found is not None and who.depositor == found.against
    return found if asked.by_patient or answers else None


def check_words(words: str) -> None:
    """Raise ``Refused`` (422) for words that say nothing, or too much."""
    if not words.strip() or len(words) > MOST_CHARACTERS:
        raise refuse(
            422,
            "value",
            "Parameters.parameter.where(name='words')",
            f"Say it in words, {MOST_CHARACTERS} characters at most.",
            f"Dites-le en mots, {MOST_CHARACTERS} caractères au plus.",
        )


def _known(asked: Inquiry, event_id: str) -> Held | None:
    """Return the case that the access has; raise when too many are open."""
    every = cases.of_record(*asked.place)
    for case_id, case in every:
        if case.event == event_id:
            return _held(asked, case_id, case)
    if len(every) >= MOST_CASES:
        raise refuse(422, "too-costly", "", "Too many cases.", "Trop de contestations.")
    return None


def _opened(services: Services, asked: Inquiry, event: Json, words: str) -> Held:
    first = Step(State.OPENED, asked.at, asked.principal.subject, words.strip())
    who = reading.agent(event)
    case = Case(str(event["id"]), who, reading.organization(event) or who, (first,))
    case_id = cases.open_case(asked.connection, services.store.keys, asked.record, case)
    deadlines.watch(asked, case_id, case)
    return _held(asked, case_id, case)


def _keep(asked: Inquiry, case_id: str, after: Case) -> None:
    """Keep a case after a step, and have the patient told of what others did."""
    cases.change(*asked.place, case_id, after)
    told = {
        State.ANSWERED: "contest-answered",
        State.UPHELD: "contest-closed",
        State.DISMISSED: "contest-closed",
    }
    if occasion := told.get(after.state):
        task = f"Task/{Reference(asked.record.patient_id, case_id)}"
        notices.tell(*asked.place, occasion, asked.at, (task,))
    deadlines.watch(asked, case_id, after)


def _after(case: Case, wanted: Step) -> Case | None:
    try:
        return case.after(wanted)
    except CannotFollowError:
        return None


def _held(asked: Inquiry, case_id: str, case: Case) -> Held:
    return Held(case_id, asked.record.patient_id, case, case.overdue(asked.at))


def _cannot_follow() -> Refused:
    return refuse(
        422,
        "business-rule",
        "",
        "The case does not stand where this step could follow.",
        "La contestation n'en est pas au point où cette étape peut suivre.",
    )
