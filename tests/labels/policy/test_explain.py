"""A decision in one sentence, and the README's table of worked examples."""

from pathlib import Path

import pytest

from labels.policy import rule
from labels.policy.clearance import Decision, Outcome
from labels.policy.explain import sentence
from tests.labels.policy.worked import Case, cases

RULES = rule.load()
README = Path(rule.__file__).with_name("README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("decision", "lang", "said"),
    [
        (
            Decision(Outcome.PERMIT, ("patient-sees-own-record",)),
            "en",
            (
                "Visible: a person has direct access to the whole of their own record "
                "(CSP L.1111-19) [patient-sees-own-record]."
            ),
        ),
        (
            Decision(Outcome.DENY, ("masked-to-professionals",)),
            "fr",
            (
                "Non visible : le document est masqué aux professionnels "
                "(CSP R.1111-49) [masked-to-professionals]."
            ),
        ),
        (
            Decision(Outcome.DENY),
            "en",
            "Not visible: no rule opens this to this reader [no rule].",
        ),
        (
            Decision(Outcome.DENY, beyond=("care-team-discreet",)),
            "en",
            (
                "Not visible: no rule opens this to this reader; it is beyond what is open "
                "to them: in discreet mode the care team sees the ordinary documents that "
                "the matrix allows the profession (CSP L.1110-4, CSP L.1110-12, "
                "CSP R.1111-46) [no rule]."
            ),
        ),
    ],
)
def test_sentence(decision: Decision, lang: str, said: str) -> None:
    """One plain sentence with the law, and the rule ids at its end."""
    assert said == sentence(decision, RULES, lang)


def test_another_language_is_french() -> None:
    """French is what the product speaks when it does not know better."""
    decision = Decision(Outcome.DENY)
    assert sentence(decision, RULES, "br") == sentence(decision, RULES, "fr")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_rule_says_why_in_both_languages(lang: str) -> None:
    """No clause is left empty or ends a sentence of its own."""
    for each in RULES.rules:
        clause = each.fr if lang == "fr" else each.en
        assert not clause.endswith(".")
        assert clause[0].islower()


def _row(case: Case) -> str:
    expected = case.expected
    rules = ", ".join(expected.because) or "no rule"
    return f"| {case.ask} | {expected.outcome} | {rules} |"


def test_the_readme_table_is_the_worked_cases() -> None:
    """Each case marked ``readme`` is a row, in order, and there are no other rows."""
    table = README.split("## Worked examples")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    assert rows[1:] == [_row(case) for case in cases() if case.in_readme]


def test_the_readme_names_every_rule() -> None:
    """A rule nobody can read about is not a rule people can trust."""
    missing = [each.id for each in RULES.rules if f"`{each.id}`" not in README]
    assert missing == []
