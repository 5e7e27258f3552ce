"""The metadata of a provider: where its endpoints are, which keys it signs with.

A provider that does not answer keeps one request waiting, never a second one: nothing is
fetched while the lock is held, and who comes meanwhile is told at once.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any

from gateway.identity.keys import KeySource
from gateway.oidc import fetching
from gateway.oidc.fetching import UnreachableError
from gateway.oidc.provider import Provider

FRESH_FOR = 3600
"""Seconds for which metadata serve without being asked for anew."""
SERVES = 24 * 3600
"""Seconds for which they serve at most, while the provider does not tell them anew."""
PAUSE = 30
"""Seconds without another try after one that failed."""
OK = 200

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What a provider says of itself (OpenID Connect Discovery 3, RFC 9207 3)."""

    authorization: str
    token: str
    keys: KeySource
    userinfo: str = ""
    end_session: str = ""
    proofs: frozenset[str] = frozenset({"client_secret_basic"})
    names_itself: bool = False


@dataclass(slots=True)
class Directory:
    """The endpoints of one provider: asked when first needed, kept for an hour.

    One fetch at a time; after one that failed none for a while, and what is held serves
    on, a day at most. ``now`` counts seconds.
    """

    provider: Provider
    now: Callable[[], float] = monotonic
    _held: Endpoints | None = field(default=None, init=False)
    _fetched: float = field(default=float("-inf"), init=False)
    _failed: float = field(default=float("-inf"), init=False)
    _fetching: bool = field(default=False, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def endpoints(self) -> Endpoints:
        """Return the endpoints; raises :class:`UnreachableError`, at once if it is known.

        The key source is kept as long as its address is: it knows when to fetch again.
        """
        with self._lock:
            now, before = self.now(), self._held
            if before is not None and now - self._fetched <= FRESH_FOR:
                return before
            if self._fetching or now - self._failed <= PAUSE:
                return self._old()
            self._fetching = True
        return self._refreshed(before)

    def _refreshed(self, before: Endpoints | None) -> Endpoints:
        """Fetch, outside the lock; what comes of it is kept inside."""
        found: Endpoints | None = None
        try:
            with suppress(UnreachableError):
                found = _endpoints(self.provider, before)
        finally:
            with self._lock:
                self._fetching, now = False, self.now()
                if found is None:
                    self._failed = now
                else:
                    self._held, self._fetched = found, now
        if found is not None:
            return found
        with self._lock:
            return self._old()

    def _old(self) -> Endpoints:
        """Return what is held as long as it serves."""
        if self._held is None or self.now() - self._fetched > SERVES:
            raise UnreachableError("metadata")
        return self._held


def _endpoints(provider: Provider, before: Endpoints | None) -> Endpoints:
    found = _metadata(provider)
    where = _address(found, "jwks_uri")
    same = before is not None and before.keys.where == where
    keys = before.keys if before is not None and same else KeySource(where)
    proofs = found.get("token_endpoint_auth_methods_supported")
    said = {str(each) for each in proofs} if isinstance(proofs, list) else set()
    return Endpoints(
        _address(found, "authorization_endpoint"),
        _address(found, "token_endpoint"),
        keys,
        _address(found, "userinfo_endpoint", needed=False),
        _address(found, "end_session_endpoint", needed=False),
        frozenset(said or {"client_secret_basic"}),
        found.get("authorization_response_iss_parameter_supported") is True,
    )


def _metadata(provider: Provider) -> Json:
    """Return the metadata, which must be those of the issuer in the settings."""
    answer = fetching.get(provider.metadata_address)
    try:
        found = json.loads(answer.text) if answer.status == OK else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("issuer") != provider.issuer:
        raise UnreachableError("metadata")
    return found


def _address(found: Json, name: str, *, needed: bool = True) -> str:
    value = found.get(name, "")
    if not value and not needed:
        return ""
    if not isinstance(value, str) or not fetching.is_protected(value):
        raise UnreachableError(name)
    return value
