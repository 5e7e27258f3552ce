"""What combinations give away: drug and sex, drug alone, act and age, as data.

A rule holds when all its conditions hold and none of its exceptions does. Where an
exception (a diagnosis that explains the drug) is unknown, the rule holds: silence
fails closed. Only an inference can be withdrawn by more content, never a direct code
or term.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from labels.codes import Category
    from labels.detection.rules import Condition, Inference


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a document and its patient when rules are tried."""

    signals: frozenset[str]
    categories: "frozenset[Category]"
    sex: str = ""
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A rule that holds, and the signals it was concluded from."""

    rule: "Inference"
    signals: frozenset[str] = field(default_factory=frozenset)


def conclude(rules: "Iterable[Inference]", facts: Facts) -> "Iterator[Conclusion]":
    """Yield the rules that hold, adding their categories until nothing is new."""
    waiting = list(rules)
    while waiting:
        held = [rule for rule in waiting if _holds(rule, facts)]
        for rule in held:
            asked = frozenset().union(*(c.signals for c in rule.when))
            yield Conclusion(rule, asked & facts.signals)
        if not held:
            return
        waiting = [rule for rule in waiting if rule not in held]
        more = facts.categories.union(*(rule.then for rule in held))
        facts = Facts(facts.signals, more, facts.sex, facts.age)


def places_of(
    conclusion: Conclusion, raised: "Mapping[str, Mapping[str, str]]"
) -> "dict[str, str]":
    """Return the places where the signals of a conclusion were seen, and the words.

    ``raised`` gives for each place the signals seen there with the words.
    """
    found: dict[str, str] = {}
    for place, signals in raised.items():
        for name in sorted(conclusion.signals & signals.keys()):
            found.setdefault(place, signals[name])
    return found


def _holds(rule: "Inference", facts: Facts) -> bool:
    return all(_true(c, facts) for c in rule.when) and not any(
        _true(c, facts) for c in rule.unless
    )


def _true(condition: "Condition", facts: Facts) -> bool:
    """Tell whether each part that the condition names holds; the unknown does not."""
    return (
        (not condition.signals or bool(condition.signals & facts.signals))
        and (not condition.categories or bool(condition.categories & facts.categories))
        and (not condition.sex or condition.sex == facts.sex)
        and _in_range(condition, facts.age)
    )


def _in_range(condition: "Condition", age: int | None) -> bool:
    if condition.younger is None and condition.older is None:
        return True
    if age is None:
        return False
    young = condition.younger is None or age < condition.younger
    return young and (condition.older is None or age >= condition.older)
