"""Applications: registered by an operator, each with keys, addresses and scopes.

Kept with the record of nobody: an application is about no person. Its keys are a JWKS,
whole or behind an https address; no secret is ever shared with one.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from sqlalchemy import Connection

from gateway.identity.keys import KeySource, is_address
from gateway.repository import entries, records
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.entries import CLIENT
from gateway.services import Services
from gateway.smart import filters, scopes

BACKEND, PATIENT = "backend", "patient"
LEVELS: Mapping[str, str] = {BACKEND: scopes.SYSTEM, PATIENT: scopes.PATIENT}
ALGORITHMS = ("RS384", "ES384")
"""What SMART 2.2 asks of both sides of ``private_key_jwt``."""
SMALLEST_RSA = 2048
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ID = re.compile("[0-9a-f]{32}")


class RegistrationError(Exception):
    """What an operator said of an application cannot be; the message says what."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What an operator says of an application.

    ``kind`` is ``backend`` or ``patient``; ``owner`` is who answers for it, in words.
    ``jwks`` is a key set as JSON or its https address; without one the application is
    public. ``structure`` is for whom a backend asks, ``system|value``.
    """

    name: str
    kind: str
    scopes: tuple[str, ...]
    jwks: str = ""
    redirect_uris: tuple[str, ...] = ()
    structure: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """A registered application."""

    id: str
    said: Registration
    since: str
    ended: str = ""

    @property
    def name(self) -> str:
        """What people are shown."""
        return self.said.name

    @property
    def owner(self) -> str:
        """Who answers for it, as people are told."""
        return self.said.owner

    @property
    def kind(self) -> str:
        """``public``, ``confidential`` or ``backend``."""
        if self.said.kind == BACKEND:
            return BACKEND
        return "confidential" if self.said.jwks else "public"

    @property
    def scopes(self) -> tuple[str, ...]:
        """The most that it can be given."""
        return self.said.scopes

    @property
    def redirect_uris(self) -> tuple[str, ...]:
        """Where a browser may be sent back to, compared whole."""
        return self.said.redirect_uris


def register(services: Services, said: Registration) -> Client:
    """Keep an application; raises :class:`RegistrationError` for what cannot be."""
    check(said)
    client_id = uuid4().hex
    since = services.clock.now().isoformat()
    keys = services.store.keys
    with services.store.unit() as connection:
        house = records.by_id(connection, keys, records.HOUSE)
        held = {"said": asdict(said), "since": since, "ended": ""}
        entries.put(connection, CLIENT, house.keys, client_id, held)
    return Client(client_id, said, since)


def find(services: Services, client_id: str) -> Client | None:
    """Return the application of that id; None for none and for one that was ended."""
    with services.store.unit() as connection:
        return find_in(connection, services.store.keys, client_id)


def find_in(
    connection: Connection, keys: DeploymentKeys, client_id: str
) -> Client | None:
    """Return what :func:`find` does, in a transaction that is under way."""
    if not ID.fullmatch(client_id):
        return None
    house = records.by_id(connection, keys, records.HOUSE)
    held = entries.find(connection, CLIENT, house.keys, client_id)
    return None if held is None or held["ended"] else _client(client_id, held)


def every(services: Services) -> list[Client]:
    """Return all applications, those that were ended too, the oldest first."""
    with services.store.unit() as connection:
        house = records.by_id(connection, services.store.keys, records.HOUSE)
        held = entries.of_record(connection, CLIENT, house.keys)
    found = [_client(client_id, each) for client_id, each in held]
    return sorted(found, key=lambda each: each.since)


def end(services: Services, client_id: str) -> bool:
    """End an application, and with it every token it holds; False when there is none."""
    at = services.clock.now()
    with services.store.unit() as connection:
        house = records.by_id(connection, services.store.keys, records.HOUSE)
        held = entries.find(connection, CLIENT, house.keys, client_id)
        if held is None or held["ended"]:
            return False
        ended = held | {"ended": at.isoformat()}
        entries.replace(connection, CLIENT, house.keys, client_id, ended)
    return True


def check(said: Registration) -> None:
    """Refuse what is not whole: no name, a scope of another kind, an address unprotected."""
    if not said.name.strip() or said.kind not in LEVELS:
        raise RegistrationError("a name and a kind (backend, patient) are needed")
    _check_scopes(said)
    if said.jwks:
        _check_keys(said.jwks)
    if said.kind == BACKEND:
        if not said.jwks or said.redirect_uris or "|" not in said.structure:
            raise RegistrationError(
                "a backend has keys and a structure (system|value), no redirect address"
            )
    elif not (said.redirect_uris and said.owner.strip()) or said.structure:
        raise RegistrationError(
            "an application of patients has redirect addresses and an owner, no structure"
        )
    for each in said.redirect_uris:
        _check_address(each)


def _check_scopes(said: Registration) -> None:
    for word in said.scopes:
        found = scopes.parse(word)
        context = word in scopes.CONTEXT and said.kind == PATIENT
        fits = found and found.level == LEVELS[said.kind] and filters.known(found)
        if not (context or fits):
            raise RegistrationError(f"not a scope that a {said.kind} can have: {word}")
    if not any(map(scopes.parse, said.scopes)):
        raise RegistrationError("a scope that permits something is needed")


def _check_keys(jwks: str) -> None:
    try:
        if is_address(jwks):
            KeySource(jwks)
            return
        said = json.loads(jwks)
        if "keys" not in said:
            message = 'a key set is needed, {"keys": [...]}: put a single key in one'
            raise RegistrationError(message)
        held = KeySet.import_key_set(said).keys
        named = all(each["kid"] for each in said["keys"])
    except (ValueError, KeyError, TypeError, JoseError) as error:
        raise RegistrationError(f"not a key set: {type(error).__name__}") from error
    if not held or not named or not all(map(fit, held)):
        raise RegistrationError(
            "keys are public, RSA of 2048 bits at least or P-384, each with a kid"
        )


def fit(key: Key) -> bool:
    """Whether a key is one of the two that signatures are believed of, and public."""
    if key.is_private:
        return False
    if isinstance(key, RSAKey):
        return bool(key.public_key.key_size >= SMALLEST_RSA)
    return isinstance(key, ECKey) and key.curve_name == "P-384"


def _check_address(address: str) -> None:
    """Refuse a redirect address that is not https, loopback, or an app's own scheme."""
    parts = urlsplit(address)
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    own = "." in parts.scheme  # RFC 8252, 7.1: a scheme in the form of a domain name
    https = parts.scheme == "https" and bool(parts.hostname)
    if not (https or plain or own) or parts.fragment or "*" in address:
        raise RegistrationError(
            f"not a redirect address (https, loopback): {parts.scheme}"
        )
    if parts.username is not None or not address.isascii() or " " in address:
        raise RegistrationError("a redirect address names no user, in plain characters")


def _client(client_id: str, held: dict[str, Any]) -> Client:
    said = held["said"]
    lists = {name: tuple(said[name]) for name in ("scopes", "redirect_uris")}
    return Client(client_id, Registration(**said | lists), held["since"], held["ended"])
