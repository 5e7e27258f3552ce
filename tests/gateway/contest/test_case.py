"""A contested access goes from step to step, and no other way."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.contest.case import (
    CLOSED,
    DUE,
    CannotFollowError,
    Case,
    State,
    Step,
)

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
MONTH = timedelta(days=30)


def case(*states: State, apart: timedelta = timedelta(days=1)) -> Case:
    """Return a case that went through these states, each some time after the last."""
    first = Case("event", "urn:p|1", "urn:s|1", (step(State.OPENED, START),))
    at = START
    for each in states:
        at += apart
        first = first.after(step(each, at))
    return first


def step(state: State, at: datetime) -> Step:
    """Return a step to a state."""
    return Step(state, at, "urn:p|2", "words")


def test_an_answer_is_due_in_a_month_then_a_decision() -> None:
    """Each is due thirty days after the step before; a closed case waits for nothing."""
    assert case().due == START + MONTH
    assert case(State.ANSWERED).due == START + timedelta(days=1) + MONTH
    assert case(State.ANSWERED, State.UPHELD).due is None


def test_a_case_is_overdue_from_that_instant() -> None:
    """Not a moment before; a closed case never."""
    opened = case()
    assert not opened.overdue(START + MONTH - timedelta(seconds=1))
    assert opened.overdue(START + MONTH)
    assert not case(State.WITHDRAWN).overdue(START + 99 * MONTH)


@pytest.mark.parametrize("outcome", [State.UPHELD, State.DISMISSED])
def test_nobody_decides_before_the_structure_could_answer(outcome: State) -> None:
    """Unless its month has passed: silence does not keep a case open."""
    with pytest.raises(CannotFollowError):
        case().after(step(outcome, START + MONTH - timedelta(seconds=1)))
    assert case().after(step(outcome, START + MONTH)).state is outcome


def test_a_late_answer_is_still_an_answer() -> None:
    """As long as nobody decided."""
    assert case().after(step(State.ANSWERED, START + 2 * MONTH)).state is State.ANSWERED


@given(st.lists(st.tuples(st.sampled_from(State), st.integers(-5, 70)), max_size=8))
def test_whatever_is_tried_a_closed_case_stays_closed(
    tried: list[tuple[State, int]],
) -> None:
    """Steps are in order of time, nothing follows a closed state, all of them are kept."""
    held, at = case(), START
    for state, days in tried:
        at += timedelta(days=days)
        before = held
        try:
            held = held.after(step(state, at))
        except CannotFollowError:
            continue
        assert before.state not in CLOSED
        assert held.steps[:-1] == before.steps
        assert held.state in {State.ANSWERED, *CLOSED}
    times = [each.at for each in held.steps]
    assert times == sorted(times)
    assert (held.due is None) is (held.state not in DUE)
