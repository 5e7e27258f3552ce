"""*Mes contestations*: each case with its state, its due date, its answer, its evidence."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Response

from gateway.contest import contesting
from gateway.contest import evidence as evidence_file
from gateway.contest.case import CLOSED, NEXT, State, Step
from gateway.contest.contesting import MOST_CHARACTERS, Held
from gateway.patient.visit import Visit
from gateway.repository.records import PARIS
from mappings.mapped import Refused

UNPROCESSABLE = 422
KINDS = {"json": "application/json", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Told:
    """One step of a case in words."""

    state: str
    at: str
    words: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case in words; ``due`` is empty for one that is closed."""

    id: str
    against: str
    state: str
    opened: str
    due: str
    overdue: bool
    steps: tuple[Told, ...]
    can_withdraw: bool


def show(visit: Visit) -> Response:
    """List the person's cases; to who acts for another, that they are the person's own."""
    account, services = visit.signed_in.account, visit.house.services
    if account.of:
        return visit.not_yours()
    found = contesting.own(services, account.principal)
    cases = [_case(visit, each) for each in found]
    return visit.page("contests", cases=cases, came_for="/contestations")


def one(visit: Visit, public_id: str) -> Response:
    """Show one case; unknown and another's are one answer."""
    return _one(visit, public_id)


def contest(visit: Visit) -> Response:
    """Open a case about an access, and go to it."""
    account, services = visit.signed_in.account, visit.house.services
    event, words = visit.form.get("event", ""), visit.form.get("words", "")
    if account.of:
        return visit.not_found()
    if not _says(words):
        return visit.page(
            "contest_again",
            UNPROCESSABLE,
            event=event,
            error="error.words",
            came_for="/urgence",
        )
    opened = contesting.contest(services, account.principal, event, words)
    if opened is None:
        return visit.not_found()
    return visit.go(f"/contestations/{opened.public_id}")


def withdraw(visit: Visit, public_id: str) -> Response:
    """Withdraw a case of the person's."""
    account, services = visit.signed_in.account, visit.house.services
    words = visit.form.get("words", "")
    if account.of:
        return visit.not_found()
    if not _says(words):
        return _one(visit, public_id, "error.words", UNPROCESSABLE)
    wanted = (State.WITHDRAWN, words)
    try:
        found = contesting.step(services, account.principal, public_id, wanted)
    except Refused:  # the case has moved on: its page says where it stands
        return _one(visit, public_id)
    return visit.go(f"/contestations/{public_id}") if found else visit.not_found()


def evidence(visit: Visit, public_id: str, kind: str) -> Response:
    """Hand out the signed evidence of a case, as JSON or PDF, to keep."""
    account, services = visit.signed_in.account, visit.house.services
    if account.of or kind not in KINDS:
        return visit.not_found()
    found = evidence_file.evidence(services, account.principal, public_id)
    if found is None:
        return visit.not_found()
    answer = Response(found.pdf if kind == "pdf" else found.json)
    answer.headers["Content-Type"] = KINDS[kind]
    answer.headers["Content-Disposition"] = f'attachment; filename="contest.{kind}"'
    return answer


def _one(visit: Visit, public_id: str, error: str = "", status: int = 200) -> Response:
    account, services = visit.signed_in.account, visit.house.services
    if account.of:
        return visit.not_found()
    found = contesting.read(services, account.principal, public_id)
    if found is None:
        return visit.not_found()
    return visit.page("contest", status, case=_case(visit, found), error=error)


def _says(words: str) -> bool:
    return bool(words.strip()) and len(words) <= MOST_CHARACTERS


def _case(visit: Visit, held: Held) -> Case:
    case, words, zone = held.case, visit.words, ZoneInfo(PARIS)
    due = words.day(case.due.astimezone(zone).date()) if case.due else ""
    return Case(
        held.public_id,
        case.against.rpartition("|")[2],
        words(f"contest.{case.state.value}"),
        words.day(case.opened.astimezone(zone).date()),
        due,
        held.overdue,
        tuple(_step(visit, each) for each in case.steps),
        State.WITHDRAWN in NEXT.get(case.state, frozenset())
        and case.state not in CLOSED,
    )


def _step(visit: Visit, step: Step) -> Told:
    at = visit.words.moment(step.at.astimezone(ZoneInfo(PARIS)))
    return Told(visit.words(f"contest.step.{step.state.value}"), at, step.words)
