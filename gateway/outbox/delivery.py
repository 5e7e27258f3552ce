"""One pass over the outbox: what is due is done, or put off with growing pauses.

1. claim: rows that are due are leased, so that no other process takes them, and a crash
(or a row that breaks its handler) delays that row only;  2. decide: the handler looks
at the record as it is now, held, in one transaction with the end of the row;  3. send,
outside of any transaction;  4. keep how it ended. A crash between 3 and 4 sends again.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from gateway.clock import Clock
from gateway.outbox.errand import Again, Errand, Handlers, Outcome, Sending
from gateway.repository import outbox, records
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.outbox import Row
from gateway.repository.records import Record
from gateway.repository.store import Store

LEASE = timedelta(minutes=10)
AT_ONCE = 20
"""Rows of one record that are leased together; as many as can be done within a lease."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
MOST_DOUBLINGS = 9
LONGEST = timedelta(days=7)
"""After so long nothing is tried any more."""

_log = logging.getLogger("paravent.outbox")


def deliver(store: Store, clock: Clock, handlers: Handlers) -> Counter[str]:
    """Do what is due and return how many rows ended how.

    Rows of a kind without a handler stay; of a record that was erased nothing is left. All
    that is due of a record is done, and what that puts waits for the next pass: what a
    reader waits for is not put off by how much else there is.
    """
    counts: Counter[str] = Counter()
    with store.unit() as connection:
        patients = outbox.waiting(connection, clock.now())
    for patient_id in patients:
        for ids in _batched(_due(store, clock, handlers, patient_id), AT_ONCE):
            for row in _claimed(store, clock, patient_id, ids):
                counts[_done(store, clock, handlers, patient_id, row)] += 1
    return counts


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubled each time, bounded."""
    doublings = min(max(attempts - 1, 0), MOST_DOUBLINGS)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def _due(store: Store, clock: Clock, handlers: Handlers, patient_id: str) -> list[str]:
    """Return the ids of what is due of a record and can be done, in order."""
    with store.unit() as connection:
        record = records.in_any_state(connection, store.keys, patient_id)
        if record is None:
            return []
        every = outbox.due(connection, record, clock.now())
        return [each.id for each in every if each.kind in handlers]


def _claimed(
    store: Store, clock: Clock, patient_id: str, ids: Collection[str]
) -> list[Row]:
    """Lease those that are due still: tried once more, and not again for a while."""
    at = clock.now()
    with store.unit() as connection:
        record = _held(connection, store.keys, patient_id)
        if record is None:
            return []
        leased = [
            replace(row, not_before=at + LEASE, attempts=row.attempts + 1)
            for row in outbox.due(connection, record, at, ids)
        ]
        for row in leased:
            outbox.keep(connection, record, row)
        return leased


def _done(
    store: Store, clock: Clock, handlers: Handlers, patient_id: str, row: Row
) -> str:
    at = clock.now()
    with store.unit() as connection:
        record = _held(connection, store.keys, patient_id)
        if record is None:
            return "gone"
        decided = handlers[row.kind](Errand(connection, record, row, at))
        if isinstance(decided, Again):
            later = replace(row, not_before=decided.at, attempts=0)
            outbox.keep(connection, record, later)
            return "again"
        if decided is None:
            outbox.remove(connection, record, row.id)
            return "done"
    outcome = decided.send()
    _ended(store, clock, patient_id, row, (decided, outcome))
    return outcome.name.lower()


def _ended(
    store: Store,
    clock: Clock,
    patient_id: str,
    row: Row,
    how: tuple[Sending, Outcome],
) -> None:
    """Keep how a sending ended: gone, put off, or given up after too long."""
    at, (sending, outcome) = clock.now(), how
    if outcome is not Outcome.DONE:
        _log.warning("a message did not leave: %s", outcome.name.lower())
    if outcome is Outcome.LATER and at - row.written >= LONGEST:
        outcome = Outcome.NEVER
    with store.unit() as connection:
        record = _held(connection, store.keys, patient_id)
        if record is None:
            return
        if outcome is Outcome.LATER:
            later = replace(row, not_before=at + pause(row.attempts))
            outbox.keep(connection, record, later)
        else:
            outbox.remove(connection, record, row.id)
            sending.kept(Errand(connection, record, row, at), outcome)


def _held(
    connection: Connection, keys: DeploymentKeys, patient_id: str
) -> Record | None:
    """Hold a record, whatever its state, and return it as it is now; None when erased."""
    found = records.in_any_state(connection, keys, patient_id)
    if found is None:
        return None
    records.lock(connection, found)
    return records.in_any_state(connection, keys, patient_id)


def _batched(ids: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    """Yield a list in parts of at most so many."""
    for start in range(0, len(ids), most):
        yield ids[start : start + most]
