"""Who an application is: ``private_key_jwt`` (RFC 7523), or the id of a public one.

SMART 2.2 (client-confidential-asymmetric): RS384 or ES384, by a registered key; ``iss`` and
``sub`` the application, ``aud`` the token endpoint, five minutes at most, each ``jti``
once, kept in the database so that a restart forgets none. Whatever fails is one answer.
"""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry

from gateway.identity.keys import KeysUnavailableError, is_address
from gateway.identity.tokens import LEEWAY, TokenError, check_header, instant, peek
from gateway.repository import records
from gateway.services import Services
from gateway.smart import clients, tickets
from gateway.smart.clients import ALGORITHMS, Client

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_LIFE = 300
LONGEST = 8 * 1024
LONGEST_ID = 256

_log = logging.getLogger("paravent.smart")


class UnknownClientError(Exception):
    """Nobody knows which application this is; ``args[0]`` names the check, for the log."""


def client(services: Services, form: Mapping[str, str], endpoint: str) -> Client:
    """Return the application that a form proves to come from.

    A public one only names itself. Raises :class:`UnknownClientError`, the same for an
    unknown application and for a proof that does not hold.
    """
    try:
        if "client_assertion" in form or "client_assertion_type" in form:
            return _asserted(services, form, endpoint)
    except TokenError as error:
        raise UnknownClientError(error.args[0]) from None
    except KeysUnavailableError:
        _log.error("the keys of an application cannot be had")
        raise UnknownClientError("keys") from None
    found = clients.find(services, form.get("client_id", ""))
    if found is None or found.kind != "public":
        raise UnknownClientError("client_id")
    return found


def claimed(form: Mapping[str, str]) -> str:
    """Return the id of the application that a form says it comes from, proven by nothing.

    Empty for a form that names none: it is good for counting alone.
    """
    if "client_assertion" not in form:
        return form.get("client_id", "")
    try:
        return str(peek(form["client_assertion"][:LONGEST], 1).get("sub", ""))
    except TokenError:
        return ""


def _asserted(services: Services, form: Mapping[str, str], endpoint: str) -> Client:
    assertion = form.get("client_assertion", "")
    if form.get("client_assertion_type") != TYPE or len(assertion) > LONGEST:
        raise TokenError("form")
    header, claimed = peek(assertion, 0), peek(assertion, 1)
    found = clients.find(services, str(claimed.get("sub", "")))
    if found is None or not found.said.jwks:
        raise TokenError("sub")
    key = _key(services, found, header)
    claims = _signed(assertion, key, str(header["alg"]))
    if form.get("client_id", found.id) != found.id:
        raise TokenError("client_id")
    now = int(services.clock.now().timestamp())
    until = _checked(claims, found, endpoint, now)
    _use(services, found, str(claims["jti"]), until)
    return found


def _key(services: Services, found: Client, header: dict[str, Any]) -> Key:
    """Return the registered key that the header names; nothing else in it is followed."""
    jku = header.get("jku")
    if jku is not None and not (is_address(found.said.jwks) and jku == found.said.jwks):
        raise TokenError("jku")
    check_header({name: each for name, each in header.items() if name != "jku"})
    if header.get("alg") not in ALGORITHMS:
        raise TokenError("alg")
    key = services.keyring.find(found.said.jwks, str(header.get("kid", "")))
    if key is None or not clients.fit(key):
        raise TokenError("kid")
    return key


def _signed(assertion: str, key: Key, algorithm: str) -> dict[str, Any]:
    registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    try:
        return dict(jwt.decode(assertion, key, registry=registry).claims)
    except (JoseError, ValueError):
        raise TokenError("signature") from None


def _checked(claims: dict[str, Any], found: Client, endpoint: str, now: int) -> int:
    """Return until when an assertion is good; raises ``TokenError`` for one that is not."""
    for name in ("iss", "sub"):
        if claims.get(name) != found.id:
            raise TokenError(name)
    if claims.get("aud") not in (endpoint, [endpoint]):
        raise TokenError("aud")
    expires = instant(claims, "exp")
    if not now < expires <= now + LONGEST_LIFE + LEEWAY:
        raise TokenError("exp")
    for name in ("iat", "nbf"):
        if name in claims and instant(claims, name) > now + LEEWAY:
            raise TokenError(name)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= LONGEST_ID:
        raise TokenError("jti")
    return expires


def _use(services: Services, found: Client, jti: str, until: int) -> None:
    """Keep that the assertion was used; raises ``TokenError`` when it was before."""
    forget = datetime.fromtimestamp(until, UTC) + timedelta(seconds=LEEWAY)
    name = json.dumps([found.id, jti])
    keys = services.store.keys
    with services.store.unit() as connection:
        house = records.by_id(connection, keys, records.HOUSE)
        new = tickets.once(connection, house, keys, name, forget)
    if not new:
        raise TokenError("jti used")
