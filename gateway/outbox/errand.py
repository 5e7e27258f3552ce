"""What a handler of the outbox is given, and what it may answer.

A handler decides in a transaction, with the facts of that moment: what was right when
the row was written may have ended since. What leaves the house leaves outside of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from sqlalchemy import Connection

from gateway.repository.outbox import Row
from gateway.repository.records import Record


class Outcome(Enum):
    """What became of a sending: it left, may leave later, or never will."""

    DONE = auto()
    LATER = auto()
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class Errand:
    """A row that is due, in its record and a transaction, at an instant.

    The record may be closed: a handler that speaks to people looks at its state.
    """

    connection: Connection
    record: Record
    row: Row
    at: datetime

    @property
    def place(self) -> tuple[Connection, Record]:
        """The transaction and the record, which every statement is about."""
        return self.connection, self.record


@dataclass(frozen=True, slots=True)
class Again:
    """Nothing to do yet, or not for the last time: look again then."""

    at: datetime


Kept = Callable[[Errand, Outcome], None]


def _nothing(_errand: Errand, _outcome: Outcome) -> None:
    """Keep nothing of how a sending ended."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What leaves once the transaction is committed, and what is kept of how it ended.

    ``send`` may run more than once for one row (at least once): what it sends bears an
    id made from the row's, by which a receiver knows a repetition.
    """

    send: Callable[[], Outcome]
    kept: Kept = _nothing


Decision = Sending | Again | None
"""None: done, in this very transaction, or no more reason to do it."""

Handler = Callable[[Errand], Decision]
Handlers = Mapping[str, Handler]
