"""Precision, recall and F1, counted per category and averaged over the categories."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from labels.codes import Category


@dataclass(frozen=True, slots=True)
class Count:
    """What was found of one category: rightly, wrongly, and not at all."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The part of what was found that is right; 1 when nothing was found."""
        return _ratio(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The part of what is there that was found; 1 when nothing is there."""
        return _ratio(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _ratio(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass(frozen=True, slots=True)
class Mean:
    """The plain average over categories: a rare one weighs as much as a common one."""

    precision: float
    recall: float
    f1: float


Pair = tuple[frozenset[Category], frozenset[Category]]
"""What is expected of an item, then what was found."""


def count(pairs: Iterable[Pair]) -> dict[Category, Count]:
    """Return the counts of every category over the pairs expected, found."""
    kept = tuple(pairs)
    return {category: _count(category, kept) for category in Category}


def macro(counts: Mapping[Category, Count]) -> Mean:
    """Return the averages over those categories that occur, expected or found."""
    seen = [c for c in counts.values() if c.right + c.wrong + c.missed] or [Count()]
    number = len(seen)
    return Mean(
        sum(each.precision for each in seen) / number,
        sum(each.recall for each in seen) / number,
        sum(each.f1 for each in seen) / number,
    )


def total(counts: Mapping[Category, Count]) -> Count:
    """Return the sum over the categories: each occurrence weighs the same."""
    return Count(
        sum(each.right for each in counts.values()),
        sum(each.wrong for each in counts.values()),
        sum(each.missed for each in counts.values()),
    )


def _count(category: Category, pairs: tuple[Pair, ...]) -> Count:
    return Count(
        right=sum(category in want & have for want, have in pairs),
        wrong=sum(category in have - want for want, have in pairs),
        missed=sum(category in want - have for want, have in pairs),
    )


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
