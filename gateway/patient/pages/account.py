"""Signing in as a persona of the demo; signing out, for everybody."""

from dataclasses import replace

from flask import Response, request

from gateway.oidc.fetching import UnreachableError
from gateway.patient import cookies
from gateway.patient.pages import authorizing
from gateway.patient.visit import Visit


def sign_in(visit: Visit) -> Response:
    """Open a session under a new id; whatever session there was is ended."""
    account = visit.house.people.account(visit.form.get("account", ""))
    if account is None:
        return visit.not_found()
    authorizing.keep_if_begun_there(visit)
    visit.house.sessions.close(visit.session_id)
    at = visit.house.services.clock.now()
    session_id = visit.house.sessions.open(account, at)
    answer = visit.go(authorizing.goal(visit, session_id))
    cookies.keep_session(answer, session_id, secure=visit.house.secure)
    return answer


def sign_out(visit: Visit) -> Response:
    """End the session, here and in the browser, then at the provider if there is one.

    Also a session that idled, and with it what an application asked for meanwhile.
    """
    house, leaving = visit.house, _leaving(visit)
    authorizing.drop(visit)
    house.sessions.close(visit.session_id)
    signed_out = replace(visit, session=None)
    answer = signed_out.moving(leaving) if leaving else visit.go("/")
    cookies.drop_session(answer, secure=house.secure)
    cookies.drop_provider(answer, secure=house.secure)
    cookies.drop_waiting(answer, cookies.ASKED, secure=house.secure)
    return answer


def _leaving(visit: Visit) -> str:
    """Return where signing out goes on: by the session, else by the provider's name."""
    house, at = visit.house, visit.house.services.clock.now()
    if known := house.sessions.leaving(visit.session_id, at):
        return known
    party = house.parties.get(cookies.provider(request, secure=house.secure))
    try:
        return party.leaving() if party else ""
    except UnreachableError:
        return ""
