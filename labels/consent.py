"""What the patient decided, as values: masks and permissions, for whom, until when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from labels.codes import Category
from labels.item import Place
from labels.policy import matrix

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
class Directive:
    """One decision: mask or show, to an audience, what is named, within a period.

    It speaks of each item in ``items``, of each item with one of ``categories``, of each
    of ``places`` (a mask only: one fact of a document), and with ``everything`` of all: a
    union. ``start`` is included, ``end`` is not; None is open.
    Raises ValueError for an unknown effect, a place that is shown, and a date without a
    time zone.
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

    def __post_init__(self) -> None:
        """Check here what could otherwise fail while deciding."""
        if Effect(self.effect) is Effect.SHOW and self.places:
            raise ValueError(f"directive {self.id}: a place is masked, never shown")
        if any(d is not None and d.utcoffset() is None for d in (self.start, self.end)):
            raise ValueError(f"directive {self.id}: a date without a time zone")

    def lasts(self, at: datetime) -> bool:
        """Whether the directive is in force at an instant, which bears a time zone."""
        begun = self.start is None or self.start <= at
        return begun and (self.end is None or at < self.end)


def in_force(directives: "Iterable[Directive]", at: datetime) -> tuple[Directive, ...]:
    """Return the directives in force at ``at`` (with a time zone), in their order."""
    return tuple(directive for directive in directives if directive.lasts(at))


def speaks_of(directive: Directive, question: "Question") -> bool:
    """Whether the reader who asks is in the audience; the patient never is.

    A mask for everyone therefore hides nothing from the patient.
    """
    return not question.patient and _includes(directive.audience, question)


def _includes(audience: Audience, question: "Question") -> bool:
    value = audience.value
    match audience.kind:
        case AudienceKind.EVERYONE:
            return True
        case AudienceKind.PROFESSIONALS:
            return question.professional
        case AudienceKind.PROFESSION:
            return question.profession in matrix.load().columns_of(value) | {value}
        case AudienceKind.PERSON:
            return question.reader == value
        case AudienceKind.ORGANIZATION:
            return question.organization == value
        case AudienceKind.REPRESENTATIVES:
            return question.representative
