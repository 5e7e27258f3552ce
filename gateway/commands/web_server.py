"""The web server, waitress, whose own errors are OperationOutcomes like all others.

What it refuses before any application is asked: a broken request line, headers that are
too large (431), a body over its limit (413), an encoding it does not know (501), a request
that comes in too slowly (408).
"""

import logging
from dataclasses import dataclass
from time import monotonic
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server
from waitress.task import ErrorTask
from waitress.utilities import Error

from gateway.fhir import answers, problems
from mappings.fhir.parse import dump


@dataclass(frozen=True, slots=True)
class Patience:
    """How slowly a request may come in: so many seconds, and more for what has come.

    A body of 50 MB has an hour; one byte a second has not even a minute. Nothing but a
    connection waits for it: no thread, no database.
    """

    seconds: float = 30.0
    bytes_a_second: float = 16 * 1024

    def is_over(self, elapsed: float, received: int) -> bool:
        """Whether what was received in this time is too little."""
        return elapsed > self.seconds + received / self.bytes_a_second


def serve(application: Any, **settings: Any) -> None:  # noqa: ANN401 - waitress' own
    """Answer requests until told to stop; the log goes to standard error."""
    logging.basicConfig()
    server = opened(application, **settings)
    server.print_listen("Serving on http://{}:{}")
    server.run()


def opened(
    application: Any,  # noqa: ANN401 - any WSGI application
    patience: Patience | None = None,
    **settings: Any,  # noqa: ANN401 - waitress' own
) -> BaseWSGIServer | MultiSocketServer:
    """Return a server that listens, with one socket for each address of its host."""
    sockets: dict[int, Any] = {}
    server = create_server(application, map=sockets, **settings)
    own = {"patience": patience or Patience()}
    for each in sockets.values():
        if isinstance(each, BaseWSGIServer):
            each.channel_class = type("_Channel", (_Channel,), own)
    return server


class _Refusal(ErrorTask):
    """The answer to a request that no application can be asked."""

    def execute(self) -> None:
        """Write the outcome of the status alone: nothing of the request is repeated."""
        error = self.request.error  # type: ignore[attr-defined]  # it is a parser
        body = dump(problems.outcome([problems.for_status(error.code)]))
        self.status = f"{error.code} {error.reason}"
        self.response_headers = [
            ("Content-Type", answers.FHIR_JSON),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _TooSlowError(Error):
    code = 408
    reason = "Request Timeout"


class _Channel(HTTPChannel):
    error_task_class = _Refusal
    patience: Patience

    _timed: Any = None
    _began: float = 0.0
    _got: int = 0

    def received(self, data: bytes) -> bool:
        """Take what came in; a request that comes too slowly is answered and left."""
        self._got += len(data)
        taken: bool = super().received(data)
        if self.request is not self._timed:  # another one has begun
            self._timed, self._began, self._got = self.request, monotonic(), len(data)
        elapsed = monotonic() - self._began
        if self.request is not None and self.patience.is_over(elapsed, self._got):
            self._leave()
        return taken

    def _leave(self) -> None:
        """Answer what has come of a request so far, after those that came before it."""
        channel: Any = self
        with channel.requests_lock:
            late, channel.request = channel.request, None
            late.error, late.completed = _TooSlowError(""), True
            channel.requests.append(late)
            if len(channel.requests) == 1:
                channel.server.add_task(channel)
