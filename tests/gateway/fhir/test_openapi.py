"""``/openapi.json`` names every route, and only routes."""

import re

from werkzeug.test import Client

from gateway.app import create_app
from gateway.fhir.routes import ROUTES
from tests.gateway.world import Software


def test_every_route_is_described_and_no_other(still: Software) -> None:
    """Method by method; the two open addresses are said to need no token."""
    held = Client(create_app(still.services)).get("/openapi.json").get_json()
    said = {
        (method.upper(), path)
        for path, methods in held["paths"].items()
        for method in methods
        if methods[method].get("security") != []
    }
    routed = {(e.method, re.sub("<(.*?)>", r"{\1}", e.path)) for e in ROUTES}
    assert said == routed
    assert held["openapi"] == "3.1.0"


def test_variables_of_a_path_are_parameters(still: Software) -> None:
    """What stands in braces is described, once."""
    held = still.client.get("/openapi.json").get_json()
    for path, methods in held["paths"].items():
        for said in methods.values():
            named = [
                p["name"] for p in said.get("parameters", []) if p.get("in") == "path"
            ]
            assert named == re.findall("{(.*?)}", path)
