"""*Qui a consulté mon dossier*: the log in sentences, by day, the latest first.

What is told is what ``gateway.log`` tells who is signed in: the same as by the API. What
one asks to see of it travels in the body of a form, like every choice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Response

from gateway import log
from gateway.audit.events import Interaction
from gateway.contest import cases
from gateway.identity.claims import PERSON_SYSTEM
from gateway.patient import stays
from gateway.patient.record import Open
from gateway.patient.stays import Act, Json, Stay, Wanted, Who
from gateway.patient.visit import Visit
from gateway.references import Reference
from gateway.smart import grants
from labels.codes import Purpose
from labels.policy.question import Relation
from mappings import ins

A_PAGE = 40
FAMILY = Purpose.FAMRQT.value
UNPROCESSABLE = 422
RPPS = 12
"""Characters of the national identifier of a person: its kind, then the RPPS number."""


@dataclass(frozen=True, slots=True)
class Line:
    """One stay in words; ``block`` and ``contest`` are empty where there is no such way.

    ``entered`` is the application whose line it is, ``ends`` the one whose access can be
    ended from here.
    """

    event: str
    name: str
    what: str
    where: str
    at: str
    why: str
    by: str
    acts: tuple[str, ...]
    refused: bool
    block: tuple[tuple[str, str], ...]
    case: str
    contest: bool
    entered: bool = False
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks to see, and after which stay the page begins."""

    wanted: Wanted
    after: str = ""


def show(visit: Visit) -> Response:
    """Show who looked, the latest first."""
    return _page(visit, Asked(Wanted()))


def look(visit: Visit) -> Response:
    """Show what was asked for of it, or a further page."""
    form = visit.form
    try:
        days = [date.fromisoformat(d) if d else None for d in map(form.get, _DAYS)]
    except ValueError:
        return _page(visit, Asked(Wanted()), "error.day", UNPROCESSABLE)
    own = form.get("own") == "yes"
    wanted = Wanted(form.get("who", ""), days[0], days[1], own)
    return _page(visit, Asked(wanted, form.get("after", "")))


_DAYS = ("from", "to")


def _page(visit: Visit, asked: Asked, error: str = "", status: int = 200) -> Response:
    inside = _inside(visit)
    with visit.record() as record:
        told = log.told(record.asked, visit.house.services.settings.base_url)
        record.asked.trace(Interaction.SEARCH, granted=True, reason=log.LOOK)
        events = [each.event for each in told]
        subject = record.asked.principal.subject
        zone = ZoneInfo(record.asked.record.zone)
        found = stays.stays(events, zone, asked.wanted, subject)
        shown, after = portion(found, asked.after)
        return visit.page(
            "looked",
            status,
            days=list(_days(visit, record, shown, inside)),
            people=_people(visit, record, events),
            after=after,
            own=record.own,
            given=visit.form,
            narrowed=asked.wanted != Wanted() or bool(asked.after),
            error=error,
            came_for="/qui-a-consulte",
        )


def portion(found: list[Stay], after: str) -> tuple[list[Stay], str]:
    """Return a page of stays, and after which event the next one begins; empty: none."""
    ids = [each.event for each in found]
    start = ids.index(after) + 1 if after in ids else 0
    shown = found[start : start + A_PAGE]
    more = len(found) > start + A_PAGE
    return shown, shown[-1].event if more else ""


def _days(
    visit: Visit, record: Open, shown: Sequence[Stay], inside: frozenset[str]
) -> Iterator[tuple[str, list[Line]]]:
    opened = cases.of_record(*record.asked.place) if record.own else []
    contested = {case.event: case_id for case_id, case in opened}
    for day, held in groupby(shown, key=lambda each: each.day):
        lines = [
            _entered(visit, record, each, inside)
            if stays.entered(each.who, record.asked.principal.subject)
            else _line(visit, record, each, contested)
            for each in held
        ]
        yield visit.words.day(day), lines


def _line(visit: Visit, record: Open, stay: Stay, contested: dict[str, str]) -> Line:
    words, who = visit.words, stay.who
    mine = who.subject == record.asked.principal.subject
    profession = stays.column(who)
    name = words("looked.you") if mine else _name(record, who)
    where = _structure(visit, record, who.organization)
    case = contested.get(stay.event, "")
    purpose = f"looked.why.{FAMILY if _private(who) else who.purpose}"
    return Line(
        stay.event,
        name,
        words.profession(profession) if profession and not mine else "",
        where if where != name else "",  # software often bears the structure's name
        _hours(visit, stay),
        words(purpose) if purpose in words.table and not mine else "",
        words("looked.by", name=who.application) if who.application else "",
        tuple(_acts(visit, record, stay)),
        who.refused,
        () if mine else _block(record, who),
        str(Reference(record.patient_id, case)) if case else "",
        record.own and not mine,
    )


def _entered(visit: Visit, record: Open, stay: Stay, inside: frozenset[str]) -> Line:
    """Return the line of an application that the person let in, by its own name."""
    who = stay.who
    number = who.client.rpartition("|")[2]
    return Line(
        stay.event,
        visit.words("looked.application", name=who.application),
        "",
        "",
        _hours(visit, stay),
        visit.words("looked.application.yours"),
        "",
        tuple(_acts(visit, record, stay)),
        who.refused,
        (),
        "",
        contest=False,
        entered=True,
        ends=number if number in inside else "",
    )


def _inside(visit: Visit) -> frozenset[str]:
    """Return the ids of the applications that have access now; to the person alone."""
    account = visit.signed_in.account
    if account.of:
        return frozenset()
    held = grants.grants_of(visit.house.services, account.principal)
    return frozenset(each.client_id for each in held)


def _private(who: Who) -> bool:
    """Whether somebody asks as a relative: what the token says is that a person asks."""
    return who.subject.partition("|")[0] in ins.SYSTEMS


def _name(record: Open, who: Who) -> str:
    return who.name or record.named.name(who.subject)


def _structure(visit: Visit, record: Open, organization: str) -> str:
    if not organization:
        return ""
    number = organization.rpartition("|")[2]
    known = record.named.names.get(organization)
    return known or visit.words("urgent.structure", number=number)


def _hours(visit: Visit, stay: Stay) -> str:
    first, last = (
        visit.words("moment.hour", hour=each.hour, minute=f"{each.minute:02d}")
        for each in (stay.first, stay.last)
    )
    if first == last:
        return first
    return visit.words("looked.between", first=first, last=last)


def _acts(visit: Visit, record: Open, stay: Stay) -> Iterator[str]:
    """Yield a sentence for each thing that was done, the gravest first."""
    teller, words = visit.teller(record), visit.words
    opened = frozenset(stay.acts.get(Act.OPENED, ()))
    for each in Act:
        if each not in stay.acts:
            continue
        named = frozenset(stay.acts[each])
        if each is Act.LISTED and named <= opened and named:
            continue  # what was opened was in a list first
        if each is Act.SEARCHED and len(stay.acts) > 1:
            continue
        if named and each not in (Act.REFUSED, Act.COUNTED):
            yield words(f"looked.{each}", what=teller.titles(named))
        else:
            yield words(f"looked.{each}.none")


def _block(record: Open, who: Who) -> tuple[tuple[str, str], ...]:
    """Return the fields of the form that blocks a reader; none where there is no such form."""
    system, _, number = who.subject.partition("|")
    if not record.own or f"{system}" != PERSON_SYSTEM or _blocked(record, who):
        return ()
    if who.subject in record.named.names:
        return (("person", who.subject),)
    if len(number) == RPPS:
        return (("number", number[1:]), ("name", who.name))
    return ()


def _blocked(record: Open, who: Who) -> bool:
    around = (e for e in record.readers if e.relation is Relation.BLOCKED)
    return any(each.key in (who.subject, who.organization) for each in around)


def _people(
    visit: Visit, record: Open, events: Sequence[Json]
) -> list[tuple[str, str]]:
    """Return who can be chosen, each on one line: structures by what is known of them.

    One that has no name here is named by who came for it; software that bears the name
    of its structure is found under that.
    """
    subject = record.asked.principal.subject
    found, inside = stays.readers(events, subject), stays.members(events, subject)
    named = {key: name or record.named.name(key) for key, name in found.items()}
    for structure, held in inside.items():
        known = record.named.names.get(structure, "")
        alike = {each for each in held if known and named.get(each) == known}
        for each in alike:
            named.pop(each, None)
        names = ", ".join(sorted({named[each] for each in held if each in named}))
        number = structure.rpartition("|")[2]
        told = visit.words("looked.structure", number=number, names=names)
        named[structure] = known or told
    return sorted(named.items(), key=lambda each: each[1].casefold())
