"""*Mon cercle*: who is let in and by whom, until when; letting in, ending, blocking."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response

from gateway.audit.events import Interaction
from gateway.circle import LOOK
from gateway.consents.relations import HeldRelation
from gateway.identity.claims import PERSON_SYSTEM, STRUCTURE_SYSTEM
from gateway.patient.record import Open
from gateway.patient.telling_settings import tie as told_until
from gateway.patient.tie import opened_to
from gateway.patient.visit import Visit
from gateway.patient.wish_circle import ROLES
from labels.codes import Category
from labels.policy.question import Relation

REPRESENTING = (Relation.REPRESENTATIVE, Relation.GUARDIAN)
SECTIONS = (
    ("treating", (Relation.TREATING_DOCTOR,)),
    ("team", (Relation.CARE_TEAM,)),
    ("allowed", (Relation.AUTHORISED,)),
    ("following", (Relation.REFERRING_MIDWIFE, Relation.CORRESPONDING_PHARMACIST)),
    ("carers", (Relation.CARER,)),
    ("blocked", (Relation.BLOCKED,)),
    ("representatives", REPRESENTING),
)
"""The sections of the page, each with the relations that stand in it."""


@dataclass(frozen=True, slots=True)
class Tied:
    """One tie in words; ``end`` and ``admit`` say which buttons it has."""

    id: str
    name: str
    what: str
    until: str
    by: str = ""
    declared_by: str = ""
    opened: tuple[str, ...] = ()
    end: str = ""
    admit: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """The ties of one kind."""

    key: str
    ties: tuple[Tied, ...]


def show(visit: Visit) -> Response:
    """Show the circle; to who acts for another, that it is the person's own."""
    with visit.record() as record:
        return page(visit, record)


def page(visit: Visit, record: Open, error: str = "", status: int = 200) -> Response:
    """Answer with the page, with what was unclear in a form if any was."""
    if not record.own:
        return visit.not_yours()
    record.asked.trace(Interaction.SEARCH, granted=True, reason=LOOK)
    names = record.named
    return visit.page(
        "circle",
        status,
        sections=[_section(visit, record, *each) for each in SECTIONS],
        past=_past(visit, record),
        roles=[(each, visit.words(f"role.{each}")) for each in ROLES],
        people=names.offered(PERSON_SYSTEM),
        everybody=names.offered(PERSON_SYSTEM, STRUCTURE_SYSTEM),
        subjects=_subjects(visit),
        error=error,
        given=visit.form if error else {},
        came_for="/cercle",
    )


def _section(
    visit: Visit, record: Open, key: str, kinds: Iterable[Relation]
) -> Section:
    ground = record.situation.at_ground
    found = [
        _tied(visit, record, tie_id, held)
        for tie_id, held in ground.ties
        if held.kind in kinds and not held.over(ground.at) and _stands(record, held)
    ]
    return Section(key, tuple(sorted(found, key=lambda each: each.name)))


def _stands(record: Open, held: HeldRelation) -> bool:
    """Whether a tie still means something: who represents a minor does only until 18."""
    minor = record.asked.question.minor
    return minor or held.kind is not Relation.REPRESENTATIVE


def _tied(visit: Visit, record: Open, tie_id: str, held: HeldRelation) -> Tied:
    words, by = visit.words, held.by
    named = record.named.name
    opened = opened_to(held.who, record.situation)
    carer = held.kind is Relation.CARER
    blocked = held.kind is Relation.BLOCKED
    return Tied(
        tie_id,
        record.named.names.get(held.who) or held.name or named(held.who),
        words(f"role.{held.kind}"),
        told_until(words, held, record.situation.at_ground.zone),
        named(by) if by else "",
        _declared_by(record, held),
        tuple(sorted(map(words.category, opened))) if carer else (),
        "" if held.kind in REPRESENTING else ("lift" if blocked else "end"),
        held.proposed,
    )


def _declared_by(record: Open, held: HeldRelation) -> str:
    """Return the name of the representative who declared a tie, empty for the patient."""
    if not held.declared_by:
        return ""
    ties = record.situation.at_ground.ties
    names = [each.name for _, each in ties if each.who == held.declared_by]
    return next(filter(None, names), record.named.name(held.declared_by))


def _past(visit: Visit, record: Open) -> list[Tied]:
    """Return what is over; of representatives nothing, since a suspension would show."""
    ground = record.situation.at_ground
    found = [
        _tied(visit, record, tie_id, held)
        for tie_id, held in ground.ties
        if held.over(ground.at) and held.kind not in REPRESENTING
    ]
    return sorted(found, key=lambda each: each.name)


def _subjects(visit: Visit) -> list[tuple[str, str]]:
    found = [(each.value, visit.words.category(each)) for each in Category]
    return sorted(found, key=lambda each: each[1])
