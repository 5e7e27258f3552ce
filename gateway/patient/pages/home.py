"""The first page: what this is, and where one signs in."""

from flask import Response

from gateway.patient.visit import Visit


def show(visit: Visit) -> Response:
    """Say what this is in three lines; who is signed in goes on to the documents."""
    if visit.session is not None:
        return visit.go("/documents")
    house = visit.house
    return visit.page("home", accounts=house.people.accounts, parties=house.parties)
