"""Run the labelling service on every item of a set and compare."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from labels.codes import Category
from labels.detection.lines import label_line
from tests.evaluation.figures import Count, count
from tests.evaluation.items import Item, Kind


@dataclass(frozen=True, slots=True)
class Outcome:
    """An item with the categories found in it, but for those that may be or not."""

    item: Item
    found: frozenset[Category]

    @property
    def missed(self) -> frozenset[Category]:
        """The categories that are there and were not found."""
        return self.item.expected - self.found

    @property
    def false(self) -> frozenset[Category]:
        """The categories that were found and are not there."""
        return self.found - self.item.expected


def measure(items: Iterable[Item]) -> tuple[Outcome, ...]:
    """Return what the service finds in each item.

    Raises ``ValueError`` when the service could not read the context of an item: a
    figure made without it would be about another item.
    """
    return tuple(Outcome(item, _found(item)) for item in items)


def counts(outcomes: Iterable[Outcome]) -> dict[Category, Count]:
    """Return the counts of every category over the outcomes."""
    return count((each.item.expected, each.found) for each in outcomes)


def confusion(outcomes: Iterable[Outcome]) -> Counter[tuple[str, Category]]:
    """Return which category fired on the hard negatives that tempt which other.

    The tempting side is *general* for an item that tempts to nothing in particular.
    """
    fired: Counter[tuple[str, Category]] = Counter()
    for outcome in outcomes:
        if outcome.item.kind is Kind.HARD_NEGATIVE:
            tempting = [str(category) for category in outcome.item.tempts]
            for false in outcome.false:
                fired.update((name, false) for name in tempting or ["general"])
    return fired


def _found(item: Item) -> frozenset[Category]:
    answer = label_line(item.line)
    if "error" in answer:
        raise ValueError(item.id)
    return frozenset(map(Category, answer["categories"])) - item.either
