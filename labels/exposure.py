"""What a reader can still infer from what he sees, and which items give it away.

Hiding a diagnosis is not enough when the prescription tells the same story. For one
reader and one category, each item he sees is asked: do you tell it by yourself (certain),
together with what else he sees or knows (likely), or do you only keep its company
(possible)? Then the smallest set is found whose hiding leaves nothing certain or likely.
Pure: the items come as values; how they tell is in ``telling.py``.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labels.closure import Closure, smallest
from labels.detection.clues import Weight
from labels.detection.load import rule_set
from labels.telling import (
    Asked,
    Joint,
    alone,
    ask,
    joint,
    may_join,
    weighing,
)
from labels.told import How, Reason, Strength, Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from labels.codes import Category
    from labels.detection.rules import Inference


@dataclass(frozen=True, slots=True)
class Revealing:
    """An item that still tells, with every reason, the strongest first."""

    item: str
    reasons: tuple[Reason, ...]

    @property
    def strength(self) -> Strength:
        """The strength of the strongest reason."""
        return self.reasons[0].strength


@dataclass(frozen=True, slots=True)
class Exposure:
    """What still reveals a category to a reader, the strongest first, and what to hide.

    ``closure`` is enough: when its items are hidden too, nothing certain or likely is
    left. What is possible may be left.
    """

    category: "Category"
    revealing: tuple[Revealing, ...]
    closure: Closure


def exposure(
    record: "Iterable[Told]",
    visible: frozenset[str],
    category: "Category",
    sex: str = "",
    inference: "tuple[Inference, ...] | None" = None,
) -> Exposure:
    """Return which visible items give ``category`` away, and what to hide besides.

    ``sex`` is the recorded one (M, F or empty), which every reader is shown. The rules
    of ``inference`` are those of the labelling service unless others are given. The
    answer depends on nothing else; the order of the record only settles ties.
    """
    rules = rule_set().inference if inference is None else inference
    asked = ask(category, sex, rules)
    seen = [told for told in record if told.item in visible]
    revealing = [
        Revealing(item, tuple(sorted(reasons, key=lambda each: -each.strength)))
        for item, reasons in _reasons(seen, asked).items()
        if reasons
    ]
    revealing.sort(key=lambda each: -each.strength)
    return Exposure(category, tuple(revealing), _closure(seen, asked))


def _reasons(seen: "Sequence[Told]", asked: Asked) -> dict[str, list[Reason]]:
    """Return every reason of every item, in the order of the record."""
    together = joint(seen, asked)
    found = {
        told.item: [
            *alone(told, asked),
            *(each.of(told.item) for each in together if told.item in each.words),
            *_hints(told, asked.category, *_hinting(together)),
        ]
        for told in seen
    }
    speaking = any(found.values())
    for told in seen:
        if speaking:
            found[told.item].extend(_hints(told, asked.category, Weight.NOTED))
        if told.said.opaque:
            found[told.item].append(Reason(How.OPAQUE))
    return found


def _hinting(together: "Sequence[Joint]") -> tuple[Weight, ...]:
    """Return the weights that are hints: company only where it does not tell."""
    if any(each.how is How.COMPANY for each in together):
        return (Weight.ORDINARY,)
    return (Weight.COMPANY, Weight.ORDINARY)


def _hints(told: Told, category: "Category", *weights: Weight) -> "Iterator[Reason]":
    for clue in weighing(told, category, *weights):
        yield Reason(How.HINT, (clue.rule,), (clue.what,))


def _closure(seen: "Sequence[Told]", asked: Asked) -> Closure:
    """Find the least to hide: what tells alone in any case, then the best of the rest.

    Of two closures of one size, the one whose items come first in the record.
    """
    forced = [told.item for told in seen if any(alone(told, asked))]
    candidates = [
        told.item for told in seen if told.item not in forced and may_join(told, asked)
    ]

    def left(hidden: frozenset[str]) -> list[frozenset[str]]:
        still = [told for told in seen if told.item not in hidden]
        return [each.weakest for each in joint(still, asked)]

    return smallest(forced, candidates, left)
