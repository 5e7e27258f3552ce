"""Asking a provider, within bounds: protected in transit, no redirect, not long, not much."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

import requests

TIMEOUT = 5
"""Seconds for connecting and between two parts of an answer."""
IN_ALL = 10
"""Seconds for a whole answer."""
LARGEST = 256 * 1024
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class UnreachableError(Exception):
    """The provider did not answer as it must; the message names the step, no more."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, whole."""

    status: int
    kind: str
    text: str


def is_protected(address: str) -> bool:
    """Whether an address is https, or http on this machine; nothing else is asked."""
    parts = urlsplit(address)
    if not parts.hostname or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in LOOPBACK
    )


def get(address: str, headers: Mapping[str, str] | None = None) -> Fetched:
    """Return what is at an address; raises :class:`UnreachableError`."""
    return _ask("GET", address, headers or {}, None)


def post(address: str, headers: Mapping[str, str], body: str) -> Fetched:
    """Send a form and return the answer; raises :class:`UnreachableError`."""
    return _ask("POST", address, headers, body)


def _ask(
    method: str, address: str, headers: Mapping[str, str], body: str | None
) -> Fetched:
    if not is_protected(address):
        raise UnreachableError("address")
    try:
        with requests.request(
            method,
            address,
            headers={"Accept": "application/json, application/jwt"} | dict(headers),
            data=body,
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as answer:
            text = str(_within_bounds(answer), "utf-8")
            kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
            return Fetched(answer.status_code, kind.lower(), text)
    except (requests.RequestException, UnicodeDecodeError) as error:
        raise UnreachableError(type(error).__name__) from None


def _within_bounds(answer: requests.Response) -> bytes:
    until, body = monotonic() + IN_ALL, b""
    for part in answer.iter_content(4096):
        body += part
        if len(body) > LARGEST or monotonic() > until:
            raise UnreachableError("bounds")
    return body
