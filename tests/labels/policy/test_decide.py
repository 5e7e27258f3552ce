"""Rules that the file does not have yet: what the machinery makes of other levels."""

import pytest

from labels.codes import Category, Confidentiality, Mark
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.item import Item
from labels.policy import editions, rule
from labels.policy.decide import clearance_for, decide
from labels.policy.question import Question, Relation

TEXT = """
version: "1"
rules:
  - id: up-to
    effect: permit
    who: {relations: [CARE_TEAM]}
    what: {confidentiality: R, types: matrix}
    because: {law: [CSP], fr: a, en: b}
  - id: opened
    effect: permit
    who: {relations: [CARE_TEAM]}
    what: {types: matrix, shown_to: [care_team]}
    because: {law: [CSP], fr: a, en: b}
"""
RULES = rule.read(TEXT, editions.load())
LETTER = "11488-4"
R, V = Confidentiality.R, Confidentiality.V
ABORTION, HIV, TOBACCO = Category.ABORTION, Category.HIV, Category.TOBACCO
TEAM = Audience(AudienceKind.CARE_TEAM)
ALL_TEAM = frozenset({Relation.CARE_TEAM})


def asked(*directives: Directive) -> Question:
    """Return the question of a doctor of the team."""
    doctor = ("rpps|1", "finess|1", "medecin")
    return Question(*doctor, relations=ALL_TEAM, directives=directives)


@pytest.mark.parametrize(
    ("item", "rules"),
    [
        (Item("a", LETTER, R), ("up-to",)),
        (Item("a", LETTER, V), ()),
        (Item("a", LETTER, R, marks=frozenset({Mark.OPAQUE})), ("up-to",)),
        (Item("a", LETTER, V, marks=frozenset({Mark.OPAQUE})), ()),
    ],
)
def test_what_could_not_be_read_is_open_from_r(
    item: Item, rules: tuple[str, ...]
) -> None:
    """A permit up to R admits it, since it counts as R."""
    assert decide(asked(), item, RULES).because == rules


@pytest.mark.parametrize(
    ("categories", "seen"),
    [
        ({ABORTION}, True),
        ({ABORTION, HIV}, True),
        ({ABORTION, TOBACCO}, True),
        ({ABORTION, HIV, TOBACCO}, True),
        ({Category.VIOLENCE}, False),
        ({ABORTION, Category.VIOLENCE}, False),
    ],
)
def test_an_opened_subject_beside_those_seen_anyway(
    categories: set[Category], *, seen: bool
) -> None:
    """What usually has the reader's level or a lower one does not count."""
    shown = Directive("d", Effect.SHOW, TEAM, categories=frozenset({ABORTION}))
    item = Item("a", LETTER, V, frozenset(categories))
    assert decide(asked(shown), item, RULES).permitted is seen
    assert not decide(asked(), item, RULES).permitted


def test_permissions_that_are_bound_alike_count_together() -> None:
    """Two subjects opened by two permissions open what tells of both; bound apart, not."""
    both = Item("a", LETTER, V, frozenset({ABORTION, Category.VIOLENCE}))
    one = Directive("d", Effect.SHOW, TEAM, categories=frozenset({ABORTION}))
    violence = frozenset({Category.VIOLENCE})
    other = Directive("e", Effect.SHOW, TEAM, categories=violence)
    bound = Directive("f", Effect.SHOW, TEAM, categories=violence, level=V)
    assert decide(asked(one, other), both, RULES).permitted
    assert not decide(asked(one, bound), both, RULES).permitted
    assert not decide(asked(one), both, RULES).permitted


def test_a_permission_that_names_nothing_opens_nothing() -> None:
    """Neither items nor places nor subjects: no permit is made of it."""
    empty = Directive("d", Effect.SHOW, TEAM)
    assert clearance_for(asked(empty), RULES) == clearance_for(asked(), RULES)


def test_a_level_bounds_a_permission_and_never_widens_it() -> None:
    """What is opened up to R is not opened at V; U opens what is unrestricted."""
    for level in Confidentiality:
        shown = Directive("d", Effect.SHOW, TEAM, everything=True, level=level)
        found = decide(asked(shown), Item("a", LETTER, V), RULES).permitted
        assert found is (level is V)
