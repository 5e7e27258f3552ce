"""What the web server refuses by itself is an OperationOutcome that repeats nothing."""

import json
import socket
from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from gateway.commands import web_server

SECRET = "178079999990339"
LARGE = b"x" * 2_000
"""Over the limits set here, and small enough to be read at once: a server that closes
before it has read all would reset the connection."""
REQUESTS = {
    "a broken request line": (b"GET\r\n\r\n", 400),
    "a broken header": (b"GET / HTTP/1.1\r\nHost: a\r\nb\r\n\r\n", 400),
    "headers too large": (b"GET / HTTP/1.1\r\nA: " + LARGE + b"\r\n\r\n", 431),
    "a body too large": (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" + LARGE,
        413,
    ),
    "an unknown transfer encoding": (
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        501,
    ),
}


def asked(_environ: object, start: Callable[..., object]) -> list[bytes]:
    """Answer that an application was asked."""
    start("200 OK", [("Content-Length", "5")])
    return [b"asked"]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Serve, and give the port."""
    limits = {"max_request_body_size": 1000, "max_request_header_size": 1000}
    server = web_server.opened(asked, host="127.0.0.1", port=0, threads=1, **limits)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield int(server.socket.getsockname()[1])  # type: ignore[union-attr]
    server.close()


@pytest.mark.parametrize("name", REQUESTS)
def test_what_the_web_server_refuses_is_an_outcome(port: int, name: str) -> None:
    """With its status; not stored, and without a word of the request."""
    sent, status = REQUESTS[name]
    if status == 400:
        sent = sent.replace(b"GET", b"GET" + SECRET.encode(), 1)
    answer = exchanged(port, sent)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ", 2)[1] == str(status).encode()
    assert json.loads(body)["resourceType"] == "OperationOutcome"
    assert b"Cache-Control: no-store" in head
    assert b"application/fhir+json" in head
    assert SECRET.encode() not in answer


def test_what_it_does_not_refuse_is_asked(port: int) -> None:
    """A request in order goes to the application, and its answer back."""
    answer = exchanged(port, b"GET / HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.0 200")
    assert answer.endswith(b"asked")


def exchanged(port: int, sent: bytes) -> bytes:
    """Send bytes and return all that comes back until the server closes."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        while more := client.recv(65536):
            received += more
    return received
