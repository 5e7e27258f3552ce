"""The one channel by which notifications leave over HTTP: a POST, and its status.

The host is looked up once, every address it leads to is judged, and the connection goes
to one of those: a second look-up could lead elsewhere. No redirect is followed, no proxy
of the environment is used, no more of an answer is read than its first line, and all of
it together may take ten seconds.
"""

import logging
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from time import monotonic

from gateway.outbox.errand import Outcome
from gateway.outbox.origin import Target, reachable, target

SECONDS = 10.0
"""What one sending may take, from the look-up of its host to the answer."""
FIRST_LINE = 1024
STATUS_AT, STATUS_END = 9, 12
"""Where the status stands in ``HTTP/1.1 200 OK``."""
AGAIN = frozenset({408, 425, 429})
"""Refusals that may pass (RFC 9110, RFC 8470, RFC 6585); all other 4xx are for good."""

_log = logging.getLogger("paravent.outbox")


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """What is sent: where to, with which headers, which bytes."""

    address: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class UnreachableError(Exception):
    """The host leads to an address that nothing may be sent to."""


def send(allowed: frozenset[str], message: Message) -> Outcome:
    """Send a message, if its origin is allowed now; returns what became of it.

    A redirect and a refusal are final; what may pass is to be tried again.
    """
    found = target(message.address)
    if found.origin not in allowed:
        _log.warning("a webhook is no more on the allow-list")
        return Outcome.NEVER
    try:
        return outcome(_posted(found, message))
    except UnreachableError:
        _log.error("the host of a webhook leads to an address that is not public")
        return Outcome.NEVER
    except (OSError, HTTPException, ValueError):
        return Outcome.LATER


def outcome(status: int) -> Outcome:
    """Return what a status means: done, try again, or never."""
    if 200 <= status < 300:  # noqa: PLR2004 - the HTTP classes
        return Outcome.DONE
    return Outcome.LATER if status >= 500 or status in AGAIN else Outcome.NEVER  # noqa: PLR2004


def _posted(found: Target, message: Message) -> int:
    """Return the status with which the message was answered."""
    # One end for everything: a peer that answers drop by drop resets no clock.
    ends = monotonic() + SECONDS
    opened = _secured(found, _connected(found, ends))
    timer = Timer(_left(ends), _cut, (opened,))
    timer.daemon = True
    timer.start()
    try:
        if isinstance(opened, ssl.SSLSocket):
            opened.do_handshake()
        connection = HTTPConnection(found.host, found.port, timeout=SECONDS)
        connection.sock = opened
        headers = {"Host": found.origin.partition("://")[2], "Connection": "close"}
        connection.request(
            "POST", found.path, message.body, headers | dict(message.headers)
        )
        return _status(opened)
    finally:
        timer.cancel()
        opened.close()


def _connected(found: Target, ends: float) -> socket.socket:
    """Return a connection to an address of the host, all of which have been judged."""
    addresses = _looked_up(found, ends)
    if not addresses or not all(reachable(found, each) for each in addresses):
        raise UnreachableError
    return socket.create_connection((addresses[0], found.port), _left(ends))


def _looked_up(found: Target, ends: float) -> list[str]:
    """Return the addresses of a host; raises ``OSError`` when it takes too long.

    A look-up cannot be stopped: it is left to its thread, which ends with it.
    """
    answers: SimpleQueue[list[str] | OSError | UnicodeError] = SimpleQueue()

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(found.host, found.port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    Thread(target=look_up, daemon=True).start()
    try:
        got = answers.get(timeout=_left(ends))
    except Empty:
        raise TimeoutError from None
    if isinstance(got, list):
        return got
    raise got


def _left(ends: float) -> float:
    """Return the seconds that are left; raises ``OSError`` when there are none."""
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _secured(found: Target, plain: socket.socket) -> socket.socket:
    if found.scheme != "https":
        return plain
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(
        plain, server_hostname=found.host, do_handshake_on_connect=False
    )


def _status(opened: socket.socket) -> int:
    """Read the first line of an answer, and nothing else of it."""
    line = b""
    while b"\n" not in line:
        got = opened.recv(256)
        line += got
        if not got or len(line) > FIRST_LINE:
            raise OSError("no answer")
    if not line.startswith(b"HTTP/1."):
        raise OSError("no answer")
    return int(line[STATUS_AT:STATUS_END])


def _cut(opened: socket.socket) -> None:
    """End a connection from outside; whoever waits on it gets an error."""
    with suppress(OSError):
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
