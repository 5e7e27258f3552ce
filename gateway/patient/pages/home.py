"""The first page: what this is, and where one signs in."""

from flask import Response

from gateway.patient.visit import Visit


def show(visit: Visit) -> Response:
    """Say what this is in three lines; who is signed in goes on to the documents."""
    if visit.session is not None:
        return visit.go("/documents")
    return visit.page("home", accounts=visit.house.people.accounts)
