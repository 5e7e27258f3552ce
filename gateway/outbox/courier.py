"""The thread that delivers while the gateway serves: one pass, a pause, another.

A pass that fails is logged by the name of what went wrong, never its message, which may
quote what is sealed; the next one goes on, since a row that failed is leased.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

PAUSE = 5.0
"""Seconds between two passes: what must be told at once is told within a few."""

_log = logging.getLogger("paravent.outbox")


class Courier:
    """Runs a pass again and again in a thread of its own until it is stopped."""

    def __init__(self, run: Callable[[], object], pause: float = PAUSE) -> None:
        """Deliver with ``run``, with ``pause`` seconds between two passes."""
        self._run = run
        self._pause = pause
        self._stop = Event()
        self._thread = Thread(target=self._work, name="outbox", daemon=True)

    def start(self) -> None:
        """Begin, with a pass at once."""
        self._thread.start()

    def stop(self) -> None:
        """End after the pass that runs, and return when it has ended."""
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        with ThreadPoolExecutor(1, "outbox") as pool:
            while True:
                error = pool.submit(self._run).exception()
                if error is not None:
                    _log.error("a pass of the outbox failed: %s", type(error).__name__)
                if self._stop.wait(self._pause):
                    return
