"""The web server of ``paravent serve`` in a thread of the tests, and its orderly end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from gateway.commands import web_server
from gateway.commands.web_server import Patience

PATIENCE = 30
"""Seconds until an end that does not come is a failure."""


@contextmanager
def listening(
    application: Callable[..., Any],
    patience: Patience | None = None,
    **settings: Any,  # noqa: ANN401 - waitress' own
) -> Iterator[int]:
    """Serve on loopback until the end of the block, on a free port unless one is named.

    Gives the port. At the end all answers have been put away, and the thread is over.
    """
    own = {"host": "127.0.0.1", "port": 0, "threads": 2} | settings
    server: Any = web_server.opened(application, patience, **own)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield int(server.socket.getsockname()[1])
    finally:
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: _close(server))
        thread.join(PATIENCE)
        assert not thread.is_alive()


def _close(server: Any) -> None:  # noqa: ANN401 - typeshed has its channels as a number
    """Close all in the thread that waits for it: elsewhere its `select` would fail."""
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    server.close()
