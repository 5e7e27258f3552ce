"""What browsers meet: a plain page, HEAD, OPTIONS, and leave for scripts of named pages."""

import re
from dataclasses import replace

import pytest
from werkzeug.test import Client

from gateway.edge import Edge
from gateway.fhir.app import create_app
from gateway.fhir.routes import ROUTES
from tests.gateway.world import Software

OURS, OTHER = "https://app.example", "https://evil.example"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SEARCH = "/fhir/Patient?identifier=1"


@pytest.fixture(scope="module")
def client(still: Software) -> Client:
    """Give the application with one page that may read answers."""
    settings = replace(still.services.settings, edge=Edge(origins=frozenset({OURS})))
    return Client(create_app(replace(still.services, settings=settings)))


@pytest.mark.parametrize("path", ["/", "/fhir", "/fhir/"])
def test_a_browser_at_the_root_gets_a_page(client: Client, path: str) -> None:
    """In French and English, with every type and parameter, and no script."""
    answer = client.get(path, headers={"Accept": HTML})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert {'lang="fr"', 'lang="en"'} <= set(re.findall('lang="[a-z]+"', text))
    kinds = {each.resource for each in ROUTES if each.resource}
    assert kinds <= set(re.findall('h3 id="(.*?)"', text))
    for named in ("/fhir/metadata", "/openapi.json", "README", "patient.identifier"):
        assert named in text
    assert "<script" not in text
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert client.head(path, headers={"Accept": HTML}).status_code == 200


def test_the_page_is_the_same_for_everybody(still: Software) -> None:
    """With a token, and whatever is asked beside: it holds nothing of anybody."""
    shown = still.client.get("/fhir", headers={"Accept": HTML}).get_data()
    more = still.ask("gp", "/fhir?patient=1", headers={"Accept": HTML}).get_data()
    assert shown == more


@pytest.mark.parametrize("accept", ["", "application/fhir+json", "*/*"])
def test_software_at_the_root_meets_no_page(client: Client, accept: str) -> None:
    """What is no interaction stays none: 405 at the base, 404 above it."""
    for path, status in (("/fhir", 405), ("/", 404)):
        answer = client.get(path, headers={"Accept": accept})
        assert answer.status_code == status
        assert answer.get_json(force=True)["resourceType"] == "OperationOutcome"
    assert client.get("/fhir?_format=json", headers={"Accept": HTML}).status_code == 405


def test_head_is_get_without_the_body(still: Software) -> None:
    """On every address that is read: the same status and headers."""
    paths = {each.path for each in ROUTES if each.method == "GET"}
    for path in sorted(paths | {"/fhir/metadata", "/openapi.json"}):
        url = re.sub("<.*?>", "0" * 64, path)
        got, head = still.ask("gp", url), still.ask("gp", url, "HEAD")
        assert (head.status, list(head.headers)) == (got.status, list(got.headers)), url
        assert head.get_data() == b""


def test_options_names_the_methods_of_every_address(client: Client) -> None:
    """Nobody need be known: it is of the form of the address alone."""
    for path in {each.path for each in ROUTES}:
        answer = client.options(re.sub("<.*?>", "0" * 64, path))
        allowed = set(answer.headers["Allow"].split(", "))
        known = {each.method for each in ROUTES if each.path == path}
        assert answer.status_code == 204
        assert known <= allowed <= known | {"HEAD", "OPTIONS", *allowed - known}


def preflight(origin: str, method: str = "GET") -> dict[str, str]:
    """Return what a browser asks before it sends a request with a token."""
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization",
    }


def cors(headers: object) -> dict[str, str]:
    """Return the headers of an answer that speak of origins."""
    pairs = list(headers)  # type: ignore[call-overload]
    return {n: v for n, v in pairs if n.startswith("Access-Control")}


def test_a_named_page_may_send_a_token_and_read_the_answer(client: Client) -> None:
    """The preflight says so, and every answer, errors too."""
    asked = client.options(SEARCH, headers=preflight(OURS))
    said = cors(asked.headers)
    assert said["Access-Control-Allow-Origin"] == OURS
    assert "GET" in said["Access-Control-Allow-Methods"]
    assert "Authorization" in said["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in said
    answer = client.get(SEARCH, headers={"Origin": OURS})
    assert answer.status_code == 401
    assert cors(answer.headers)["Access-Control-Allow-Origin"] == OURS
    assert "ETag" in cors(answer.headers)["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    "origin", [OTHER, "null", "*", "", f"{OURS}.evil.example", f"{OURS}:8443"]
)
def test_no_other_page_may(client: Client, origin: str) -> None:
    """An origin is compared as a whole."""
    assert cors(client.options(SEARCH, headers=preflight(origin)).headers) == {}
    assert cors(client.get(SEARCH, headers={"Origin": origin}).headers) == {}


def test_by_default_no_page_may_but_for_what_is_public(still: Software) -> None:
    """/metadata is everybody's; caches know that an answer depends on the origin."""
    origin = {"Origin": OURS}
    assert cors(still.ask("gp", SEARCH, headers=origin).headers) == {}
    open_ = still.client.get("/fhir/metadata", headers=origin)
    assert cors(open_.headers)["Access-Control-Allow-Origin"] == "*"
    assert "Origin" in open_.headers["Vary"]
