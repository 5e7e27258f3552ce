"""How the items a reader sees tell a category: alone, together, or only perhaps.

Works on values: what each item says, reduced to clues (``labels/detection/clues.py``).
More may tell when less is seen: an item that explains a drug away can be hidden too.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labels.codes import Category
from labels.detection.clues import Clue, Weight
from labels.detection.inference import Conclusion, Facts, conclude
from labels.told import How, Reason, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from labels.detection.rules import Condition, Inference

    Tellers = Mapping[Category, tuple[str, ...]]

OTHER_SEX = "gender_identity/exposure/other-sex"
"""The rule for an item whose header gives another sex than the record does."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: about which category, of a person of which recorded sex.

    ``inference`` are the rules that matter; ``signals`` and ``categories`` are what the
    category can be concluded from by them; ``bounds`` are the ages they speak of.
    """

    category: Category
    sex: str
    inference: "tuple[Inference, ...]"
    signals: frozenset[str]
    categories: frozenset[Category]
    bounds: frozenset[int]

    def day(self, age: int | None) -> int | None:
        """Return the same for two ages that no rule tells apart."""
        return None if age is None else sum(age >= bound for bound in self.bounds)


def ask(category: Category, sex: str, inference: "Sequence[Inference]") -> Asked:
    """Return the question, with the rules on which its answer can depend."""
    rules = _leading_to(category, inference, conditions_of)
    leading = _leading_to(category, inference, lambda rule: rule.when)
    conditions = [condition for rule in leading for condition in rule.when]
    signals = frozenset(name for each in conditions for name in each.signals)
    categories = frozenset(name for each in conditions for name in each.categories)
    every = (each for rule in rules for each in conditions_of(rule))
    ages = frozenset(age for each in every for age in (each.younger, each.older))
    bounds = frozenset(age for age in ages if age is not None)
    return Asked(category, sex, rules, signals, categories, bounds)


def conditions_of(rule: "Inference") -> "tuple[Condition, ...]":
    """Return the conditions of a rule and its exceptions."""
    return rule.when + rule.unless


def _leading_to(
    category: Category,
    rules: "Sequence[Inference]",
    conditions: "Callable[[Inference], Sequence[Condition]]",
) -> "tuple[Inference, ...]":
    """Return the rules that conclude the category, or what their conditions ask for."""
    known, wanted = frozenset[Category](), frozenset({category})
    found: tuple[Inference, ...] = ()
    while wanted != known:
        known = wanted
        found = tuple(each for each in rules if not known.isdisjoint(each.then))
        named = (each.categories for rule in found for each in conditions(rule))
        wanted = known.union(*named)
    return found


@dataclass(frozen=True, slots=True)
class Joint:
    """Something told by several things at once: the words in each item it rests on.

    ``weakest`` is the smallest group of these items without which it is not told.
    """

    how: How
    rules: tuple[str, ...]
    words: "Mapping[str, tuple[str, ...]]"
    weakest: frozenset[str]
    known: tuple[str, ...] = ()

    def of(self, item: str) -> Reason:
        """Return the reason as it stands for one of the items."""
        others = tuple(each for each in self.words if each != item)
        return Reason(self.how, self.rules, self.words[item], others, self.known)


def weighing(told: Told, category: Category, *weights: Weight) -> tuple[Clue, ...]:
    """Return the clues of an item that point to the category with such a weight."""
    clues = told.said.clues
    return tuple(c for c in clues if c.category == category and c.weight in weights)


def alone(told: Told, asked: Asked) -> "Iterator[Reason]":
    """Yield the reasons for which an item tells, whatever else is hidden.

    All are certain but one, which is likely: a header with another sex than the
    record's (GEN-6; it may be a slip of the pen).
    """
    for clue in weighing(told, asked.category, Weight.DIRECT):
        yield Reason(How.DIRECT, (clue.rule,), (clue.what,))
    if asked.category in told.shown:
        yield Reason(How.LABEL)
    about_sex = asked.category is Category.GENDER_IDENTITY and asked.sex
    if about_sex and told.said.sex not in {"", asked.sex}:
        yield Reason(How.INFERENCE, (OTHER_SEX,), (told.said.sex,), known=("sex",))


def joint(seen: "Sequence[Told]", asked: Asked) -> list[Joint]:
    """Return what the items seen tell together, or beside what is known of the person."""
    return [
        *_concluded(seen, asked),
        *_in_company(seen, asked.category),
    ]


def may_join(told: Told, asked: Asked) -> bool:
    """Whether an item can be part of something joint, whatever else is hidden."""
    return (
        bool(weighing(told, asked.category, Weight.COMPANY))
        or _raises(told, asked.signals)
        or not asked.categories.isdisjoint(_tellers([told]))
    )


def _in_company(seen: "Sequence[Told]", category: Category) -> "Iterator[Joint]":
    """Yield the company of the category if there are two kinds of it."""
    held = {each.item: weighing(each, category, Weight.COMPANY) for each in seen}
    every = [clue for clues in held.values() for clue in clues]
    kinds = dict.fromkeys(clue.kind for clue in every)
    if len(kinds) > 1:
        rules = tuple(dict.fromkeys(clue.rule for clue in every))
        words = {i: tuple(c.what for c in clues) for i, clues in held.items() if clues}
        groups = [
            frozenset(
                i for i, clues in held.items() if any(c.kind != kept for c in clues)
            )
            for kept in kinds
        ]
        yield Joint(How.COMPANY, rules, words, min(groups, key=len))


def _concluded(seen: "Sequence[Told]", asked: Asked) -> "Iterator[Joint]":
    """Yield what combinations over all that is seen let conclude, each rule once.

    A rule that speaks of an age is tried with each age the person had on the day of an
    item, and holds if one of the items it rests on is of that day.
    """
    found: dict[str, Joint] = {}
    days: dict[int | None, list[Told]] = defaultdict(list)
    for told in seen:
        days[asked.day(told.age)].append(told)
    for day in days.values():
        today = {told.item for told in day}
        for rule, words, weakest in _conclusions(seen, asked, day[0].age):
            if asked.category in rule.then and not today.isdisjoint(words):
                known = _of_person(rule)
                made = Joint(How.INFERENCE, (rule.rule,), words, weakest, known)
                found.setdefault(rule.rule, made)
    yield from found.values()


def _conclusions(
    seen: "Sequence[Told]", asked: Asked, age: int | None
) -> "Iterator[tuple[Inference, dict[str, tuple[str, ...]], frozenset[str]]]":
    """Yield each rule that holds at an age, with what it rests on and the least of it."""
    tellers = _tellers(seen)
    signals = frozenset(name for told in seen for name, _ in told.said.signals)
    facts = Facts(signals, frozenset(tellers), asked.sex, age)
    for conclusion in conclude(asked.inference, facts):
        rule, words = conclusion.rule, _words(conclusion, seen)
        groups = list(_premises(rule, seen, tellers))
        rests_on = {each: words.get(each, ()) for group in groups for each in group}
        for category in rule.then:
            tellers[category] = (*tellers.get(category, ()), *rests_on)
        yield rule, rests_on, min(groups, key=len, default=frozenset())


def _tellers(seen: "Sequence[Told]") -> dict[Category, tuple[str, ...]]:
    """Return which items tell each category by themselves."""
    found: defaultdict[Category, tuple[str, ...]] = defaultdict(tuple)
    for told in seen:
        direct = {c.category for c in told.said.clues if c.weight is Weight.DIRECT}
        for category in direct | told.shown:
            found[category] = (*found[category], told.item)
    return dict(found)


def _words(
    conclusion: Conclusion, seen: "Sequence[Told]"
) -> dict[str, tuple[str, ...]]:
    """Return the words of the signals of a conclusion, by item."""
    found = {}
    for told in seen:
        names = conclusion.signals
        words = (what for name, what in told.said.signals if name in names)
        found[told.item] = tuple(dict.fromkeys(words))
    return found


def _premises(
    rule: "Inference", seen: "Sequence[Told]", tellers: "Tellers"
) -> "Iterator[frozenset[str]]":
    """Yield, for each thing a rule asks of the items, those that give it."""
    for condition in rule.when:
        told = (each.item for each in seen if _raises(each, condition.signals))
        telling = (tellers.get(category, ()) for category in condition.categories)
        groups = (frozenset(told), frozenset[str]().union(*telling))
        yield from (group for group in groups if group)


def _raises(told: Told, signals: frozenset[str]) -> bool:
    return any(name in signals for name, _ in told.said.signals)


def _of_person(rule: "Inference") -> tuple[str, ...]:
    """Say what of the person a rule asks for beside what was seen."""
    sex = any(each.sex for each in rule.when)
    age = any((each.younger, each.older) != (None, None) for each in rule.when)
    return (*(["sex"] if sex else []), *(["age"] if age else []))
