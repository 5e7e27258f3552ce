"""Signing in at an OpenID provider: sent there, come back, and in.

A sign-in that does not hold is one page, whatever check it failed; the log names the
check, never the person.
"""

import logging
from dataclasses import replace

from flask import Response, request

from gateway import linking
from gateway.linking import Own, SignedIn
from gateway.oidc import persons
from gateway.oidc.fetching import UnreachableError
from gateway.oidc.reading import UnbelievableError
from gateway.oidc.signing_in import DeclinedError, Known, Started
from gateway.patient import cookies
from gateway.patient.cookies import ENTRY
from gateway.patient.pages import authorizing
from gateway.patient.personas import Account
from gateway.patient.visit import Visit
from gateway.services import Services

_log = logging.getLogger("paravent.patient")

LINK = "/rattachement"
BAD_REQUEST, UNAVAILABLE = 400, 503


def start(visit: Visit, key: str) -> Response:
    """Send the browser to a provider, with what it needs to be believed when it is back."""
    party = visit.house.parties.get(key)
    if party is None:
        return visit.not_found()
    at = visit.house.services.clock.now()
    authorizing.keep_if_begun_there(visit)
    try:
        address, started = party.begin(at)
    except UnreachableError as error:
        return _stopped(visit, "entry.unreachable", str(error), UNAVAILABLE)
    answer = visit.go(address)
    value = visit.house.shelf.put(started, at)
    cookies.keep_waiting(answer, ENTRY, value, secure=visit.house.secure)
    return answer


def come_back(visit: Visit) -> Response:
    """Believe the provider, or not; then in, or on to the page that links a record."""
    house, at = visit.house, visit.house.services.clock.now()
    waiting = cookies.waiting(request, ENTRY, secure=house.secure)
    started = house.shelf.take(waiting, Started, at)
    party = house.parties.get(started.provider) if started else None
    if started is None or party is None:
        return _stopped(visit, "entry.lost", "no sign-in waits", BAD_REQUEST)
    try:
        known = party.finish(started, visit.form, at)
    except DeclinedError:
        return _stopped(visit, "entry.declined", "declined", BAD_REQUEST)
    except UnbelievableError as error:
        return _stopped(visit, "entry.unbelieved", str(error), BAD_REQUEST)
    except UnreachableError as error:
        return _stopped(visit, "entry.unreachable", str(error), UNAVAILABLE)
    own = _own(house.services, known)
    if own is not None:
        return enter(visit, known, own)
    answer = visit.moving(LINK)
    value = house.shelf.put(known, at)
    cookies.keep_waiting(answer, ENTRY, value, secure=house.secure)
    return answer


def enter(visit: Visit, known: Known, own: Own) -> Response:
    """Open the session of a person under a new id, and go on to what they came for."""
    house, at = visit.house, visit.house.services.clock.now()
    principal = persons.principal(known, own.identifier, own.name)
    leaving = _leaving(visit, known)
    linking.entered(house.services, principal)
    house.sessions.close(visit.session_id)
    account = Account("", principal, own.identifier)
    session_id = house.sessions.open(account, at, leaving)
    goal = authorizing.goal(visit, session_id)
    answer = replace(visit, session=None).moving(goal)
    cookies.keep_provider(answer, known.provider.key, secure=house.secure)
    cookies.keep_session(answer, session_id, secure=house.secure)
    cookies.drop_waiting(answer, ENTRY, secure=house.secure)
    return answer


def signed_in(known: Known) -> SignedIn:
    """Return what links speak of: the provider, its word for the person, the traits."""
    return SignedIn(known.provider.issuer, known.subject, persons.traits(known))


def _leaving(visit: Visit, known: Known) -> str:
    """Return where signing out will go on; nowhere while the provider does not say."""
    try:
        return visit.house.parties[known.provider.key].leaving(known.id_token)
    except UnreachableError:
        return ""


def _own(services: Services, known: Known) -> Own | None:
    """Return whose record the sign-in opens: vouched for, else linked before."""
    vouched = persons.vouched(known, services.settings.domains)
    if vouched is not None:
        return Own(vouched, persons.name(known))
    return linking.own(services, signed_in(known))


def _stopped(visit: Visit, why: str, check: str, status: int) -> Response:
    _log.warning("sign-in: %s", check)
    answer = visit.page("stopped", status, why=why, back="/", came_for="/")
    cookies.drop_waiting(answer, ENTRY, secure=visit.house.secure)
    return answer
