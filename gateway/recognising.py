"""Who a reader is that somebody asks about: what the record knows of profession and structure.

A decision made for half a reader would be a false *no*. What is not said of a
professional is taken from the log, as far as who asks may read it; what it does not say
is asked for, by its name, whoever the reader is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from gateway.audit import reading, trail
from gateway.identity.claims import PERSON_SYSTEM
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry
from gateway.references import item_of
from gateway.repository import finding, keeping
from gateway.repository.keeping import KINDS
from labels.policy.clearance import Clearance
from mappings.mapped import Issue, Refused

Json = dict[str, Any]

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


def recognised(asked: Inquiry, sight: Clearance, reader: Principal) -> Principal:
    """Return the reader with what the record knows where nothing was said.

    ``sight`` is what who asks may see: nothing beyond it is looked at, so that the answer
    tells of no hidden document. A private person and a structure are whole as they are.
    Raises ``Refused`` (400) naming every parameter that is missing.
    """
    if reader.patient or not reader.subject:
        return reader
    known = [
        each
        for each in _met(asked, sight)
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


def _met(asked: Inquiry, sight: Clearance) -> Iterator[Principal]:
    """Yield who asked or deposited, the last first: what who explains may know of.

    An event that names what is hidden from who explains is passed over.
    """
    events = trail.of_record(*asked.place)
    hidden = _hidden(asked, sight, events)
    for event in reversed(events):
        if hidden.isdisjoint(_named(event)):
            yield _agent(event)


def _hidden(asked: Inquiry, sight: Clearance, events: Iterable[Json]) -> frozenset[str]:
    """Return the items that events name and that who explains may not see."""
    named = frozenset(chain.from_iterable(map(_named, events)))
    seen = {e.id for k in KINDS for e in finding.every(*asked.place, sight, k)}
    unseen = keeping.named(*asked.place, named - seen)
    return frozenset(each.id for each in unseen)


def _named(event: Json) -> Iterator[str]:
    return (item_of(each.partition("/")[2]) for each in reading.items(event))


def _agent(event: Json) -> Principal:
    return Principal(
        reading.agent(event),
        reading.organization(event),
        reading.profession(event),
        reading.skill(event),
    )
