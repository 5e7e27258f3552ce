"""Sending a person to a provider and believing, or not, what comes back.

Authorization code with PKCE (RFC 7636), state and nonce; the answer is taken only in the
browser that began, once, for as long as a sign-in takes. The person proves who they are
each time: a session that somebody left open at the provider opens nothing here.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from gateway.oidc import fetching, reading
from gateway.oidc.discovery import Directory, Endpoints
from gateway.oidc.provider import Provider, reaches
from gateway.oidc.reading import Claims, UnbelievableError

LASTS = timedelta(minutes=15)
"""How long a person may take at the provider."""
RANDOM_BYTES = 32
OK = 200
SIGNED = "application/jwt"
FORM = "application/x-www-form-urlencoded"
BY_CURVE = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
"""How each elliptic key signs; an RSA key signs RS256."""
ASSERTION_LASTS = 60
AT_ONCE = 3
"""So many answers are checked with one provider at once: when it is slow, others go on."""
PATIENCE = 1
"""Seconds that one more of them waits for its turn."""


class DeclinedError(Exception):
    """The person, or the provider, said no; ``args[0]`` is the provider's error code."""


@dataclass(frozen=True, slots=True, repr=False)
class Started:
    """What is kept, here and for one browser, of a sign-in that has begun."""

    provider: str
    state: str
    nonce: str
    verifier: str
    at: datetime

    def lasts(self, at: datetime) -> bool:
        """Whether the answer would still be taken."""
        return self.at <= at < self.at + LASTS


@dataclass(frozen=True, slots=True, repr=False)
class Known:
    """Whom a provider knows: its word for the person, how surely, and their claims."""

    provider: Provider
    subject: str
    level: str
    claims: Claims
    id_token: str


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """We, as one provider knows us; ``callback`` is the address it sends people back to."""

    provider: Provider
    directory: Directory
    callback: str
    home: str
    _turns: BoundedSemaphore = field(
        default_factory=lambda: BoundedSemaphore(AT_ONCE), init=False, compare=False
    )

    @classmethod
    def at(cls, provider: Provider, callback: str, home: str) -> "RelyingParty":
        """Return the relying party; nothing is asked of the provider yet."""
        return cls(provider, Directory(provider), callback, home)

    def begin(self, at: datetime) -> tuple[str, Started]:
        """Return where to send the person, and what to keep for their browser.

        Raises :class:`~gateway.oidc.fetching.UnreachableError`.
        """
        endpoints = self.directory.endpoints()
        state, nonce, verifier = _random(), _random(), _random()
        started = Started(self.provider.key, state, nonce, verifier, at)
        address = prepare_grant_uri(
            endpoints.authorization,
            self.provider.client_id,
            "code",
            redirect_uri=self.callback,
            scope=list(self.provider.scopes),
            state=started.state,
            nonce=started.nonce,
            acr_values=self.provider.level,
            prompt="login",
            max_age=str(reading.FRESH),
            code_challenge=create_s256_code_challenge(started.verifier),
            code_challenge_method="S256",
        )
        return str(address), started

    def finish(
        self, started: Started, answer: Mapping[str, str], at: datetime
    ) -> Known:
        """Return whom the provider knows, everything checked.

        Raises :class:`DeclinedError` when the answer is a no, and
        :class:`~gateway.oidc.reading.UnbelievableError` or
        :class:`~gateway.oidc.fetching.UnreachableError` when it is no answer.
        """
        endpoints = self.directory.endpoints()
        _check_answer(started, answer, self.provider, endpoints, at)
        if "error" in answer or not answer.get("code"):
            raise DeclinedError(answer.get("error", "")[:64])
        if not self._turns.acquire(timeout=PATIENCE):
            raise fetching.UnreachableError("busy")
        try:
            return self._known(started, answer["code"], endpoints, at)
        finally:
            self._turns.release()

    def _known(
        self, started: Started, code: str, endpoints: Endpoints, at: datetime
    ) -> Known:
        """Redeem the code and read what the provider says of the person."""
        tokens = self._redeemed(code, started, endpoints, at)
        expected = {"nonce": started.nonce, "access_token": tokens["access_token"]}
        now = int(at.timestamp())
        found = reading.id_token(
            tokens["id_token"], self.provider, endpoints.keys, expected, now
        )
        _check_fresh(found, started)
        level = str(found.get("acr", ""))
        if not reaches(level, self.provider.level):
            raise UnbelievableError("acr")
        about = self._about(tokens["access_token"], endpoints, found["sub"])
        claims = about | found
        return Known(self.provider, found["sub"], level, claims, tokens["id_token"])

    def leaving(self, id_token: str = "") -> str:
        """Return where to send who signs out (RP-Initiated Logout 2), or empty.

        Without an id_token the provider asks the person before it ends its session.
        """
        end = self.directory.endpoints().end_session
        if not end:
            return ""
        hint = {"id_token_hint": id_token} if id_token else {}
        asked = hint | {
            "post_logout_redirect_uri": self.home,
            "client_id": self.provider.client_id,
            "state": _random(),
        }
        return f"{end}{'&' if urlsplit(end).query else '?'}{urlencode(asked)}"

    def _redeemed(
        self, code: str, started: Started, endpoints: Endpoints, at: datetime
    ) -> dict[str, str]:
        """Exchange the code for tokens (RFC 6749 4.1.3)."""
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=self.callback,
            code=code,
            code_verifier=started.verifier,
        )
        headers = {"Content-Type": FORM}
        prove = _proof(self.provider, endpoints, int(at.timestamp()))
        _, headers, body = prove.prepare("POST", endpoints.token, headers, body)
        answer = fetching.post(endpoints.token, headers, body)
        found = _object(answer.text) if answer.status == OK else {}
        tokens = {name: found.get(name) for name in ("access_token", "id_token")}
        if not all(isinstance(each, str) and each for each in tokens.values()):
            raise UnbelievableError("token")
        return {name: str(each) for name, each in tokens.items()}

    def _about(self, access_token: str, endpoints: Endpoints, subject: str) -> Claims:
        """Return the user info, JSON or signed, of the person the id_token speaks of."""
        if not endpoints.userinfo:
            return {}
        headers = {"Authorization": f"Bearer {access_token}"}
        answer = fetching.get(endpoints.userinfo, headers)
        if answer.status != OK:
            raise UnbelievableError("userinfo")
        if answer.kind == SIGNED:
            _, found = reading.signed(answer.text, self.provider, endpoints.keys)
            if found.get("iss", self.provider.issuer) != self.provider.issuer:
                raise UnbelievableError("userinfo iss")
            audience = found.get("aud", self.provider.client_id)
            if self.provider.client_id not in (audience, *_listed(audience)):
                raise UnbelievableError("userinfo aud")
        else:
            found = _object(answer.text)
        if found.get("sub") != subject:  # OpenID Connect Core 5.3.2
            raise UnbelievableError("userinfo sub")
        return found


def _check_answer(
    started: Started,
    answer: Mapping[str, str],
    provider: Provider,
    endpoints: Endpoints,
    at: datetime,
) -> None:
    """Make sure that the answer is to what this browser began, and of whom it asked."""
    state = answer.get("state", "")
    if not compare_digest(state.encode(), started.state.encode()):
        raise UnbelievableError("state")
    if not started.lasts(at):
        raise UnbelievableError("late")
    named = answer.get("iss", "" if endpoints.names_itself else provider.issuer)
    if named != provider.issuer:  # RFC 9207: another server's answer (mix-up)
        raise UnbelievableError("iss")


def _check_fresh(claims: Claims, started: Started) -> None:
    """Make sure that the person proved who they are for this sign-in, not for one before.

    What asks for it travels through the browser, where it can be taken out: what counts
    is what the provider signed (OpenID Connect Core 2, ``auth_time``).
    """
    proved = claims.get("auth_time")
    if type(proved) is not int:
        raise UnbelievableError("auth_time missing")
    if proved < started.at.timestamp() - reading.FRESH:
        raise UnbelievableError("auth_time")


def _proof(provider: Provider, endpoints: Endpoints, now: int) -> ClientAuth:
    """Return how we prove who we are: our own key if there is one, else the secret."""
    if provider.signing is not None:
        public = provider.signing.as_dict(private=False)
        times = {"iat": now, "exp": now + ASSERTION_LASTS}
        header = {"kid": public["kid"]} if "kid" in public else None
        algorithm = BY_CURVE.get(str(public.get("crv", "")), "RS256")
        sign = PrivateKeyJWT(endpoints.token, times, header, algorithm)
        return ClientAuth(provider.client_id, provider.signing, sign)
    basic = "client_secret_basic" in endpoints.proofs
    method = "client_secret_basic" if basic else "client_secret_post"
    return ClientAuth(provider.client_id, provider.secret, method)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise UnbelievableError("form") from None
    if not isinstance(found, dict):
        raise UnbelievableError("form")
    return found


def _listed(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list) else ()


def _random() -> str:
    return secrets.token_urlsafe(RANDOM_BYTES)
