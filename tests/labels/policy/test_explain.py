"""A decision in one sentence, and the README's table of worked examples."""

from pathlib import Path

import pytest

from labels.codes import Category, Confidentiality, Mark
from labels.item import Item
from labels.policy import rule
from labels.policy.clearance import Clearance, Decision, Denial, Outcome, Permit
from labels.policy.explain import Bound, exceeded, plainly, sentence
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


LETTER, N, R = "11488-4", Confidentiality.N, Confidentiality.R
HIV, ALCOHOL = frozenset({Category.HIV}), frozenset({Category.ALCOHOL})
OPAQUE = frozenset({Mark.OPAQUE})
TEAM = Permit(
    "care-team-discreet", N, types_within=frozenset({LETTER}), marks_within=frozenset()
)
SHOWN = Permit("permission-to-the-team", categories_within=ALCOHOL)
BOUND = Permit(
    "permission-to-the-team",
    N,
    categories_within=HIV | ALCOHOL,
    types_within=frozenset({LETTER}),
    marks_within=frozenset({Mark.MASQUE_PS}),
)


@pytest.mark.parametrize(
    ("permits", "item", "bounds"),
    [
        ((TEAM,), Item("1", "60591-5"), {Bound.TYPE}),
        ((TEAM,), Item("1", LETTER, R), {Bound.SENSITIVITY}),
        ((TEAM,), Item("1", "60591-5", R, HIV), {Bound.TYPE, Bound.SENSITIVITY}),
        ((SHOWN,), Item("1", LETTER, R, HIV), {Bound.SENSITIVITY}),
        ((TEAM,), Item("1", LETTER, R, marks=OPAQUE), {Bound.UNREAD}),
        (
            (TEAM,),
            Item("1", LETTER, R, HIV, OPAQUE),
            {Bound.UNREAD, Bound.SENSITIVITY},
        ),
        ((Permit("permission-by-name", items=frozenset({"2"})),), Item("1"), set()),
        ((TEAM,), Item("1", LETTER), set()),
        ((BOUND,), Item("1", "60591-5", Confidentiality.L), {Bound.TYPE}),
        ((BOUND,), Item("1", "60591-5", N, HIV), {Bound.TYPE}),
        ((BOUND,), Item("1", "60591-5", N, HIV | ALCOHOL), {Bound.TYPE}),
        (
            (BOUND,),
            Item("1", "60591-5", marks=BOUND.marks_within or OPAQUE),
            {Bound.TYPE},
        ),
        ((BOUND,), Item("1", LETTER, marks=OPAQUE), {Bound.UNREAD}),
    ],
)
def test_by_what_an_item_is_beyond(
    permits: tuple[Permit, ...], item: Item, bounds: set[Bound]
) -> None:
    """The type, the sensitivity and what nobody could read are told apart."""
    assert exceeded(Clearance(permits), item) == bounds


@pytest.mark.parametrize(
    ("clearance", "lang", "said"),
    [
        (
            Clearance((TEAM,), (Denial("masked-to-professionals"),)),
            "en",
            "Not visible: the document is masked to professionals (CSP R.1111-49).",
        ),
        (Clearance(), "br", "Non visible : aucune règle n'ouvre cela à ce lecteur."),
        (
            Clearance((TEAM,)),
            "en",
            (
                "Not visible: it is more sensitive than what is open to this reader; what "
                "the rule says: in discreet mode the care team sees the ordinary documents "
                "that the matrix allows the profession (CSP L.1110-4, CSP L.1110-12, "
                "CSP R.1111-46)."
            ),
        ),
    ],
)
def test_plainly(clearance: Clearance, lang: str, said: str) -> None:
    """People read the same clauses, no id of a rule, and by what it is beyond them."""
    assert said == plainly(clearance, Item("1", LETTER, R), RULES, lang)


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
