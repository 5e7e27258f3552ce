"""The metadata of a provider that is slow, or away: nobody waits for it but one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from gateway.oidc.discovery import FRESH_FOR, PAUSE, SERVES, Directory
from gateway.oidc.fetching import UnreachableError
from gateway.oidc.provider import Provider

PATIENCE = 30


class Slow:
    """A provider that tells its metadata when it is let; it counts who asked."""

    def __init__(self) -> None:
        """Be well, and answer at once."""
        self.asked, self.status = 0, 200
        self.arrived, self.free = Event(), Event()
        self.free.set()
        self.seconds = 0.0

    @contextmanager
    def listening(self) -> Iterator[Directory]:
        """Listen; the directory of this provider."""
        slow = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                slow.asked += 1
                slow.arrived.set()
                assert slow.free.wait(PATIENCE)
                self.send_response(slow.status)
                self.end_headers()
                self.wfile.write(json.dumps(told).encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
            issuer = f"http://127.0.0.1:{server.server_port}"
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            told = {"issuer": issuer} | {name: f"{issuer}/{name}" for name in names}
            thread = Thread(target=server.serve_forever)
            thread.start()
            try:
                provider = Provider("p", "P", issuer, "us")
                yield Directory(provider, lambda: self.seconds)
            finally:
                self.free.set()
                server.shutdown()
                thread.join()


def test_one_waits_for_a_silent_provider_and_nobody_else() -> None:
    """While one fetch is under way another sign-in is told at once, and asks nothing."""
    slow = Slow()
    slow.free.clear()
    with slow.listening() as directory:
        first = Thread(target=directory.endpoints)
        first.start()
        assert slow.arrived.wait(PATIENCE)
        with pytest.raises(UnreachableError):
            directory.endpoints()
        slow.free.set()
        first.join()
        assert directory.endpoints().token
        assert slow.asked == 1


def test_after_a_failure_there_is_a_pause() -> None:
    """A provider that is away is not asked at each press of the button."""
    slow = Slow()
    slow.status = 500
    with slow.listening() as directory:
        for _ in range(3):
            with pytest.raises(UnreachableError):
                directory.endpoints()
        assert slow.asked == 1
        slow.seconds, slow.status = PAUSE + 1, 200
        assert directory.endpoints().token
        assert slow.asked == 2


def test_an_old_copy_serves_for_its_life() -> None:
    """What was told serves while the provider is away, a day; then no more."""
    slow = Slow()
    with slow.listening() as directory:
        held = directory.endpoints()
        slow.status = 500
        slow.seconds = FRESH_FOR + 1
        assert directory.endpoints() is held
        assert directory.endpoints() is held
        assert slow.asked == 2
        slow.seconds = SERVES + 1
        with pytest.raises(UnreachableError):
            directory.endpoints()


def test_while_new_ones_are_fetched_the_old_serve() -> None:
    """Who comes during the fetch is served by what is held."""
    slow = Slow()
    with slow.listening() as directory:
        held = directory.endpoints()
        slow.arrived.clear()
        slow.free.clear()
        slow.seconds = FRESH_FOR + 1
        fetching = Thread(target=directory.endpoints)
        fetching.start()
        assert slow.arrived.wait(PATIENCE)
        assert directory.endpoints() is held
        slow.free.set()
        fetching.join()
