"""Every route of the FHIR application, with the function of policy that judges it."""

from collections.abc import Callable

from flask import Response

from gateway.fhir.route import Route
from gateway.fhir.routes import ROUTES
from gateway.identification import check_author
from labels.policy.decide import clearance_for
from tests.gateway.fhir.reaching import reached

Function = Callable[..., object]

DEPOSITS = {
    ("POST", "/fhir"),
    ("POST", "/cda"),
    ("POST", "/xdm"),
    ("POST", "/fhir/DocumentReference"),
}
"""What takes a document in: judged by who deposits it. All else is judged by clearance."""
VALIDATE = "$validate"
"""Reads nothing that is kept: only the body that was sent."""
KEPT = "gateway.repository."
"""The functions that read or write what is kept."""


def judge(route: Route) -> Function | None:
    """Return the function that must judge a route; None for one that touches no data."""
    if (route.method, route.path) in DEPOSITS:
        return check_author
    return None if route.interaction == VALIDATE else clearance_for


def undecided(routes: tuple[Route, ...]) -> list[str]:
    """Return the routes whose judge is never called, or that touch data without one."""
    found = []
    for each in routes:
        judged, functions = judge(each), reached(each.handler)
        touches = any(one.__module__.startswith(KEPT) for one in functions)
        if touches if judged is None else judged not in functions:
            found.append(f"{each.method} {each.path}")
    return found


def test_every_route_is_under_a_decision() -> None:
    """All of them, of every method; none is left out because its name is new."""
    assert undecided(ROUTES) == []


def test_a_route_without_a_decision_is_found() -> None:
    """One that answers without asking policy, whatever it calls itself."""

    def open_to_all(*_: object) -> Response:
        return Response()

    for method, path, interaction in (
        ("GET", "/fhir/Basic", "search-type"),
        ("POST", "/cda", ""),
    ):
        new = Route(method, path, open_to_all, interaction, "Basic")
        assert undecided((new,)) == [f"{method} {path}"]


def test_what_validates_may_not_read_what_is_kept() -> None:
    """A route without a judge that begins to read the record is found."""
    read = next(each for each in ROUTES if each.interaction == "read")
    new = Route("POST", "/fhir/Basic/$validate", read.handler, VALIDATE, "Basic")
    assert undecided((new,)) == ["POST /fhir/Basic/$validate"]


def test_no_method_of_an_address_is_served_twice() -> None:
    """One route for each method and address: no second one behind the first."""
    served = [(each.method, each.path) for each in ROUTES]
    assert len(served) == len(set(served))
