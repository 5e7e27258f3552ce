"""*Mes codes*: make a code or a card of ten, see what became of them, cancel them.

A code is shown once, in the answer to the form that makes it, and kept nowhere.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Response

from gateway import presenting
from gateway.consents.codes import HeldCode, Made
from gateway.patient import card_pdf
from gateway.patient.record import Open
from gateway.patient.visit import Visit
from mappings.mapped import Refused

HOURS = (1, 24, 72, 168)
"""How long a code may open the record, as a form offers it; the second unless said."""
USUAL = "24"
UNPROCESSABLE = 422
TOO_MANY = "error.too_many_codes"


@dataclass(frozen=True, slots=True)
class Code:
    """What became of one code; never the code itself."""

    id: str
    made: str
    state: str
    detail: str
    card: bool
    live: bool


def show(visit: Visit) -> Response:
    """Show what became of every code; to who acts for another, that they are not theirs."""
    return _page(visit)


def make(visit: Visit) -> Response:
    """Make a code and show it, this once."""
    opens = _opens(visit)
    if opens is None:
        return visit.not_found()
    if visit.signed_in.account.of:
        return visit.not_found()
    try:
        made = _made(visit, opens, card=False)
    except Refused:
        return _page(visit, error=TOO_MANY, status=UNPROCESSABLE)
    return _page(visit, made=made)


def make_card(visit: Visit) -> Response:
    """Make a card of ten codes, as a PDF that is kept on the device and nowhere else."""
    opens = _opens(visit)
    if opens is None or visit.signed_in.account.of:
        return visit.not_found()
    try:
        made = _made(visit, opens, card=True)
    except Refused:
        return _page(visit, error=TOO_MANY, status=UNPROCESSABLE)
    if not made:
        return _page(visit)
    answer = Response(card_pdf.written(made, visit.words.lang), 200)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = 'attachment; filename="codes.pdf"'
    return answer


def cancel(visit: Visit) -> Response:
    """Cancel one code, or all that could still be used."""
    if visit.signed_in.account.of:
        return visit.not_found()
    services, principal = visit.house.services, visit.signed_in.account.principal
    presenting.revoke(services, principal, visit.form.get("code", ""))
    return visit.go("/codes")


def _opens(visit: Visit) -> timedelta | None:
    hours = visit.form.get("hours", USUAL)
    return timedelta(hours=int(hours)) if hours in map(str, HOURS) else None


def _made(visit: Visit, opens: timedelta, *, card: bool) -> list[Made]:
    services, principal = visit.house.services, visit.signed_in.account.principal
    return presenting.make(services, principal, opens, card=card)


def _page(
    visit: Visit, made: list[Made] | None = None, error: str = "", status: int = 200
) -> Response:
    kept = []
    if not visit.signed_in.account.of:
        services, principal = visit.house.services, visit.signed_in.account.principal
        kept = presenting.kept(services, principal)
    with visit.record() as record:
        if not record.own:
            return visit.not_yours()
        ordered = sorted(kept, key=lambda each: (each[1].made, each[0]), reverse=True)
        codes = [_code(visit, record, *each) for each in ordered]
    return visit.page(
        "codes",
        status,
        new=[(e.spaced, _lasts(visit, e.opens), _day(visit, e)) for e in made or ()],
        codes=_together(codes),
        live=sum(each.live for each in codes),
        card=sum(each.live and each.card for each in codes),
        hours=[(str(h), _lasts(visit, timedelta(hours=h))) for h in HOURS],
        usual=USUAL,
        error=error,
        came_for="/codes",
    )


def _together(codes: list[Code]) -> list[tuple[Code, int]]:
    """Return codes with how many are the same to see; those that can be used first.

    The codes of a card are not told apart: which is which stands on the paper alone.
    """
    found: dict[tuple[str, str, str], list[Code]] = {}
    for each in codes:
        alone = "" if each.card else each.id
        found.setdefault((alone, each.made, each.detail), []).append(each)
    groups = [(same[0], len(same)) for same in found.values()]
    return sorted(groups, key=lambda each: not each[0].live)


def _lasts(visit: Visit, opens: timedelta) -> str:
    """Return a time in words, as *24 heures* or *3 jours*."""
    hours = int(opens.total_seconds()) // 3600
    days = hours // 24 if hours > 24 and hours % 24 == 0 else 0  # noqa: PLR2004
    return visit.words.count("days" if days else "hours", days or hours)


def _day(visit: Visit, made: Made) -> str:
    return visit.words.moment(made.expires.astimezone(ZoneInfo("Europe/Paris")))


def _code(visit: Visit, record: Open, code_id: str, held: HeldCode) -> Code:
    ground = record.situation.at_ground
    zone = ZoneInfo(ground.zone)
    state, at = _state(held, ground.at)
    when = datetime.fromisoformat(at).astimezone(zone)
    by = record.named.name(held.by) if held.by else ""
    made = datetime.fromisoformat(held.made).astimezone(zone)
    return Code(
        code_id,
        visit.words.moment(made),
        state,
        visit.words(f"codes.{state}", when=visit.words.moment(when), name=by),
        bool(held.card),
        state == "live",
    )


def _state(held: HeldCode, at: datetime) -> tuple[str, str]:
    """Return what became of a code, and since or until when."""
    if held.spent:
        return "used", held.spent
    if held.revoked:
        return "cancelled", held.revoked
    return ("live" if held.live(at) else "lapsed"), held.expires
