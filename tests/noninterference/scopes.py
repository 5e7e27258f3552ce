"""Tokens that SMART scopes narrow: a scope takes away, and never lets in."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from uuid import uuid4

from joserfc import jwt

from gateway.demo.issuer import ALGORITHM, AUDIENCE, NAME, DemoIssuer, claims_of
from tests.noninterference.documents import world

NARROWED = 0.15
"""In how many examples the token of the reader is narrowed."""
DRAWN: Mapping[str, tuple[str, ...]] = {
    "professional": (
        "user/*.rs",
        "user/*.cruds user/DocumentReference.u",
        "user/DocumentReference.rs?status=current user/List.rs",
        "user/DocumentReference.s?type=11488-4 user/Binary.r user/Composition.rs",
    ),
    "patient": (
        "patient/*.rs patient/DocumentReference.u",
        "patient/DocumentReference.rs?type=11488-4 patient/Patient.r",
        "user/*.cruds",
    ),
    "software": (
        "system/*.cruds",
        "system/DocumentReference.rs?type=11488-4 system/List.s",
    ),
}
"""Scopes (SMART App Launch 2.2, 3.0.2) by the kind of who asks: wide, narrow, filtered."""


def drawn(chance: Random, reader: str) -> str:
    """Return the scopes of a reader's token; mostly none, which narrows nothing."""
    if chance.random() >= NARROWED:
        return ""
    return chance.choice(DRAWN[world().readers[reader].kind])


def token(issuer: DemoIssuer, reader: str, at: datetime, scope: str) -> str:
    """Return a token of a persona with scopes, good for an hour from an instant."""
    now = int(at.timestamp())
    claims = {"iss": NAME, "aud": AUDIENCE, "iat": now, "exp": now + 3600}
    claims |= {"jti": uuid4().hex, "scope": scope} | claims_of(world().readers[reader])
    header = {"alg": ALGORITHM, "kid": issuer.key.kid}
    return jwt.encode(header, claims, issuer.key)
