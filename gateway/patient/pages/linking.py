"""*Retrouver mon dossier*: a sign-in and a record become one, by a code on paper."""

from flask import Response, request

from gateway import linking
from gateway.oidc.signing_in import Known
from gateway.patient import cookies
from gateway.patient.cookies import ENTRY
from gateway.patient.pages import entering
from gateway.patient.visit import Visit
from mappings.mapped import Refused

UNPROCESSABLE, TOO_MANY = 422, 429
HERE = "/rattachement"


def show(visit: Visit) -> Response:
    """Ask who just signed in for the code of their record; anybody else begins anew."""
    known = _known(visit)
    return visit.go("/") if known is None else _page(visit, known)


def carry_out(visit: Visit) -> Response:
    """Link the record of the code and go in; what does not open is one answer."""
    known = _known(visit)
    if known is None:
        return visit.go("/")
    services = visit.house.services
    try:
        own = linking.link(
            services, entering.signed_in(known), visit.form.get("code", "")
        )
    except Refused:
        return _page(visit, known, "error.link_often", TOO_MANY)
    if own is None:
        return _page(visit, known, "error.link_code", UNPROCESSABLE)
    visit.house.shelf.drop(_waiting(visit))
    return entering.enter(visit, known, own)


def _known(visit: Visit) -> Known | None:
    at = visit.house.services.clock.now()
    return visit.house.shelf.find(_waiting(visit), Known, at)


def _waiting(visit: Visit) -> str:
    return cookies.waiting(request, ENTRY, secure=visit.house.secure)


def _page(visit: Visit, known: Known, error: str = "", status: int = 200) -> Response:
    name = known.provider.name
    return visit.page("link", status, name=name, error=error, came_for=HERE)
