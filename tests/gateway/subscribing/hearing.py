"""A subscriber: a real HTTP listener on loopback that keeps all that it is sent."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it came over the wire."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def bundle(self) -> Json:
        """The notification that it is."""
        found: Json = json.loads(self.body)
        return found

    @property
    def status(self) -> Json:
        """The parameters of the subscription's status, by name; events left out."""
        parameters = self.bundle["entry"][0]["resource"]["parameter"]
        return {
            each["name"]: value
            for each in parameters
            for name, value in each.items()
            if name.startswith("value")
        }

    @property
    def named(self) -> list[str]:
        """The addresses of the documents that it speaks of."""
        return [each["fullUrl"] for each in self.bundle["entry"][1:]]


@dataclass(slots=True)
class Listener:
    """What listens: where, what it heard, and the statuses it will answer with."""

    address: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    location: str = ""

    @property
    def events(self) -> list[Heard]:
        """What it heard after greetings."""
        return [e for e in self.heard if e.status["type"] == "event-notification"]


@contextmanager
def listening() -> Iterator[Listener]:
    """Listen on a port of loopback that is free."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            headers = tuple(self.headers.items())
            listener.heard.append(Heard(self.path, headers, body))
            self.send_response(listener.answers.pop(0) if listener.answers else 200)
            if listener.location:
                self.send_header("Location", listener.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
