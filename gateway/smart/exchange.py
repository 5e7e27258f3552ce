"""What the token endpoint answers (RFC 6749, RFC 7636, RFC 9700; SMART 2.2).

An access token is random and means nothing; the grant behind it is asked at each use, so
that an end acts at once. A code or a refresh token that comes a second time was stolen from
one of the two who sent it: the grant ends. A refusal is a value until its transaction is
committed, so that what was used stays used.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any

from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    UnauthorizedClientError,
    UnsupportedGrantTypeError,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oauth2.rfc7636.challenge import CODE_VERIFIER_PATTERN
from sqlalchemy import Connection

from gateway.repository import records
from gateway.repository.records import HOUSE
from gateway.services import Services
from gateway.smart import assertions, grants, scopes, tickets
from gateway.smart.clients import BACKEND, Client
from gateway.smart.scopes import OFFLINE
from gateway.smart.tickets import Kind, Ticket

BACKEND_LIFE = timedelta(minutes=5)
ACCESS_LIFE = timedelta(hours=1)
REFRESH_LIFE = timedelta(days=365)
REMEMBERED = timedelta(days=30)
"""How long a used refresh token is kept, so that a second use ends the grant."""

NO_SCOPE = "scope is needed: some of those registered"
NONE_LEFT = "scope: none of those asked for was registered"

_log = logging.getLogger("paravent.smart")

Json = dict[str, Any]
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Issue:
    """Under which grant a token is given out, to whom, for what."""

    ticket: Ticket
    client: Client
    grant: grants.Held
    scopes: tuple[str, ...]
    at: datetime


def answer(services: Services, form: Form, endpoint: str) -> Json:
    """Return the token answer to a form; raises Authlib's ``OAuth2Error`` otherwise."""
    kinds = {
        "client_credentials": _for_itself,
        "authorization_code": _for_code,
        "refresh_token": _for_refresh,
    }
    give = kinds.get(form.get("grant_type", ""))
    if give is None:
        raise UnsupportedGrantTypeError("")
    client = authenticated(services, form, endpoint)
    if (client.kind == BACKEND) != (give is _for_itself):
        raise UnauthorizedClientError
    found = give(services, client, form)
    if isinstance(found, OAuth2Error):
        raise found
    _purge(services, found.get("patient", HOUSE))
    return found


def _purge(services: Services, patient_id: str) -> None:
    """Forget what is over; by itself, so that nobody waits for another while holding a row."""
    at, keys = services.clock.now(), services.store.keys
    with services.store.unit() as connection:
        record = records.by_id(connection, keys, patient_id)
        tickets.purge(connection, record, at)


def authenticated(services: Services, form: Form, endpoint: str) -> Client:
    """Return the application a form comes from; raises ``InvalidClientError``."""
    try:
        return assertions.client(services, form, endpoint)
    except assertions.UnknownClientError as error:
        _log.info("application refused: %s", error.args[0])
        raise InvalidClientError(status_code=401) from None


def _for_itself(services: Services, client: Client, form: Form) -> Json | OAuth2Error:
    """Client credentials: a backend asks for its structure (SMART Backend Services)."""
    given = scopes.granted(form.get("scope", "").split(), client.scopes)
    if not given:
        return InvalidScopeError(NONE_LEFT if "scope" in form else NO_SCOPE)
    at, keys = services.clock.now(), services.store.keys
    until = at + BACKEND_LIFE
    held = {"client": client.id, "scopes": given, "until": until.isoformat()}
    with services.store.unit() as connection:
        house = records.by_id(connection, keys, HOUSE)
        token = tickets.make(connection, house, keys, Kind.ACCESS, held, until)
    return _said(token, BACKEND_LIFE, given)


def _for_code(services: Services, client: Client, form: Form) -> Json | OAuth2Error:
    """Authorization code: once, within a minute, by whom it was given to, with its PKCE."""
    at, keys = services.clock.now(), services.store.keys
    if "code_verifier" not in form or "redirect_uri" not in form:
        return InvalidRequestError()
    with services.store.unit() as connection:
        found = tickets.find(connection, keys, Kind.CODE, form.get("code", ""))
        if found is None:
            return InvalidGrantError()
        if not _fits(found, client, form, at):
            reason = grants.REPLAYED if "used" in found.held else grants.MISUSED
            _stop(connection, found, at, reason)
            return InvalidGrantError()
        tickets.use(connection, found, at + REMEMBERED)
        held = grants.holding(connection, found.record, found.held["grant"], at)
        if held is None:
            return InvalidGrantError()
        issue = Issue(found, client, held, tuple(found.held["scopes"]), at)
        return _issued(services, connection, issue)


def _fits(found: Ticket, client: Client, form: Form, at: datetime) -> bool:
    """Whether a code is new, good, and this application's for this very request."""
    verifier = form["code_verifier"]
    return (
        "used" not in found.held
        and found.lasts(at)
        and found.held["client"] == client.id
        and found.held["redirect_uri"] == form["redirect_uri"]
        and bool(CODE_VERIFIER_PATTERN.fullmatch(verifier))
        and compare_digest(
            create_s256_code_challenge(verifier), found.held["challenge"]
        )
    )


def _for_refresh(services: Services, client: Client, form: Form) -> Json | OAuth2Error:
    """Refresh token: once, and a new one is given; never for more than was granted."""
    at, keys = services.clock.now(), services.store.keys
    with services.store.unit() as connection:
        given = form.get("refresh_token", "")
        found = tickets.find(connection, keys, Kind.REFRESH, given)
        if found is None or found.held["client"] != client.id:
            return InvalidGrantError()
        if "used" in found.held:
            _stop(connection, found, at, grants.REPLAYED)
            return InvalidGrantError()
        held = grants.holding(connection, found.record, found.held["grant"], at)
        if held is None or not found.lasts(at):
            return InvalidGrantError()
        wanted = form["scope"].split() if "scope" in form else held["scopes"]
        left = scopes.granted(wanted, held["scopes"])
        if set(left) != set(wanted) or not any(map(scopes.parse, left)):
            return InvalidScopeError()
        tickets.use(connection, found, at + REMEMBERED)
        issue = Issue(found, client, held, left, at)
        return _issued(services, connection, issue)


def _issued(services: Services, connection: Connection, issue: Issue) -> Json:
    """Give out an access token, and with offline access a refresh token."""
    record, at, keys = issue.ticket.record, issue.at, services.store.keys
    place = (connection, record)
    until = at + ACCESS_LIFE
    held = {"client": issue.client.id, "grant": issue.ticket.held["grant"]}
    lasting = {"scopes": issue.scopes, "until": until.isoformat()}
    token = tickets.make(*place, keys, Kind.ACCESS, held | lasting, until)
    said = _said(token, ACCESS_LIFE, issue.scopes)
    if OFFLINE in issue.grant["scopes"]:
        until = datetime.fromisoformat(issue.grant["since"]) + REFRESH_LIFE
        lasting = {"until": until.isoformat()}
        renewed = tickets.make(*place, keys, Kind.REFRESH, held | lasting, until)
        said["refresh_token"] = renewed
    grants.touch(*place, held["grant"], at, until)
    return said | {"patient": record.patient_id, "need_patient_banner": True}


def _stop(connection: Connection, found: Ticket, at: datetime, reason: str) -> None:
    grants.stop(connection, found.record, found.held["grant"], at, reason)


def _said(token: str, life: timedelta, given: Iterable[str]) -> Json:
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": int(life.total_seconds()),
        "scope": " ".join(given),
    }
