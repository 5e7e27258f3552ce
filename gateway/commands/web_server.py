"""The web server, waitress, whose own errors are OperationOutcomes like all others.

What it refuses before any application is asked: a broken request line, headers that are
too large (431), a body over its limit (413), an encoding it does not know (501).
"""

import logging
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server
from waitress.task import ErrorTask

from gateway.fhir import answers, problems
from mappings.fhir.parse import dump


def serve(application: Any, **settings: Any) -> None:  # noqa: ANN401 - waitress' own
    """Answer requests until told to stop; the log goes to standard error."""
    logging.basicConfig()
    server = opened(application, **settings)
    server.print_listen("Serving on http://{}:{}")
    server.run()


def opened(
    application: Any,  # noqa: ANN401 - any WSGI application
    **settings: Any,  # noqa: ANN401 - waitress' own
) -> BaseWSGIServer | MultiSocketServer:
    """Return a server that listens, with one socket for each address of its host."""
    sockets: dict[int, Any] = {}
    server = create_server(application, map=sockets, **settings)
    for each in sockets.values():
        if isinstance(each, BaseWSGIServer):
            each.channel_class = _Channel
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


class _Channel(HTTPChannel):
    error_task_class = _Refusal
