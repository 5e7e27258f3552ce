"""A request, its answer, and how both travel: at a bounded rate, to one server only."""

import time
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

import requests

TIMEOUT = 30
PATIENCE = 60
"""Seconds that a server may ask us to wait (429, Retry-After) before we give up."""
TOO_MANY = 429
ATTEMPTS = 3

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``path`` is relative to the base of the server, or begins with a slash."""

    method: str
    path: str
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status line, the headers in order, the bytes."""

    status: int
    reason: str
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """Return the first header of this name, in any case; empty when there is none."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), "")


class UnreachableError(Exception):
    """The server does not answer, or asks for more patience than we have."""


class Transport(Protocol):
    """Sends a request with a bearer token; empty for none."""

    def send(self, request: Request, token: str) -> Answer:
        """Return the answer; raises :class:`UnreachableError` when there is none."""
        ...


def located(base: str, path: str) -> str:
    """Return the address of a path: of links, only what follows the host is believed.

    A server can write any address in its links; a token is only ever sent to the target.
    """
    if path.startswith("/"):
        parts = urlsplit(base)
        return f"{parts.scheme}://{parts.netloc}{path}"
    return f"{base.rstrip('/')}/{path}".rstrip("/")


def _bare() -> requests.Session:
    """Return a session that takes nothing from the environment: no proxy, no netrc."""
    session = requests.Session()
    session.trust_env = False
    return session


@dataclass(slots=True)
class Http:
    """The transport of the command: real HTTP, no redirects, no compression, no cookies."""

    base: str
    per_second: float
    extra: Headers = ()
    session: requests.Session = field(default_factory=_bare)
    _next: float = 0.0

    def send(self, request: Request, token: str) -> Answer:
        """Return the answer, at the rate allowed; waits when the server says so (429)."""
        for _ in range(ATTEMPTS):
            answer = self._once(request, token)
            if answer.status != TOO_MANY:
                return answer
            time.sleep(_pause(answer.header("Retry-After")))
        raise UnreachableError("429 after every pause that the server asked for")

    def _once(self, request: Request, token: str) -> Answer:
        self._pace()
        headers = {"Accept-Encoding": "identity", "User-Agent": "leakbench"}
        headers |= dict(self.extra) | dict(request.headers)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            got = self.session.request(
                request.method,
                located(self.base, request.path),
                headers=headers,
                data=request.body or None,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise UnreachableError(type(error).__name__) from None
        self.session.cookies.clear()
        named = tuple(got.raw.headers.iteritems())
        return Answer(got.status_code, got.reason or "", named, got.content)

    def _pace(self) -> None:
        wait = self._next - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        self._next = time.monotonic() + 1 / self.per_second


def _pause(asked: str) -> int:
    """Return the seconds to wait; raises when the server asks for too many."""
    seconds = int(asked) if asked.isdecimal() else 1
    if seconds > PATIENCE:
        raise UnreachableError(f"429: Retry-After {seconds}: ask less per second")
    return seconds
