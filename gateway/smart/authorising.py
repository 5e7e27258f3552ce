"""The authorisation request of an application, and the person's answer to it.

RFC 6749 (4.1), RFC 7636 (S256 only), RFC 9207 (``iss`` in every answer), SMART App Launch
2.2 (standalone launch). What must not be believed is never redirected to: an unknown
application, an address that was not registered, a parameter given twice.
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from gateway.identification import only_the_patient, own_record
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry
from gateway.repository import entries
from gateway.repository.entries import LINK
from gateway.services import Services
from gateway.smart import clients, filters, grants, scopes, tickets
from gateway.smart.clients import BACKEND, Client
from gateway.smart.tickets import Kind

CODE_LIFE = timedelta(seconds=60)
REMEMBERED = timedelta(days=1)
"""How long a used code is kept, so that a second use ends what came of the first."""
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST = 8192
NAMES = frozenset(
    {
        *("response_type", "client_id", "redirect_uri", "scope", "state", "aud"),
        *("code_challenge", "code_challenge_method", "launch", "nonce", "prompt"),
    }
)
"""What is read of a request; anything else is as if it were not there (RFC 6749, 3.1)."""
ERRORS = {"response_type": "unsupported_response_type", "scope": "invalid_scope"}
"""What OAuth calls an error by the parameter that is wrong; any other is invalid_request."""

_log = logging.getLogger("paravent.smart")


@dataclass(frozen=True, slots=True)
class Authorisation:
    """A request that may be put to the person.

    ``scopes`` are those asked for that the application may have; ``query`` is the request
    as it came, to be read again when the person has answered.
    """

    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    challenge: str
    query: str


@dataclass(frozen=True, slots=True)
class Back:
    """An error that the application is told: where the browser is to be sent."""

    address: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that leads nowhere; ``code`` is client, redirect_uri or request."""

    code: str


def requested(
    services: Services, pairs: Iterable[tuple[str, str]]
) -> Authorisation | Back | Refused:
    """Read an authorisation request; ``pairs`` are its parameters, each as often as given."""
    given = [(name, value) for name, value in pairs if name in NAMES]
    said = dict(given)
    query = urlencode(given)
    if len(said) != len(given) or len(query) > LONGEST:
        return _nowhere("request")
    client = clients.find(services, said.get("client_id", ""))
    if client is None or client.kind == BACKEND:
        return _nowhere("client")
    if said.get("redirect_uri", "") not in client.redirect_uris:
        return _nowhere("redirect_uri", client.id)
    asked = Authorisation(
        client,
        said["redirect_uri"],
        _asked(client, said.get("scope", "")),
        said.get("state", ""),
        said.get("code_challenge", ""),
        query,
    )
    wrong = _wrong(services, asked, said)
    if wrong is None:
        return asked
    error, why = wrong
    _log.info("authorisation refused: %s, %s, of client %s", error, why, client.id)
    told = {"error": error, "error_description": why}
    return Back(_address(services, asked, told))


def _nowhere(code: str, client_id: str = "") -> Refused:
    """Return a request that leads nowhere; the log says why, without a word of it."""
    whose = client_id or "not known"
    _log.info("authorisation refused: wrong %s, of client %s", code, whose)
    return Refused(code)


def _asked(client: Client, scope: str) -> tuple[str, ...]:
    """Return what an application asks for and may have, in words that may be shown."""
    registered = scopes.understood(client.scopes)
    return tuple(
        each
        for each in scopes.granted(scope.split(), client.scopes)
        if (found := scopes.parse(each)) is None or filters.vetted(found, registered)
    )


def _wrong(
    services: Services, asked: Authorisation, said: dict[str, str]
) -> tuple[str, str] | None:
    """Return the OAuth error of a request whose application is known, and its reason.

    The reason is fixed words, for the developer (``error_description``): nothing that
    was sent is said again.
    """
    base = f"{services.settings.base_url}/fhir"
    checks = (
        (said.get("response_type") == "code", "response_type: code is needed"),
        (
            said.get("code_challenge_method") == "S256"
            and CHALLENGE.fullmatch(asked.challenge),
            "code_challenge: PKCE with code_challenge_method S256 is needed",
        ),
        (asked.state, "state is needed"),
        (said.get("aud", "").rstrip("/") == base, f"aud: {base} is needed"),
        ("launch" not in said, "launch: only a standalone launch is done here"),
        (
            any(map(scopes.parse, asked.scopes)),
            "scope: none of those asked for may be had, as registered",
        ),
    )
    why = next((words for fine, words in checks if not fine), None)
    if why is None:
        return None
    name = why.partition(":")[0]
    return ERRORS.get(name, "invalid_request"), why


def granted(
    services: Services, asked: Authorisation, person: Principal, chosen: Iterable[str]
) -> str:
    """Keep what the person lets the application have; returns where the browser goes.

    ``chosen`` are the scopes that were left; without any that permits something it is a
    no. Raises ``mappings.mapped.Refused`` (403) for anybody but a person with a record,
    for one who has died, and for one whose sign-in was unlinked meanwhile.
    """
    kept = scopes.granted(chosen, asked.scopes)  # as asked, or less
    if not any(map(scopes.parse, kept)):
        return denied(services, asked)
    with own_record(services, person, hold=True) as opened:
        own = opened.by_patient and not opened.question.deceased
        if not (own and _linked(services, opened)):
            raise only_the_patient()
        until = opened.at + CODE_LIFE
        grant = grants.give(opened, asked.client, kept, until)
        held = _bound(asked, grant, kept, until)
        keys, forget = services.store.keys, opened.at + REMEMBERED
        code = tickets.make(*opened.place, keys, Kind.CODE, held, forget)
    return _address(services, asked, {"code": code})


def _linked(services: Services, opened: Inquiry) -> bool:
    """Whether the sign-in still opens the record: its page may be open for hours.

    One that names the person's INS itself was never linked.
    """
    issuer = opened.principal.issuer
    found = [each for each in services.settings.sign_in if each.issuer == issuer]
    if not found or found[0].vouches_for_ins:
        return True
    kept = entries.of_record(opened.connection, LINK, opened.record.keys)
    return any(held["issuer"] == issuer for _, held in kept)


def denied(services: Services, asked: Authorisation) -> str:
    """Return where the browser goes when the person said no."""
    return _address(services, asked, {"error": "access_denied"})


def issuer(services: Services) -> str:
    """Return who answers, as applications compare it against mix-ups (RFC 9207)."""
    return services.settings.base_url


def _bound(
    asked: Authorisation, grant: str, kept: tuple[str, ...], until: datetime
) -> tickets.Held:
    return {
        "grant": grant,
        "client": asked.client.id,
        "redirect_uri": asked.redirect_uri,
        "challenge": asked.challenge,
        "scopes": list(kept),
        "until": until.isoformat(),
    }


def _address(services: Services, asked: Authorisation, said: dict[str, str]) -> str:
    """Return the redirect address with the answer added to what it has."""
    state = {"state": asked.state} if asked.state else {}
    more = said | state | {"iss": issuer(services)}
    parts = urlsplit(asked.redirect_uri)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *more.items()])
    return urlunsplit(parts._replace(query=query))
