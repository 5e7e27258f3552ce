"""What waits for a browser: found by its id, of its kind, for a while, not without bound."""

from datetime import UTC, datetime, timedelta

from gateway.patient import shelf
from gateway.patient.shelf import Shelf

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_what_waits_is_found_by_its_id_and_kind() -> None:
    """Another id or another kind finds nothing; what was taken is gone."""
    held = Shelf()
    value_id = held.put("something", AT)
    assert held.find(value_id, str, AT) == "something"
    assert held.find(value_id, int, AT) is None
    assert held.find("", str, AT) is None
    assert held.take(value_id, str, AT) == "something"
    assert held.find(value_id, str, AT) is None


def test_it_waits_for_twenty_minutes() -> None:
    """Then it is not found, also by a clock that was set back."""
    held = Shelf()
    value_id = held.put("something", AT)
    assert held.find(value_id, str, AT + timedelta(minutes=19)) == "something"
    assert held.find(value_id, str, AT + shelf.LASTS) is None
    assert held.find(value_id, str, AT - timedelta(minutes=1)) is None


def test_when_it_is_full_the_oldest_goes() -> None:
    """Many who begin and never come back cost a bounded memory."""
    held = Shelf()
    first = held.put(0, AT)
    ids = [held.put(number, AT) for number in range(1, shelf.MOST + 1)]
    assert held.find(first, int, AT) is None
    assert held.find(ids[0], int, AT) == 1
    assert held.find(ids[-1], int, AT) == shelf.MOST
