"""What the patient decided, as values: masks and permissions, for whom, until when."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from labels.codes import Category, Confidentiality, Purpose
from labels.item import Place
from labels.policy import editions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from labels.policy.question import Question


class Effect(StrEnum):
    """Mask: the audience may not see. Show: the audience may see."""

    MASK = "mask"
    SHOW = "show"


class AudienceKind(StrEnum):
    """The ways to say which readers a decision is about."""

    EVERYONE = "everyone"
    PROFESSIONALS = "professionals"
    PROFESSION = "profession"
    PERSON = "person"
    ORGANIZATION = "organization"
    REPRESENTATIVES = "representatives"
    CARERS = "carers"
    CARE_TEAM = "care_team"
    TREATING_DOCTOR = "treating_doctor"


@dataclass(frozen=True, slots=True)
class Audience:
    """A set of readers.

    ``value`` is ``system|value`` for a person or an organization; for a profession it is
    a column of the matrix or a TRE_G15 code, which names every column of that code.
    Raises ValueError for an unknown kind, and for a value that is missing or too much.
    """

    kind: AudienceKind
    value: str = ""

    def __post_init__(self) -> None:
        """Refuse what could never speak of anybody, or of others than it seems to."""
        named = AudienceKind(self.kind) in NAMED | {AudienceKind.PROFESSION}
        if named is not bool(self.value):
            raise ValueError(f"audience {self.kind}: value missing or not expected")


NAMED = frozenset({AudienceKind.PERSON, AudienceKind.ORGANIZATION})
"""The kinds that name somebody, so that a permission to them stands by itself."""


@dataclass(frozen=True, slots=True)
class Period:
    """A time in which documents are dated: ``start`` is in it, ``end`` is not; None is open.

    Raises ValueError for an instant without a time zone.
    """

    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        """Check here what could otherwise fail while deciding."""
        if any(d is not None and d.utcoffset() is None for d in (self.start, self.end)):
            raise ValueError("a period without a time zone")

    def holds(self, at: datetime) -> bool:
        """Whether an instant, which bears a time zone, lies in the period."""
        begun = self.start is None or self.start <= at
        return begun and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Followed:
    """A document that a directive came to speak of: ``new`` is a copy or a replacement.

    ``same``: a copy of ``old``, else what replaces it. ``known``: named before all the same.
    """

    old: str
    new: str
    same: bool
    known: bool = False


@dataclass(frozen=True, slots=True)
class Directive:
    """One decision: mask or show, to an audience, what is named, within a period.

    It speaks of each item in ``items``, of each of ``places`` (one fact of a document),
    of each item with one of ``categories``, and with ``everything`` of all: a union.
    ``authors`` (``system|value`` of persons or structures), ``dated`` and ``level`` narrow
    what is said of categories and of everything: by whom, from when, at this level at
    most (show) or at least (mask). ``purposes`` narrow for what it is said; none, for all.
    ``yields``: the patient lets a vital emergency through this mask (DESIGN 11).
    ``episodes`` (``system|value`` of encounters) are not items yet: who asks names the
    items that belong to them in ``items`` before deciding. ``said_by`` is who said it for
    the patient, empty for the patient: such a permission beats none of the patient's masks,
    and who asks leaves out what no longer holds. ``followed`` is how it came to speak of
    what nobody named (:attr:`as_said`): no part of what is decided, nor of what is equal.
    ``start`` is included, ``end`` is not; None is open. Raises ValueError for an unknown
    effect and for a date without a time zone.
    """

    id: str
    effect: Effect
    audience: Audience
    items: frozenset[str] = frozenset()
    categories: frozenset[Category] = frozenset()
    everything: bool = False
    start: datetime | None = None
    end: datetime | None = None
    places: frozenset[Place] = frozenset()
    purposes: frozenset[Purpose] = frozenset()
    authors: frozenset[str] = frozenset()
    dated: Period = Period()
    level: Confidentiality | None = None
    yields: bool = False
    episodes: frozenset[str] = frozenset()
    said_by: str = ""
    followed: tuple[Followed, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        """Check here what could otherwise fail while deciding."""
        Effect(self.effect)
        if any(d is not None and d.utcoffset() is None for d in (self.start, self.end)):
            raise ValueError(f"directive {self.id}: a date without a time zone")

    @property
    def narrowed(self) -> bool:
        """Whether authors, dates or a level narrow what is named."""
        return bool(self.authors) or self.dated != Period() or self.level is not None

    @property
    def as_said(self) -> "Directive":
        """The directive with what was named alone: no copy or replacement it came to speak of."""
        added = {each.new for each in self.followed if not each.known}
        places = frozenset(each for each in self.places if each[0] not in added)
        return replace(self, items=self.items - added, places=places, followed=())

    def lasts(self, at: datetime) -> bool:
        """Whether the directive is in force at an instant, which bears a time zone."""
        return Period(self.start, self.end).holds(at)


def in_force(directives: "Iterable[Directive]", at: datetime) -> tuple[Directive, ...]:
    """Return the directives in force at ``at`` (with a time zone), in their order."""
    return tuple(directive for directive in directives if directive.lasts(at))


def speaks_of(directive: Directive, question: "Question") -> bool:
    """Whether the reader who asks is in the audience, for this purpose; the patient never is.

    A mask for everyone therefore hides nothing from the patient.
    """
    meant = not directive.purposes or question.purpose in directive.purposes
    return meant and not question.patient and _includes(directive.audience, question)


def _includes(audience: Audience, question: "Question") -> bool:
    value = audience.value
    match audience.kind:
        case AudienceKind.EVERYONE:
            return True
        case AudienceKind.PROFESSIONALS:
            return question.professional
        case AudienceKind.PROFESSION:
            table = editions.load().at(question.at)
            return question.profession in table.columns_of(value) | {value}
        case AudienceKind.PERSON:
            return question.reader == value
        case AudienceKind.ORGANIZATION:
            return question.organization == value
        case _:
            return question.stands_in(audience.kind)
