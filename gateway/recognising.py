"""Who a reader is that somebody asks about: what the record knows of profession and structure.

A decision made for half a reader would be a false *no*. What is not said of a
professional is taken from the log, as far as who asks may read it; what it does not say
is asked for, by its name, whoever the reader is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gateway import log
from gateway.audit import reading, trail
from gateway.audit.events import Json
from gateway.identity.claims import PERSON_SYSTEM
from gateway.identity.principal import OFFICER, Principal
from gateway.inquiry import Inquiry
from mappings.mapped import Issue, Refused

MISSING = {
    "profession": (
        "The record does not know this reader: give the profession, a code of TRE_G15.",
        "Le dossier ne connaît pas ce lecteur : donnez sa profession, un code de TRE_G15.",
    ),
    "organization": (
        "The record does not know this reader: give the structure, as system|value.",
        "Le dossier ne connaît pas ce lecteur : donnez sa structure, système|valeur.",
    ),
}


def recognised(asked: Inquiry, reader: Principal) -> Principal:
    """Return the reader with what the record knows where nothing was said.

    To the person the record knows what the log tells, so that the answer tells of no
    hidden document. A private person and a structure are whole as they are.
    Raises ``Refused`` (400) naming every parameter that is missing.
    """
    if reader.patient or not reader.subject:
        return reader
    known = [
        each
        for each in _met(asked)
        if each.subject == reader.subject and (each.profession or not _person(reader))
    ]
    profession = reader.profession or _first(each.profession for each in known)
    alike = (each.skill for each in known if each.profession == profession)
    found = replace(
        reader,
        organization=reader.organization or _first(each.organization for each in known),
        profession=profession,
        skill=reader.skill or _first(alike),
    )
    _check(found, known)
    return found


def _check(found: Principal, known: list[Principal]) -> None:
    """Refuse a reader about whom something that decides is not known."""
    missing = []
    if _person(found) and not found.profession:
        missing.append("profession")
    # Who was met without a structure has none; who was never met has to be described.
    if not found.organization and not known:
        missing.append("organization")
    if missing:
        issues = (Issue("error", "required", n, *MISSING[n]) for n in missing)
        raise Refused(400, *issues)


def _person(reader: Principal) -> bool:
    return reader.subject.startswith(f"{PERSON_SYSTEM}|")


def _first(values: Iterable[str]) -> str:
    return next(filter(None, values), "")


def _met(asked: Inquiry) -> Iterator[Principal]:
    """Yield who asked or deposited, the last first: what who explains may know of.

    That is what the log tells, to the person; to an officer, who may look at all, all.
    """
    officer = OFFICER in asked.principal.scopes and not asked.by_patient
    events = trail.of_record(*asked.place) if officer else log.events(asked)
    yield from map(_agent, reversed(events))


def _agent(event: Json) -> Principal:
    return Principal(
        reading.agent(event),
        reading.organization(event),
        reading.profession(event),
        reading.skill(event),
    )
