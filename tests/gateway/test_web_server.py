"""What the web server refuses by itself is an OperationOutcome that repeats nothing."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from gateway.commands.web_server import Patience
from tests.web_server import listening

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
    limits: dict[str, Any] = {
        "max_request_body_size": 1000,
        "max_request_header_size": 1000,
    }
    with listening(asked, threads=1, **limits) as port:
        yield port


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


def test_what_comes_in_too_slowly_is_answered_and_left() -> None:
    """408 in an outcome: by the pace, however long the body that was announced."""
    patience = Patience(seconds=0, bytes_a_second=1e9)
    with listening(asked, patience, threads=1) as port:
        head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n"
        for ready in (b"Expect: 100-continue\r\n\r\n", b"\r\n"):
            answer = slowly(port, head + ready)
            assert b" 408 Request Timeout" in answer.partition(b"\r\n")[0]
            body = json.loads(answer.partition(b"\r\n\r\n")[2])
            assert body["issue"][0]["code"] == "timeout"


def test_patience_grows_with_what_has_come() -> None:
    """A large body on a thin line has the time it needs; a byte a second has not."""
    patience = Patience()
    assert not patience.is_over(30, 0)
    assert patience.is_over(31, 31)
    assert not patience.is_over(3_000, 50 * 1024 * 1024)
    assert patience.is_over(4_000, 50 * 1024 * 1024)


def slowly(port: int, head: bytes) -> bytes:
    """Send a head and then a byte at a time, until the server has had enough."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(head)
        while b"408" not in received:
            with suppress(OSError):
                client.sendall(b"x")
            client.settimeout(0.05)
            with suppress(TimeoutError):
                received += client.recv(65536)
        client.settimeout(20)
        with suppress(ConnectionResetError):
            while more := client.recv(65536):
                received += more
    return received.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")


def exchanged(port: int, sent: bytes) -> bytes:
    """Send bytes and return all that comes back until the server closes."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        while more := client.recv(65536):
            received += more
    return received
