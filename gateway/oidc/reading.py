"""Reading what a provider signed, and encrypted to us: id_token and user info.

RFC 8725: algorithms pinned by the settings, the key from the provider's own set by its
``kid``, header parameters that point elsewhere refused, nothing unsigned taken.
"""

import binascii
import json
from base64 import urlsafe_b64decode
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwe, jwt
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jws import JWSRegistry

from gateway.identity.keys import KeySource, KeysUnavailableError
from gateway.oidc.provider import JWE, Provider

LEEWAY = 60
"""Seconds by which clocks may differ."""
LONGEST = 64 * 1024
FRESH = 60
"""Seconds by which the person may have proved who they are before they came from us."""
OLDEST = 600
"""Seconds an id_token may be old: it is asked for and used in one breath."""
ELSEWHERE = {"crit", "jku", "jwk", "x5u", "x5c", "b64"}
NESTED_PARTS = 5

Claims = dict[str, Any]


class UnbelievableError(Exception):
    """What the provider said cannot be believed; the message names the check only."""


def signed(token: str, provider: Provider, keys: KeySource) -> tuple[Claims, Claims]:
    """Return header and claims of a JWT of the provider's, decrypted first if need be.

    Raises :class:`UnbelievableError`.
    """
    inner = _opened(token, provider) if token.count(".") + 1 == NESTED_PARTS else token
    header = _header(inner)
    if ELSEWHERE & set(header) or header.get("alg") not in provider.algorithms:
        raise UnbelievableError("header")
    try:
        key = keys.find(str(header.get("kid", "")))
    except KeysUnavailableError:
        raise UnbelievableError("keys") from None
    if key is None:
        raise UnbelievableError("kid")
    registry = JWSRegistry(algorithms=list(provider.algorithms))
    try:
        return header, dict(jwt.decode(inner, key, registry=registry).claims)
    except (JoseError, ValueError):
        raise UnbelievableError("signature") from None


def id_token(
    text: str, provider: Provider, keys: KeySource, expected: Claims, now: int
) -> Claims:
    """Return the claims of an id_token (OpenID Connect Core 3.1.3.7), all checked.

    ``expected`` has the ``nonce`` of this sign-in and the ``access_token`` that came
    with it. Raises :class:`UnbelievableError`.
    """
    header, claims = signed(text, provider, keys)
    for name in ("exp", "iat"):
        if type(claims.get(name)) is not int:
            raise UnbelievableError(name)
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True, "allow_blank": False},
    }
    params = {"client_id": provider.client_id, **expected}
    try:
        CodeIDToken(claims, header, options, params).validate(now, LEEWAY)
    except (JoseError, ValueError, TypeError) as error:
        raise UnbelievableError(f"id_token {type(error).__name__}") from None
    if not isinstance(claims["sub"], str) or now - claims["iat"] > OLDEST:
        raise UnbelievableError("id_token")
    return claims


def _opened(token: str, provider: Provider) -> str:
    """Return the JWS inside a JWE that was made for us."""
    if provider.decryption is None or ELSEWHERE & set(_header(token)):
        raise UnbelievableError("encrypted")
    # A header may repeat claims (RFC 7519 5.3); nothing in it is read but the algorithms.
    registry = JWERegistry(algorithms=list(JWE), strict_check_header=False)
    try:
        found = jwe.decrypt_compact(token, provider.decryption, registry=registry)
        return str(found.plaintext or b"", "ascii")
    except (JoseError, ValueError):
        raise UnbelievableError("encrypted") from None


def _header(token: str) -> Claims:
    if len(token) > LONGEST:
        raise UnbelievableError("length")
    try:
        text = token.split(".", maxsplit=1)[0]
        found = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError, binascii.Error):
        raise UnbelievableError("form") from None
    if not isinstance(found, dict):
        raise UnbelievableError("form")
    return found
