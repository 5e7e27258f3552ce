"""What is written in the outbox happens: at least once, and not before its time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from gateway.clock import FixedClock
from gateway.outbox.courier import Courier
from gateway.outbox.delivery import LEASE, LONGEST, LONGEST_PAUSE, deliver, pause
from gateway.outbox.errand import Again, Decision, Errand, Handlers, Outcome, Sending
from gateway.repository import outbox, records
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.store import Store, open_store
from gateway.repository.vault import Vault
from mappings.submission import Identifier, Traits

START = datetime(2026, 11, 22, 9, 17, tzinfo=UTC)
KIND = "test"


class House:
    """A store with one record, a clock, and what the handlers saw."""

    def __init__(self, store: Store) -> None:
        """Open a record."""
        self.store = store
        self.clock = FixedClock(START)
        self.sent: list[str] = []
        self.ended: list[Outcome] = []
        with store.unit() as connection:
            records.ensure_house(connection, store.keys)
            someone = Traits((Identifier("urn:x", "1"),))
            patient_id = records.open_record(connection, store.keys, someone, "law")
            self.record = records.by_id(connection, store.keys, patient_id)

    def put(self, later: timedelta = timedelta(0), kind: str = KIND) -> str:
        """Write a row."""
        with self.store.unit() as connection:
            return outbox.put(
                connection, self.record, kind, {"n": 1}, self.clock.now(), later
            )

    def sending(self, *outcomes: Outcome) -> Handlers:
        """Return a handler that sends, with these outcomes one after another."""
        left = list(outcomes)

        def handle(errand: Errand) -> Decision:
            def send() -> Outcome:
                self.sent.append(errand.row.id)
                return left.pop(0)

            return Sending(send, lambda _, outcome: self.ended.append(outcome))

        return {KIND: handle}

    def deliver(self, handlers: Handlers) -> dict[str, int]:
        """Run one pass."""
        return dict(deliver(self.store, self.clock, handlers))

    def rows(self) -> list[outbox.Row]:
        """Return all that is left, due or not."""
        with self.store.unit() as connection:
            return outbox.due(connection, self.record, START + timedelta(days=999))


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """Give a house of its own, on each database."""
    vault = Vault(tmp_path / "vault")
    vault.check()
    keys = DeploymentKeys.of(b"k" * 32, vault)
    store = open_store(database_url, keys)
    yield House(store)
    store.engine.dispose()


def test_what_is_due_is_sent_once_and_forgotten(house: House) -> None:
    """A row leaves, how it ended is kept, and a second pass finds nothing."""
    row_id = house.put()
    assert house.deliver(house.sending(Outcome.DONE)) == {"done": 1}
    assert house.deliver(house.sending()) == {}
    assert (house.sent, house.ended, house.rows()) == ([row_id], [Outcome.DONE], [])


def test_nothing_happens_before_its_time(house: House) -> None:
    """A row for later waits to the second, though its hour has come."""
    house.put(timedelta(minutes=30))
    house.clock.instant = START + timedelta(minutes=29, seconds=59)
    assert house.deliver(house.sending()) == {}
    house.clock.instant = START + timedelta(minutes=30)
    assert house.deliver(house.sending(Outcome.DONE)) == {"done": 1}


def test_what_may_pass_is_tried_again_after_growing_pauses(house: House) -> None:
    """One minute, two, four; then it leaves, under the same id each time."""
    row_id = house.put()
    handlers = house.sending(*[Outcome.LATER] * 3, Outcome.DONE)
    for minutes in (1, 2, 4):
        assert house.deliver(handlers) == {"later": 1}
        house.clock.instant += timedelta(minutes=minutes, seconds=-1)
        assert house.deliver(handlers) == {}
        house.clock.instant += timedelta(seconds=1)
    assert house.deliver(handlers) == {"done": 1}
    assert (house.sent, house.ended) == ([row_id] * 4, [Outcome.DONE])


def test_pauses_are_bounded() -> None:
    """However often it was tried, the next try is within six hours."""
    pauses = [pause(attempts) for attempts in range(200)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


def test_after_a_week_it_is_given_up_and_said_so(house: House) -> None:
    """A server that never answers ends in NEVER, kept as such."""
    house.put()
    house.clock.instant += LONGEST
    house.deliver(house.sending(Outcome.LATER))
    assert (house.ended, house.rows()) == ([Outcome.NEVER], [])


def test_what_is_refused_for_good_is_not_tried_again(house: House) -> None:
    """A permanent refusal ends the row."""
    house.put()
    assert house.deliver(house.sending(Outcome.NEVER)) == {"never": 1}
    assert (house.ended, house.rows()) == ([Outcome.NEVER], [])


def test_a_crash_after_sending_sends_again(house: House) -> None:
    """At least once: the row outlives a process that dies before it could forget it."""
    row_id = house.put()

    def dies(_errand: Errand) -> Decision:
        def send() -> Outcome:
            house.sent.append(row_id)
            raise SystemExit

        return Sending(send)

    with pytest.raises(SystemExit):
        house.deliver({KIND: dies})
    house.clock.instant += LEASE
    house.deliver(house.sending(Outcome.DONE))
    assert house.sent == [row_id, row_id]


def test_a_leased_row_is_nobody_elses(house: House) -> None:
    """While one process works on a row another finds nothing to do."""
    house.put()
    seen = []

    def handle(_errand: Errand) -> Decision:
        def send() -> Outcome:
            seen.append(house.deliver(house.sending()))
            return Outcome.DONE

        return Sending(send)

    house.deliver({KIND: handle})
    assert seen == [{}]


def test_a_row_that_breaks_its_handler_delays_no_other(house: House) -> None:
    """The next pass goes on with the others; the broken one comes back after the lease."""
    first, second = sorted([house.put(), house.put()])

    def handle(errand: Errand) -> Decision:
        if errand.row.id == first:
            raise ZeroDivisionError
        house.sent.append(errand.row.id)
        return None

    with pytest.raises(ZeroDivisionError):
        house.deliver({KIND: handle})
    house.clock.instant += LEASE
    with pytest.raises(ZeroDivisionError):
        house.deliver({KIND: handle})
    assert {row.id for row in house.rows()} <= {first, second}
    house.clock.instant += LEASE
    fine = house.sending(Outcome.DONE, Outcome.DONE)
    house.deliver(fine)
    assert house.rows() == []


def test_what_happens_inside_happens_with_the_end_of_its_row(house: House) -> None:
    """An act and the end of its row are one transaction: a failure keeps both undone."""
    house.put()

    def handle(errand: Errand) -> Decision:
        outbox.put(*errand.place, "made", {}, errand.at)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        house.deliver({KIND: handle})
    assert [row.kind for row in house.rows()] == [KIND]


def test_a_handler_may_look_again_later(house: House) -> None:
    """What is not over is put off to the moment the handler names."""
    house.put()
    again = START + timedelta(hours=5)
    assert house.deliver({KIND: lambda _: Again(again)}) == {"again": 1}
    assert [row.not_before for row in house.rows()] == [again]


def test_of_an_erased_record_nothing_is_done(house: House) -> None:
    """Erased before, between or after: no handler runs on it, and nothing fails."""
    house.put()
    house.store.keys.vault.destroy(house.record.patient_id)
    assert house.deliver(house.sending()) == {}


def test_a_record_erased_while_a_message_leaves_keeps_nothing(house: House) -> None:
    """The message has left; there is nowhere left to keep it."""
    house.put()

    def handle(_errand: Errand) -> Decision:
        def send() -> Outcome:
            house.store.keys.vault.destroy(house.record.patient_id)
            return Outcome.DONE

        return Sending(send)

    assert house.deliver({KIND: handle}) == {"done": 1}


def test_a_record_erased_by_an_earlier_row_ends_the_later_ones(house: House) -> None:
    """What was leased with it finds no record any more."""
    house.put()
    house.put()

    def handle(_errand: Errand) -> Decision:
        def send() -> Outcome:
            house.store.keys.vault.destroy(house.record.patient_id)
            return Outcome.DONE

        return Sending(send)

    assert house.deliver({KIND: handle}) == {"done": 1, "gone": 1}


def test_a_kind_that_nobody_handles_stays(house: House) -> None:
    """A row of a newer version is not lost by an older one."""
    house.put(kind="newer")
    assert house.deliver(house.sending()) == {}
    assert [row.attempts for row in house.rows()] == [0]


def test_nothing_is_left_of_a_transaction_that_failed(house: House) -> None:
    """A row is written with what caused it, or not at all."""

    def fails() -> None:
        with house.store.unit() as connection:
            outbox.put(connection, house.record, KIND, {}, START)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert house.rows() == []


def test_the_courier_goes_on_after_a_pass_that_failed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What went wrong is logged by its kind, never its words; the next pass comes."""
    passes: list[int] = []
    enough = Event()

    def run() -> None:
        passes.append(len(passes))
        if len(passes) == 1:
            raise ValueError("Madame Untel")
        enough.set()

    courier = Courier(run, pause=0.001)
    courier.start()
    assert enough.wait(30)
    courier.stop()
    assert "ValueError" in caplog.text
    assert "Untel" not in caplog.text
