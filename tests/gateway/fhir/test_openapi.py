"""``/openapi.json`` names every route, and only routes."""

import re

from werkzeug.test import Client

from gateway.app import create_app
from gateway.fhir.parameters import UNKNOWN
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


def test_every_parameter_of_a_search_is_kept_to(still: Software) -> None:
    """A value of it may be wrong; that it is not supported is never the answer."""
    held = still.client.get("/openapi.json").get_json()
    shared = held["components"]["parameters"]
    asked = 0
    for path, methods in held["paths"].items():
        said = methods.get("get", {})
        if path.count("/") > 2 or not path.startswith("/fhir/"):
            continue
        for each in said.get("parameters", []):
            named = shared[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
            if named["in"] == "query":
                answer = still.ask("tristan", f"{path}?{named['name']}=x")
                assert UNKNOWN not in answer.get_data(as_text=True), (path, named)
                asked += 1
    assert asked > 200
