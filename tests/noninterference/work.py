"""The work of a request, counted and never timed: a difference in work is a leak too.

What is counted: every SQL text in order with the rows it gave, every decryption, every
judgement of policy. Counting changes nothing of what is done.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

from gateway.repository import crypt
from labels.policy.clearance import Clearance

COUNTED: tuple[tuple[Any, str], ...] = ((crypt, "unseal"), (Clearance, "judge"))
"""The two functions through which all decryptions and all judgements go."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Each statement with its rows, and how often each counted function was called."""

    statements: tuple[tuple[object, ...], ...]
    calls: tuple[tuple[str, int], ...] = ()

    @property
    def texts(self) -> "Counts":
        """The statements alone, in order."""
        return Counts(tuple((text,) for text, _ in self.statements))


@dataclass(slots=True)
class Work:
    """What a gateway did for one request."""

    statements: list[list[object]] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)

    def counts(self) -> Counts:
        """Return all that was counted, to compare."""
        done = tuple(tuple(each) for each in self.statements)
        return Counts(done, tuple(sorted(self.calls.items())))


class Counter:
    """Counts what the engine of one gateway is asked."""

    def __init__(self, engine: Engine) -> None:
        """Listen to the engine from now on."""
        self.work = Work()
        event.listen(engine, "before_cursor_execute", self._asked)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", self._connected)
        else:
            event.listen(engine, "after_cursor_execute", self._answered)
        engine.dispose()  # connections made before would not be counted

    def _asked(self, *about: object) -> None:
        self.work.statements.append([about[2], 0])

    def _answered(self, _connection: object, cursor: Any, *_: object) -> None:  # noqa: ANN401 - DB-API
        """Count the rows that a server has sent, whether anybody fetches them or not."""
        self.work.statements[-1][1] = cursor.rowcount

    def _connected(self, connection: Any, _record: object) -> None:  # noqa: ANN401 - DB-API
        def given(_cursor: object, row: tuple[object, ...]) -> tuple[object, ...]:
            if self.work.statements:
                last = self.work.statements[-1]
                last[1] = int(str(last[1])) + 1
            return row

        connection.row_factory = given


@contextmanager
def counting(counter: Counter) -> Iterator[Work]:
    """Count the work of the block."""
    counter.work = work = Work()
    before = [(place, name, getattr(place, name)) for place, name in COUNTED]
    for place, name, function in before:
        setattr(place, name, _counted(function, name, work))
    try:
        yield work
    finally:
        for place, name, function in before:
            setattr(place, name, function)


def _counted(function: Callable[..., Any], name: str, work: Work) -> Callable[..., Any]:
    def counted(*given: object, **named: object) -> Any:  # noqa: ANN401 - what it gives
        work.calls[name] = work.calls.get(name, 0) + 1
        return function(*given, **named)

    return counted
