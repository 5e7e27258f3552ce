"""Signing in as a persona of the demo; signing out, for everybody."""

from dataclasses import replace

from flask import Response

from gateway.patient import cookies
from gateway.patient.pages import authorizing
from gateway.patient.visit import Visit


def sign_in(visit: Visit) -> Response:
    """Open a session under a new id; whatever session there was is ended."""
    account = visit.house.people.account(visit.form.get("account", ""))
    if account is None:
        return visit.not_found()
    visit.house.sessions.close(visit.session_id)
    at = visit.house.services.clock.now()
    session_id = visit.house.sessions.open(account, at)
    answer = visit.go(authorizing.goal(visit))
    cookies.keep_session(answer, session_id, secure=visit.house.secure)
    return answer


def sign_out(visit: Visit) -> Response:
    """End the session, here and in the browser, then at the provider if there is one."""
    leaving = visit.session.leaving if visit.session else ""
    signed_out = replace(visit, session=None)
    visit.house.sessions.close(visit.session_id)
    answer = signed_out.moving(leaving) if leaving else visit.go("/")
    cookies.drop_session(answer, secure=visit.house.secure)
    return answer
