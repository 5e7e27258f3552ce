"""What an item tells whoever sees it, and why it gives a category away: the values."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from labels.detection.clues import Clues

if TYPE_CHECKING:
    from labels.codes import Category


class Strength(IntEnum):
    """How strongly an item tells: by itself, with other things, or only perhaps."""

    POSSIBLE = 1
    LIKELY = 2
    CERTAIN = 3


class How(StrEnum):
    """In which way an item tells."""

    LABEL = "label"
    DIRECT = "direct"
    INFERENCE = "inference"
    COMPANY = "company"
    HINT = "hint"
    OPAQUE = "opaque"


STRENGTH = {
    How.LABEL: Strength.CERTAIN,
    How.DIRECT: Strength.CERTAIN,
    How.INFERENCE: Strength.LIKELY,
    How.COMPANY: Strength.LIKELY,
    How.HINT: Strength.POSSIBLE,
    How.OPAQUE: Strength.POSSIBLE,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one item tells whoever sees it.

    ``shown`` are the categories that the label shown with it names; ``age`` is the
    person's on its day, if known.
    """

    item: str
    said: Clues = field(default_factory=Clues)
    shown: "frozenset[Category]" = frozenset()
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item gives the category away.

    ``what`` was seen, by which ``rules``; ``others`` are the items together with which
    it tells; ``known`` says what of the person it was set beside (sex, age).
    """

    how: How
    rules: tuple[str, ...] = ()
    what: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    @property
    def strength(self) -> Strength:
        """How strongly it tells."""
        return STRENGTH[self.how]
