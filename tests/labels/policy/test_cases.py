"""The worked cases hold, cover every rule, and would notice any rule that changed."""

from dataclasses import fields, replace

import pytest

from labels.policy import rule
from labels.policy.clearance import Outcome
from labels.policy.decide import decide
from labels.policy.rule import Rules
from tests.labels.policy.worked import Case, cases

CASES = cases()
RULES = rule.load()
IDS = [each.id for each in RULES.rules]


def _broken(rules: Rules) -> list[str]:
    return [c.ask for c in CASES if decide(c.question, c.item, rules) != c.expected]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.ask)
def test_case(case: Case) -> None:
    """The decision is the one the case states, with its rules and obligations."""
    assert case.expected == decide(case.question, case.item, RULES)


def test_there_are_enough_cases_and_each_is_asked_once() -> None:
    """A hundred and twenty cases at least, none twice."""
    assert len(CASES) >= 120
    assert len({c.ask for c in CASES}) == len(CASES)


@pytest.mark.parametrize("rule_id", IDS)
def test_every_rule_settles_a_case(rule_id: str) -> None:
    """Some case names the rule among its reasons."""
    assert any(rule_id in case.expected.because for case in CASES)


@pytest.mark.parametrize("rule_id", IDS)
def test_deleting_a_rule_breaks_a_case(rule_id: str) -> None:
    """No rule can go unnoticed."""
    kept = tuple(each for each in RULES.rules if each.id != rule_id)
    assert _broken(replace(RULES, rules=kept))


@pytest.mark.parametrize("rule_id", IDS)
def test_turning_a_rule_around_breaks_a_case(rule_id: str) -> None:
    """No effect can change unnoticed."""
    turned = tuple(
        replace(each, permits=not each.permits) if each.id == rule_id else each
        for each in RULES.rules
    )
    assert _broken(replace(RULES, rules=turned))


def _loosened() -> list[tuple[str, Rules]]:
    """Return the rules with one word of one rule taken back, in every possible way."""
    found = []
    for index, each in enumerate(RULES.rules):
        for part in ("who", "what"):
            said = getattr(each, part)
            silent = type(said)()
            for field in fields(said):
                if getattr(said, field.name) == getattr(silent, field.name):
                    continue
                less = replace(said, **{field.name: getattr(silent, field.name)})
                rules = list(RULES.rules)
                rules[index] = replace(each, **{part: less})
                name = f"{each.id} without {part}.{field.name}"
                found.append((name, replace(RULES, rules=tuple(rules))))
    return found


LOOSENED = _loosened()


@pytest.mark.parametrize(
    "index", range(len(LOOSENED)), ids=[name for name, _ in LOOSENED]
)
def test_every_word_of_a_rule_is_needed(index: int) -> None:
    """Taking back one condition of one rule breaks a case."""
    assert _broken(LOOSENED[index][1])


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        ("patient", {"letter", "hormones", "masked", "hiv-result", "scan"}),
        ("gp", {"letter", "hormones", "masked", "hiv-result", "announced", "scan"}),
        ("dentist", {"letter"}),
        ("pharmacist", {"letter", "vaccines"}),
        ("mother", {"vaccines"}),
    ],
)
def test_the_five_people(reader: str, seen: set[str]) -> None:
    """What the patient, the GP, the dentist, the pharmacist and the mother see in between."""
    asker = next(c.question for c in CASES if c.reader == reader)
    plain = replace(asker, directives=(), preset="discreet")
    family = {"contraception", "secret", "violence", "announced"}
    items = {case.item.id: case.item for case in CASES}
    visible = {name for name, it in items.items() if decide(plain, it, RULES).permitted}
    assert seen <= visible
    if reader in {"dentist", "pharmacist"}:
        assert not visible & {"hormones", "hiv-result", "masked", "violence", "scan"}
    if reader == "mother":
        assert not visible & family
    if reader == "patient":
        assert set(items) - visible == {"announced", "refused"}
    if reader == "gp":
        assert set(items) - visible == {"held", "held-and-masked", "refused"}


def test_outcomes_are_balanced() -> None:
    """Cases of both answers exist: a policy that always refuses would not pass."""
    outcomes = [case.expected.outcome for case in CASES]
    assert min(outcomes.count(Outcome.PERMIT), outcomes.count(Outcome.DENY)) >= 20
