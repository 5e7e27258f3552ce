"""What holds for every clearance: deny by default, deny overrides, raising never opens."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from labels.codes import Category, Confidentiality, Mark
from labels.item import Item
from labels.policy import rule
from labels.policy.clearance import Clearance, Denial
from labels.policy.decide import clearance_for, decide
from labels.policy.explain import sentence
from labels.policy.question import Question
from labels.policy.rule import Rules
from tests.properties.worlds import (
    CATEGORIES,
    CLEARANCES,
    DENIALS,
    ITEMS,
    LEVELS,
    MARKS,
    QUESTIONS,
    rules_like,
)

RULES = rule.load()
ANY_RULES = st.just(RULES) | rules_like(RULES)


def _raised(
    item: Item,
    level: Confidentiality,
    categories: frozenset[Category],
    marks: frozenset[Mark],
) -> Item:
    return replace(
        item,
        confidentiality=max(item.confidentiality, level),
        categories=item.categories | categories,
        marks=item.marks | marks,
    )


@given(st.lists(DENIALS).map(tuple), ITEMS)
def test_silence_denies(denials: tuple[Denial, ...], item: Item) -> None:
    """Without a permit nothing is seen, whatever else is stated."""
    assert not Clearance((), denials).judge(item).permitted


@given(CLEARANCES, DENIALS, ITEMS)
def test_deny_overrides(clearance: Clearance, denial: Denial, item: Item) -> None:
    """A denial that bites beats every permit, and one that does not changes nothing."""
    more = replace(clearance, denials=(*clearance.denials, denial))
    if denial.bites(item):
        assert denial.rule in more.judge(item).because
        assert not more.judge(item).permitted
    else:
        assert more.judge(item) == clearance.judge(item)


@given(CLEARANCES, ITEMS)
def test_a_denial_that_states_nothing_closes_everything(
    clearance: Clearance, item: Item
) -> None:
    """The empty denial is the strongest."""
    assert not replace(clearance, denials=(Denial("all"),)).judge(item).permitted


@given(CLEARANCES, ITEMS, LEVELS, CATEGORIES, MARKS)
def test_raising_a_label_never_opens(
    clearance: Clearance,
    item: Item,
    level: Confidentiality,
    categories: frozenset[Category],
    marks: frozenset[Mark],
) -> None:
    """What is seen with a higher label is seen with the lower one too."""
    if clearance.judge(_raised(item, level, categories, marks)).permitted:
        assert clearance.judge(item).permitted


@given(ANY_RULES, QUESTIONS, ITEMS, LEVELS, CATEGORIES, MARKS)
def test_raising_a_label_never_opens_under_rules(
    rules: Rules,
    question: Question,
    item: Item,
    level: Confidentiality,
    categories: frozenset[Category],
    marks: frozenset[Mark],
) -> None:
    """The same for the real rules and for any reader, with any directives."""
    if decide(question, _raised(item, level, categories, marks), rules).permitted:
        assert decide(question, item, rules).permitted


@given(ANY_RULES, QUESTIONS, ITEMS)
def test_every_decision_can_be_said(
    rules: Rules, question: Question, item: Item
) -> None:
    """Deciding and explaining are total, and the sentence ends with the rules."""
    decision = decide(question, item, rules)
    for lang in ("fr", "en", "nl"):
        said = sentence(decision, rules, lang)
        assert said.endswith("].")
        assert all(name in said for name in decision.because)


@given(QUESTIONS, ITEMS)
def test_no_rules_no_sight(question: Question, item: Item) -> None:
    """An empty rule file opens nothing."""
    assert not decide(question, item, replace(RULES, rules=())).permitted


@given(QUESTIONS)
def test_equal_questions_give_equal_clearances(question: Question) -> None:
    """A clearance depends on nothing but the question and the rules."""
    assert clearance_for(question, RULES) == clearance_for(replace(question), RULES)
