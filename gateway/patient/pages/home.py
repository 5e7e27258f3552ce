"""The first page: what this is, and where one signs in."""

from flask import Response, request

from gateway.patient import cookies
from gateway.patient.visit import Visit


def show(visit: Visit) -> Response:
    """Say what this is in three lines; who is signed in goes on to the documents.

    Who signed in at a provider and idled is offered to end that session too.
    """
    if visit.session is not None:
        return visit.go("/documents")
    house = visit.house
    left = house.parties.get(cookies.provider(request, secure=house.secure))
    return visit.page(
        "home",
        accounts=house.people.accounts,
        parties=house.parties,
        left=left.provider.name if left else "",
    )
