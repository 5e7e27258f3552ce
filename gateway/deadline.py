"""How long a request may take: a deadline that stops work, in our loops and the database.

It belongs to the request that is answered here (a context variable of its thread); outside
of one, commands work for as long as they need.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import OperationalError

P = ParamSpec("P")
T = TypeVar("T")

_ends: ContextVar[float | None] = ContextVar("deadline", default=None)


class OverdueError(Exception):
    """The time of a request is up: what it began is undone, and nothing of it is kept."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let the block take so long; inside another block, never longer than that one."""
    outer = _ends.get()
    own = monotonic() + seconds
    set_ = _ends.set(own if outer is None else min(outer, own))
    try:
        yield
    finally:
        _ends.reset(set_)


def lift() -> None:
    """Take the deadline off for the rest of the block: what was asked for is kept.

    Who asked must not be told from here on that it was given up.
    """
    _ends.set(None)


def left() -> float | None:
    """Return the seconds that are left, at least 0; None where no deadline holds."""
    ends = _ends.get()
    return None if ends is None else max(0.0, ends - monotonic())


def passed() -> bool:
    """Whether the time is up."""
    return left() == 0


def check() -> None:
    """Raise :class:`OverdueError` when the time is up."""
    if passed():
        raise OverdueError


def each(these: Iterable[T]) -> Iterator[T]:
    """Yield what is given, for as long as there is time."""
    for one in these:
        check()
        yield one


def in_time(seconds: float, act: Callable[P, T]) -> Callable[P, T]:
    """Return an act that is given so long, the wait for the database included.

    It raises :class:`OverdueError` when the time is up, also when the database saw it.
    """

    def done(*given: P.args, **named: P.kwargs) -> T:
        with within(seconds):
            try:
                return act(*given, **named)
            except OperationalError as error:
                if passed():
                    raise OverdueError from error
                raise

    return done
