"""The metadata of a provider: where its endpoints are, which keys it signs with."""

import json
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any

from gateway.identity.keys import KeySource
from gateway.oidc import fetching
from gateway.oidc.fetching import UnreachableError
from gateway.oidc.provider import Provider

FRESH_FOR = 3600
"""Seconds for which metadata serve."""
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
    """The endpoints of one provider: asked when first needed, kept for an hour."""

    provider: Provider
    _held: Endpoints | None = field(default=None, init=False)
    _fetched: float = field(default=float("-inf"), init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def endpoints(self) -> Endpoints:
        """Return the endpoints; raises :class:`UnreachableError`.

        The key source is kept as long as its address is: it knows when to fetch again.
        """
        with self._lock:
            if self._held is None or monotonic() - self._fetched > FRESH_FOR:
                self._held = _endpoints(self.provider, self._held)
                self._fetched = monotonic()
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
