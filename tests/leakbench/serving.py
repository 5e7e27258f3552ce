"""Servers on the loopback, for as long as a test asks; and one that is asked in process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import make_server

from werkzeug.test import Client

import leakbench
from leakbench.exchange import Answer, Request
from leakbench.leaky.__main__ import Quiet, with_people
from leakbench.profile import Profile, load

PROFILES = Path(leakbench.__file__).parent / "profiles"


def leaky_profile() -> Profile:
    """Return the profile of the leaky server."""
    return load(PROFILES / "leaky.toml")


@dataclass(frozen=True, slots=True)
class InProcess:
    """The transport that asks a WSGI application, without a network."""

    client: Client

    @classmethod
    def leaky(cls, *leaks: str) -> "InProcess":
        """Return what asks a leaky server with these leaks switched on."""
        return cls.of(with_people(frozenset(leaks)))

    @classmethod
    def of(cls, application: Callable[..., Any]) -> "InProcess":
        """Return what asks an application."""
        return cls(Client(application))

    def send(self, request: Request, token: str) -> Answer:
        """Return the answer."""
        headers = [*request.headers, ("Authorization", f"Bearer {token}")]
        path = request.path if request.path[:1] == "/" else f"/fhir/{request.path}"
        answer = self.client.open(
            path, method=request.method, headers=headers, data=request.body or None
        )
        reason = answer.status.partition(" ")[2]
        named = tuple(answer.headers.items())
        return Answer(answer.status_code, reason, named, answer.get_data())


@contextmanager
def served(application: Callable[..., Any]) -> Iterator[str]:
    """Serve a WSGI application over HTTP; give the base URL of its FHIR side."""
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/fhir"
        finally:
            server.shutdown()
            thread.join()
