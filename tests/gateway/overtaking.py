"""An act that another overtakes, on PostgreSQL, where requests run at once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

Act = Callable[[], Any]

WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)
PATIENCE = 60


@dataclass
class Running:
    """An act in a thread of its own: what it gave, or how it failed."""

    act: Act
    given: list[Any] = field(default_factory=list)
    failed: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the thread; it is not begun yet."""
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.given.append(self.act())
        except BaseException as error:  # noqa: BLE001 - raised again where it is asked for
            self.failed.append(error)

    def result(self) -> Any:  # noqa: ANN401 - whatever the act gives
        """Wait for the end and return what was given; raises what it failed with."""
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive(), "it does not end"
        if self.failed:
            raise self.failed[0]
        return self.given[0]


@dataclass
class Overtaken:
    """Two acts, of which the second is begun when the first has read what it goes by."""

    url: str
    first: Running
    second: Running
    waited: bool = False

    def at_that_point(self) -> None:
        """Begin the second, and go on when it has ended or waits for the first."""
        self.second.thread.start()
        with waiting(self.url) as anybody:
            while self.second.thread.is_alive() and not self.waited:
                self.waited = anybody()


@contextmanager
def waiting(url: str) -> Iterator[Callable[[], bool]]:
    """Give what tells whether anybody waits for a lock of this database."""
    plain = make_url(url).set(drivername="postgresql")
    text = plain.render_as_string(hide_password=False)
    with psycopg.connect(text, autocommit=True) as connection:

        def anybody() -> bool:
            found = connection.execute(WAITING).fetchone()
            return bool(found and found[0])

        yield anybody


def overtake(
    url: str, patch: pytest.MonkeyPatch, where: tuple[Any, str], acts: tuple[Act, Act]
) -> Overtaken:
    """Run the first act, and the second when the first comes out of ``where``.

    ``where`` is a module and the name of a function that the first act calls once it has
    read what it goes by. Both have ended when this returns.
    """
    module, name = where
    real, begun = getattr(module, name), threading.Event()
    both = Overtaken(url, Running(acts[0]), Running(acts[1]))

    def meanwhile(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - of any function
        given = real(*args, **named)
        mine = threading.current_thread() is both.first.thread
        if mine and not begun.is_set():
            begun.set()
            both.at_that_point()
        return given

    with patch.context() as patched:
        patched.setattr(module, name, meanwhile)
        both.first.thread.start()
        both.first.thread.join(PATIENCE)
        assert begun.is_set(), both.first.failed
        both.second.thread.join(PATIENCE)
    return both
