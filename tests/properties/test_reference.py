"""Two evaluators of the same rules, written apart, agree on every question."""

from collections import Counter
from random import Random

import pytest
from hypothesis import settings

from labels.policy import rule
from labels.policy.decide import clearance_for
from tests.labels.policy.worked import Case, cases
from tests.properties.chance import item, question
from tests.properties.reference import evaluate

RULES = rule.load()
QUESTIONS, DEEP = 50_000, 1_000_000
SEED = 20261122
"""The same questions every time: a red build is about the change. `make deep` asks more."""


def test_random_questions(capsys: pytest.CaptureFixture[str]) -> None:
    """On random questions both give the same answer for the same rules."""
    deep = settings().max_examples > 1_000
    chance = Random(SEED)  # noqa: S311 - nothing secret
    settled: Counter[str] = Counter()
    number = DEEP if deep else QUESTIONS
    for _ in range(number):
        asked, about = question(chance), item(chance)
        decision = clearance_for(asked, RULES).judge(about)
        found = (decision.permitted, frozenset(decision.because))
        assert found == evaluate(asked, about), (asked, about)
        settled.update([f"{decision.outcome}", *decision.because])
    assert min(settled["permit"], settled["deny"]) > number / 10
    assert min(settled[each.id] for each in RULES.rules) > number / 1_000
    with capsys.disabled():
        print(f"\nboth evaluators agree on {number} questions")  # noqa: T201


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.ask)
def test_case(case: Case) -> None:
    """The second evaluator gives every worked case its answer and its rules."""
    expected = (case.expected.permitted, frozenset(case.expected.because))
    assert expected == evaluate(case.question, case.item)
