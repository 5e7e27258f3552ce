"""Every route and method stands under a decision of policy, or says why it needs none."""

from collections.abc import Iterator

import pytest

from tests.noninterference.bench import Bench
from tests.noninterference.documents import world
from tests.noninterference.running import bench
from tests.noninterference.surface import Way

OPEN = {
    ("GET", "/fhir/metadata"): "says what the gateway does, the same to everybody",
    ("GET", "/openapi.json"): "the same, for other tools",
    ("GET", "/fhir/.well-known/smart-configuration"): "the same, for applications",
    ("GET", "/.well-known/oauth-authorization-server"): "the same, of OAuth",
    ("POST", "/token"): "an application shows by itself who it is, or is refused",
    ("POST", "/introspect"): "as /token, and of its own tokens only",
    ("POST", "/revoke"): "as /token, and of its own tokens only",
}
"""Routes that answer without a token: what they answer depends on nothing kept."""


@pytest.fixture(scope="module")
def opened() -> Iterator[Bench]:
    """Give two gateways."""
    with bench() as made:
        yield made


def test_every_route_asks_who_asks(opened: Bench) -> None:
    """Without a token each route answers 401 with one body, but for those named here."""
    answers = {}
    for way in asked(opened):
        if (way.method, way.path) in OPEN:
            continue
        answer = opened.pair.left.client.open(
            way.path.replace("<", "").replace(">", ""),
            method=way.method,
            headers={"X-Request-Id": "nobody"},
        )
        answers[way] = answer.status_code, answer.get_data()
    assert {status for status, _ in answers.values()} == {401}
    bodies = {body for way, (_, body) in answers.items() if way.method != "HEAD"}
    assert len(bodies) == 1


def test_what_is_open_is_the_same_to_everybody(opened: Bench) -> None:
    """An answer that needs no token is the same with and without one."""
    token = opened.pair.left.token("gp", opened.pair.left.clock.now())
    served = {(way.method, way.path) for way in asked(opened)}
    for method, path in OPEN.keys() & served:
        seen = []
        for more in ({}, {"Authorization": f"Bearer {token}"}):
            headers = {"X-Request-Id": "open"} | more
            answer = opened.pair.left.client.open(path, method=method, headers=headers)
            seen.append((answer.status, list(answer.headers), answer.get_data()))
        assert seen[0] == seen[1]


def test_nothing_is_served_beside_the_routes(opened: Bench) -> None:
    """A path that is no route is not found, whoever asks."""
    token = opened.pair.left.token("gp", opened.pair.left.clock.now())
    client = opened.pair.left.client
    identifier = world().patients["solene"].identifier.value
    for path in ("/", "/fhir/Basic", "/fhir/_history", "/metrics", "/static/x"):
        answer = client.get(
            f"{path}?patient={identifier}", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code in (404, 405), path


def asked(opened: Bench) -> Iterator[Way]:
    """Yield every rule with every method that it takes by itself."""
    for way in opened.surface.ways:
        if way.method not in {"HEAD", "OPTIONS"}:
            yield way
