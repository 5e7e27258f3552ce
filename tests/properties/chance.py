"""Questions, directives and items from a random stream: quick, small, often colliding."""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import TypeVar

from labels.codes import Category, Confidentiality, Mark, Purpose
from labels.consent import Audience, AudienceKind, Directive, Effect, Period
from labels.item import NEVER, Item
from labels.policy.matrix import Capacity
from labels.policy.question import LATEST, PRESETS, Question, Relation

T = TypeVar("T")

TYPES = ["", "11488-4", "11488-4", "57833-6", "68599-0", "101881-1", "submissionset"]
PEOPLE = ["rpps|1", "rpps|1", "rpps|2", "ins|3"]
STRUCTURES = ["", "finess|1", "finess|2"]
COLUMNS = ["", "medecin", "medecin", "chirurgien-dentiste", "role-encadrement"]
PLACES = [("a", "/t"), ("a", "/t/p[1]"), ("b", "/t"), ("a", "")]
WITHIN = ["", "", "", "/t", "/t/p[1]", "/t/p[10]", "/t#char=0,4", "/text"]
DAYS = [datetime(2026, 5, day, tzinfo=UTC) for day in (1, 2, 3)]
CAME = [datetime(2026, 4, day, tzinfo=UTC) for day in (1, 2)]
INSTANTS = [LATEST, LATEST, datetime(2024, 1, 1, tzinfo=UTC), DAYS[0]]
FEW = [Category.HIV, Category.CONTRACEPTION, Category.VIOLENCE, Category.TOBACCO]
OWNERS = ["rpps|1", "finess|1", "ins|3"]
CARE = [Purpose.TREAT, Purpose.TREAT, Purpose.BTG, Purpose.ETREAT, *Purpose]
SUBJECTS = [*FEW, *FEW, *FEW, *Category]


def question(chance: Random) -> Question:
    """Return a random question with up to three directives."""
    emergency = {Relation.EMERGENCY} if chance.random() < 0.3 else set()
    blocked = {Relation.BLOCKED} if chance.random() < 0.03 else set()
    held = _some(chance, [r for r in Relation if r is not Relation.BLOCKED], 0.6, 2)
    return Question(
        reader=chance.choice(PEOPLE),
        organization=chance.choice(STRUCTURES),
        profession=chance.choice(COLUMNS),
        relations=held | emergency | blocked,
        purpose=chance.choice(CARE),
        minor=chance.random() < 0.5,
        preset=chance.choice(PRESETS),
        directives=tuple(_directive(chance) for _ in range(chance.randrange(4))),
        masks_open=chance.random() < 0.3,
        under_15=chance.random() < 0.3,
        capacity=chance.choice([*[Capacity.CARE] * 8, *Capacity]),
        at=chance.choice(INSTANTS),
        deceased=chance.random() < 0.05,
    )


def item(chance: Random) -> Item:
    """Return a random item, or a place of one."""
    return Item(
        chance.choice("ab"),
        chance.choice(TYPES),
        chance.choice(list(Confidentiality)),
        _some(chance, SUBJECTS, 0.5, 2),
        _some(chance, list(Mark), 0.3, 2),
        chance.choice(["", *PEOPLE]) if chance.random() < 0.4 else "",
        chance.choice(STRUCTURES) if chance.random() < 0.4 else "",
        chance.choice(WITHIN),
        chance.choice(DAYS),
        _some(chance, SUBJECTS, 0.3, 2),
        chance.random() < 0.1,
        chance.choice([NEVER, *CAME]),
    )


def _directive(chance: Random) -> Directive:
    return Directive(
        id="said",
        effect=chance.choice(list(Effect)),
        audience=_audience(chance),
        items=_some(chance, ["a", "b"], 0.4, 1),
        categories=_some(chance, FEW, 0.4, 2),
        everything=chance.random() < 0.3,
        start=_maybe(chance, DAYS, 0.5),
        places=_some(chance, PLACES, 0.2, 2),
        purposes=_some(chance, CARE, 0.1, 2),
        authors=_some(chance, OWNERS, 0.15, 2),
        dated=Period(_maybe(chance, DAYS, 0.15), _maybe(chance, DAYS, 0.15)),
        level=_maybe(chance, list(Confidentiality), 0.15),
        yields=chance.random() < 0.2,
        said_by="ins|parent" if chance.random() < 0.2 else "",
    )


def _audience(chance: Random) -> Audience:
    kind = chance.choice(list(AudienceKind))
    named = {
        AudienceKind.PERSON: PEOPLE,
        AudienceKind.ORGANIZATION: STRUCTURES[1:],
        AudienceKind.PROFESSION: ["10", "40", "medecin", "99"],
    }
    return Audience(kind, chance.choice(named[kind]) if kind in named else "")


def _some(chance: Random, values: Sequence[T], share: float, most: int) -> frozenset[T]:
    if chance.random() >= share:
        return frozenset()
    return frozenset(chance.choice(values) for _ in range(chance.randint(1, most)))


def _maybe(chance: Random, values: Sequence[T], share: float) -> T | None:
    return chance.choice(values) if chance.random() < share else None
