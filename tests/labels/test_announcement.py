"""The month of an announcement: never longer, and what was seen once stays seen."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.announcement import ends, held_from
from labels.item import LONG_AGO

INSTANTS = st.datetimes(
    datetime.fromisoformat("1999-01-01"),
    datetime.fromisoformat("2101-01-01"),
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("came", "seen"),
    [
        ("2026-01-01", "2026-02-01"),
        ("2026-01-28", "2026-02-28"),
        ("2026-01-31", "2026-02-28"),
        ("2028-01-30", "2028-02-29"),
        ("2026-02-28", "2026-03-28"),
        ("2026-12-31", "2027-01-31"),
    ],
)
def test_a_month_is_a_calendar_month(came: str, seen: str) -> None:
    """The same number in the next month, or the last day of a shorter one."""
    began = datetime.fromisoformat(f"{came}T15:30:00+00:00")
    assert ends(began).date() == date.fromisoformat(seen)


@given(INSTANTS, INSTANTS)
def test_both_ways_to_count_agree(came: datetime, at: datetime) -> None:
    """What waits by the bound on the past is what has not reached its end."""
    assert (came >= held_from(at)) is (at < ends(came))


@given(INSTANTS, INSTANTS)
def test_it_never_goes_back(one: datetime, other: datetime) -> None:
    """Later never holds more."""
    first, second = sorted((one, other))
    assert held_from(first) <= held_from(second)


@given(INSTANTS)
def test_nothing_waits_for_more_than_a_month(came: datetime) -> None:
    """Twenty-seven days at least, thirty-one at most, from the instant it came."""
    assert timedelta(days=27) <= ends(came) - came <= timedelta(days=31)


def test_it_is_total() -> None:
    """The first and the last instant there are have an answer too."""
    assert held_from(LONG_AGO) == LONG_AGO
    assert held_from(datetime.max.replace(tzinfo=UTC)).year == 9999
