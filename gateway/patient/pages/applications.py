"""*Mes applications*: which hold access, since when, what they may do; ended at once."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response

from gateway.patient import asking
from gateway.patient.asking import Line
from gateway.patient.visit import Visit
from gateway.repository.records import PARIS
from gateway.smart import grants
from gateway.smart.grants import Grant

HERE = "/applications"


@dataclass(frozen=True, slots=True)
class Held:
    """One application with access, as the page tells it."""

    id: str
    name: str
    since: str
    used: str
    until: str
    lines: list[Line]


def show(visit: Visit) -> Response:
    """Show the applications that have access now; to who acts for another, nothing."""
    if visit.signed_in.account.of:
        return visit.not_yours()
    services, principal = visit.house.services, visit.signed_in.account.principal
    found = grants.grants_of(services, principal)
    held = [_held(visit, each) for each in found]
    return visit.page("applications", held=held, came_for=HERE)


def end(visit: Visit) -> Response:
    """End the access of an application at once; one that has none is not found.

    By what was given, from the page of applications; by the application, whatever it was
    given, from a line of the log.
    """
    if visit.signed_in.account.of:
        return visit.not_found()
    services, principal = visit.house.services, visit.signed_in.account.principal
    ended = [grants.end_grant(services, principal, each) for each in _named(visit)]
    return visit.go(HERE) if any(ended) else visit.not_found()


def _named(visit: Visit) -> list[str]:
    """Return which grants a form speaks of."""
    client = visit.form.get("application", "")
    if not client:
        return [visit.form.get("grant", "")]
    services, principal = visit.house.services, visit.signed_in.account.principal
    held = grants.grants_of(services, principal)
    return [each.id for each in held if each.client_id == client]


def _held(visit: Visit, grant: Grant) -> Held:
    words, zone = visit.words, ZoneInfo(PARIS)

    def moment(at: datetime) -> str:
        return words.moment(at.astimezone(zone))

    return Held(
        grant.id,
        grant.name,
        moment(grant.since),
        moment(grant.used),
        moment(grant.until),
        asking.lines(words, grant.scopes),
    )
