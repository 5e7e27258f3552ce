"""Inference: all conditions, no exception, and the unknown holds no condition."""

from labels.codes import Category
from labels.detection.inference import Conclusion, Facts, conclude, places_of
from labels.detection.rules import Condition, Inference

DRUG = Condition(signals=frozenset({"drug"}))
MALE = Condition(sex="M")
CANCER = Condition(signals=frozenset({"cancer"}))
YOUNG = Condition(younger=18, older=10)
TOLD = Condition(categories=frozenset({Category.HIV}))


def rule(
    *when: Condition,
    unless: tuple[Condition, ...] = (),
    then: Category = Category.HIV,
    name: str = "x",
) -> Inference:
    """Return a rule with these conditions."""
    return Inference(name, when, unless, (then,), None, "test")


def holds(one: Inference, **facts: object) -> bool:
    """Tell whether a rule holds for these facts."""
    given = {"signals": frozenset(), "categories": frozenset()} | facts
    return bool(list(conclude([one], Facts(**given))))  # type: ignore[arg-type]


def test_all_conditions_must_hold() -> None:
    """The drug alone is not enough where the sex counts."""
    both = rule(DRUG, MALE)
    assert holds(both, signals=frozenset({"drug"}), sex="M")
    assert not holds(both, signals=frozenset({"drug"}))
    assert not holds(both, sex="M")


def test_an_exception_must_be_known_to_count() -> None:
    """A diagnosis nobody recorded explains nothing: the rule holds."""
    unless = rule(DRUG, unless=(CANCER,))
    assert holds(unless, signals=frozenset({"drug"}))
    assert not holds(unless, signals=frozenset({"drug", "cancer"}))


def test_an_unknown_age_is_in_no_range() -> None:
    """Below and from: 10 to 17 years, and only when the age is known."""
    assert holds(rule(YOUNG), age=10)
    assert holds(rule(YOUNG), age=17)
    assert not any(holds(rule(YOUNG), age=age) for age in (9, 18, None))


def test_a_conclusion_may_lead_to_another() -> None:
    """What one rule concludes, the next may ask for."""
    first = rule(DRUG, name="first")
    second = rule(TOLD, then=Category.STI, name="second")
    facts = Facts(frozenset({"drug"}), frozenset())
    assert [c.rule.rule for c in conclude([second, first], facts)] == [
        "first",
        "second",
    ]


def test_places_are_those_of_the_signals_concluded_from() -> None:
    """The places without the signal are not labelled by the conclusion."""
    found = Conclusion(rule(DRUG), frozenset({"drug"}))
    raised = {"a": {"drug": "TRUVADA"}, "b": {"cancer": "C61"}, "c": {}}
    assert places_of(found, raised) == {"a": "TRUVADA"}
