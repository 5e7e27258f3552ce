"""*En urgence*: the three choices, what yields to an emergency, and who asked for one."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Response

from gateway.audit.events import Interaction
from gateway.contest import cases
from gateway.emergency import asked as emergencies
from gateway.emergency.asked import Asked
from gateway.emergency.choosing import ASKED
from gateway.emergency.data import REASONS
from gateway.patient.record import Open
from gateway.patient.telling import is_mask
from gateway.patient.visit import Visit
from gateway.references import Reference
from labels.codes import Mark

CHOICES = ("samu", "others", "masked")


@dataclass(frozen=True, slots=True)
class Yielding:
    """One mask, and whether it yields to a vital emergency; by a mark, or by its id."""

    sentence: str
    yields: bool
    decision: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """One access that was asked for, in words; ``case`` is the contest of it, if any."""

    event: str
    when: str
    who: str
    where: str
    purpose: str
    reason: str
    words: str
    opened: bool
    case: str


def show(visit: Visit) -> Response:
    """Show the choices; to who acts for another, that they are the person's own."""
    with visit.record() as record:
        return page(visit, record)


def page(visit: Visit, record: Open, error: str = "", status: int = 200) -> Response:
    """Answer with the page, with what was unclear in a form if any was."""
    if not record.own:
        return visit.not_yours()
    record.asked.trace(Interaction.SEARCH, granted=True, reason=ASKED)
    chosen = record.situation.at_ground.choices
    return visit.page(
        "emergency",
        status,
        choices=[(name, getattr(chosen, name)) for name in CHOICES],
        masked=chosen.masked,
        masks=list(_masks(visit, record)),
        accesses=list(_accesses(visit, record)),
        error=error,
        given=visit.form if error else {},
        came_for="/urgence",
    )


def _masks(visit: Visit, record: Open) -> Iterator[Yielding]:
    """Yield the masks from professionals, each with whether it yields."""
    teller, situation = visit.teller(record), record.situation
    for each in situation.documents:
        if Mark.MASQUE_PS in each.whole.marks:
            title = visit.words("target.document", title=teller.title(each))
            yield Yielding(title, yields=False, document=record.public_id(each))
    for directive in filter(is_mask, situation.directives):
        told = teller.decided(directive)
        yield Yielding(told, directive.yields, decision=directive.id)


def _accesses(visit: Visit, record: Open) -> Iterator[Access]:
    found = cases.of_record(*record.asked.place)
    contested = {case.event: case_id for case_id, case in found}
    for each in emergencies.of_record(*record.asked.place):
        case_id = contested.get(each.event, "")
        case = str(Reference(record.patient_id, case_id)) if case_id else ""
        yield _access(visit, record, each, case)


def _structure(visit: Visit, record: Open, who: str) -> str:
    """Return a structure by its name where one is known, else by its number."""
    if not who:
        return ""
    number = who.rpartition("|")[2]
    return record.named.names.get(who) or visit.words("urgent.structure", number=number)


def _access(visit: Visit, record: Open, each: Asked, case: str) -> Access:
    words = visit.words
    zone = ZoneInfo(record.situation.at_ground.zone)
    reason = REASONS[each.reason]
    return Access(
        each.event,
        words.moment(each.at.astimezone(zone)),
        each.name or each.who.rpartition("|")[2],
        _structure(visit, record, each.organization),
        words(f"urgent.purpose.{each.purpose.value}"),
        reason.fr if words.lang == "fr" else reason.en,
        each.words,
        each.opened,
        case,
    )
