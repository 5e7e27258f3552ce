"""The public keys of an issuer, from a file or from its JWKS address."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit

import requests
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

FRESH_FOR = 15 * 60
"""Seconds for which fetched keys serve; after that they must be fetched again."""
PAUSE = 30
"""Seconds between two attempts, so that unknown key ids cannot make us a client."""
TIMEOUT = 5
LARGEST = 256 * 1024


class KeysUnavailableError(Exception):
    """The issuer's keys cannot be had now: nothing can be verified, fail closed."""


def is_address(where: str) -> bool:
    """Whether keys are told by their address, not in a file or as they are."""
    return urlsplit(where).scheme in {"http", "https"}


@dataclass(slots=True)
class KeySource:
    """Finds a key by its id. ``where`` is a path, or an https (or loopback) address."""

    where: str
    _keys: dict[str, Key] = field(default_factory=dict, init=False)
    _fetched: float = field(default=float("-inf"), init=False)
    _tried: float = field(default=float("-inf"), init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def __post_init__(self) -> None:
        """Refuse an address that is not protected in transit."""
        parts = urlsplit(self.where)
        local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if parts.scheme == "http" and not local:
            message = "a key set must be a file or an https address"
            raise ValueError(message)

    def check(self) -> None:
        """Read the keys if they are in a file; raises ``OSError`` or ``ValueError``.

        An address is not asked: the issuer may be started after us.
        """
        if not is_address(self.where):
            KeySet.import_key_set(json.loads(self._read()))

    def find(self, kid: str) -> Key | None:
        """Return the key with that id, or None; fetches again when it is not known.

        Whoever's key is known does not wait for a fetch that somebody else's began. Raises
        :class:`KeysUnavailableError` when the keys held are too old to trust and new ones
        cannot be had.
        """
        now = monotonic()
        if self._needed(kid, now):
            with self._lock:
                if self._needed(kid, now):  # else somebody fetched them meanwhile
                    try:
                        self._refresh(now)
                    finally:
                        self._tried = now
        if now - self._fetched > FRESH_FOR:
            raise KeysUnavailableError
        return self._keys.get(kid)

    def _needed(self, kid: str, now: float) -> bool:
        stale = now - self._fetched > FRESH_FOR
        return (stale or kid not in self._keys) and now - self._tried > PAUSE

    def _refresh(self, now: float) -> None:
        """Fetch the set; on failure keep what is held, until it is stale."""
        try:
            found = KeySet.import_key_set(json.loads(self._read()))
        except (OSError, ValueError, JoseError, requests.RequestException):
            return
        self._keys = {key.kid: key for key in found.keys if key.kid}
        self._fetched = now

    def _read(self) -> str:
        if not is_address(self.where):
            return Path(self.where).read_text("utf-8")
        until, body = monotonic() + TIMEOUT, b""
        with requests.get(
            self.where, timeout=TIMEOUT, allow_redirects=False, stream=True
        ) as answer:
            answer.raise_for_status()
            for part in answer.iter_content(1024):
                body += part
                if len(body) > LARGEST or monotonic() > until:
                    raise ValueError("key set too large or too slow")
        return str(body, "utf-8")


@dataclass(slots=True)
class Keyring:
    """The keys of many: as they are, or behind an address and then fetched for a while."""

    _sources: dict[str, KeySource] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, jwks: str, kid: str) -> Key | None:
        """Return the key of that id in a key set or behind its address.

        Raises :class:`KeysUnavailableError` when an address does not tell them now.
        """
        if not is_address(jwks):
            held = KeySet.import_key_set(json.loads(jwks))
            return next((each for each in held.keys if each.kid == kid), None)
        with self._lock:
            source = self._sources.setdefault(jwks, KeySource(jwks))
        return source.find(kid)
