"""Verifying bearer tokens: a JWT of a configured issuer, and nothing else.

RFC 8725: the algorithms are pinned for each issuer, the key comes from the issuer's
own key set by ``kid``, header parameters that point elsewhere are not followed,
``iss`` and ``aud`` are compared whole, times are integers with a minute of tolerance.
"""

import binascii
import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from gateway.identity.claims import ClaimsError, principal
from gateway.identity.keys import KeySource
from gateway.identity.principal import Principal

LEEWAY = 60
"""Seconds by which clocks may differ."""
LONGEST_LIFE = 12 * 3600
"""Seconds a token may live."""
LONGEST_TOKEN = 16 * 1024
"""Characters a token may have."""


PROFESSIONALS = "professionals"
PATIENTS = "patients"


class TokenError(Exception):
    """The token cannot be trusted; the message names the check, never the token."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who may issue tokens, for which audience, signed how, with which keys.

    ``vouches_for`` says of whom it is believed: an issuer for professionals cannot make
    anybody a patient, nor the other way round.
    """

    name: str
    audience: str
    algorithms: tuple[str, ...]
    keys: KeySource
    vouches_for: frozenset[str] = frozenset({PROFESSIONALS, PATIENTS})


def verify(token: str, issuers: tuple[Issuer, ...], now: datetime) -> Principal:
    """Return who the token speaks for; raises :class:`TokenError` otherwise."""
    if len(token) > LONGEST_TOKEN:
        raise TokenError("length")
    header, claimed = peek(token, 0), peek(token, 1)
    issuer = _issuer(claimed.get("iss"), issuers)
    check_header(header)
    if header.get("alg") not in issuer.algorithms:
        raise TokenError("alg")
    claims = _signed_claims(token, header, issuer)
    _check_claims(claims, issuer, int(now.timestamp()))
    try:
        found = principal(claims)
    except ClaimsError as error:
        raise TokenError(f"claim {error.args[0]}") from None
    if (PATIENTS if found.patient else PROFESSIONALS) not in issuer.vouches_for:
        raise TokenError("vouches_for")
    return found


def _signed_claims(
    token: str, header: dict[str, Any], issuer: Issuer
) -> dict[str, Any]:
    key = issuer.keys.find(str(header.get("kid", "")))
    if key is None:
        raise TokenError("kid")
    registry = JWSRegistry(algorithms=list(issuer.algorithms))
    try:
        return dict(jwt.decode(token, key, registry=registry).claims)
    except (JoseError, ValueError):
        raise TokenError("signature") from None


def _check_claims(claims: dict[str, Any], issuer: Issuer, now: int) -> None:
    if claims.get("iss") != issuer.name:
        raise TokenError("iss")
    if claims.get("aud") not in (issuer.audience, [issuer.audience]):
        raise TokenError("aud")
    issued, expires = instant(claims, "iat"), instant(claims, "exp")
    not_before = instant(claims, "nbf") if "nbf" in claims else issued
    if max(issued, not_before) > now + LEEWAY or expires <= now - LEEWAY:
        raise TokenError("exp")
    if expires - issued > LONGEST_LIFE:
        raise TokenError("exp")


def check_header(header: dict[str, Any]) -> None:
    """Refuse a header that points to a key elsewhere, or brings one (RFC 8725, 3.10)."""
    if {"crit", "jku", "jwk", "x5u", "x5c", "b64"} & set(header):
        raise TokenError("header")


def instant(claims: dict[str, Any], name: str) -> int:
    """Return a NumericDate that must be there; raises :class:`TokenError`."""
    value = claims.get(name)
    if type(value) is not int:  # a bool or a float is no NumericDate we take
        raise TokenError(name)
    return value


def _issuer(name: object, issuers: tuple[Issuer, ...]) -> Issuer:
    for issuer in issuers:
        if issuer.name == name:
            return issuer
    raise TokenError("iss")


def peek(token: str, part: int) -> dict[str, Any]:
    """Read a part of the token before its signature is checked, to choose the key."""
    try:
        text = token.split(".")[part]
        value = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (IndexError, ValueError, RecursionError, binascii.Error):
        raise TokenError("form") from None
    if not isinstance(value, dict):
        raise TokenError("form")
    return value
