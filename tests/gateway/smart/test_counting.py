"""What is counted of one application tells no other, nor who is at the same address."""

from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from gateway.edge import Edge, Rates
from gateway.smart import clients
from gateway.smart.clients import Client
from tests.gateway.smart.applications import Applications, person
from tests.gateway.world import Software

FEW = 4
OPEN = "/fhir/metadata"
NOBODYS = "0" * 32
NEVER = "0" * 64


def counted(software: Software, quotas: Rates) -> Applications:
    """Return applications before the same world, with these quotas."""
    settings = replace(software.services.settings, edge=Edge(quotas))
    return Applications(replace(software.services, settings=settings))


def token(apps: Applications, software: Software, client: Client) -> str:
    """Return a token of an application that Solene lets in."""
    return str(apps.launched(client, person(software, "solene"))["access_token"])


def seen(answers: list[TestResponse]) -> list[tuple[int, str | None]]:
    """Return what is told of the quotas."""
    return [(each.status_code, each.headers.get("RateLimit")) for each in answers]


@pytest.mark.parametrize("quotas", [Rates(reader=FEW), Rates(record=FEW)])
def test_an_application_is_not_told_that_another_asks(
    software: Software, quotas: Rates
) -> None:
    """One person, one record: what is left to the one is the same, whatever the other did."""
    found = []
    for before in (0, FEW + 1):
        apps = counted(software, quotas)
        one, other = (
            token(apps, software, c) for c in (apps.public, apps.confidential)
        )
        path = f"/fhir/DocumentReference/{NEVER}"
        spent = [apps.ask(other, path).status_code for _ in range(before)]
        assert spent[FEW:] == [429] * (before > 0)
        found.append(seen([apps.ask(one, path) for _ in range(FEW + 1)]))
    assert found[0] == found[1]
    assert [status for status, _ in found[0]] == [404] * FEW + [429]


def test_what_is_left_to_an_address_is_not_told(software: Software) -> None:
    """A household shares it. Who asks too often is told when to come back."""
    apps = counted(software, Rates(address=FEW))
    answers = [apps.http.get(OPEN) for _ in range(FEW)]
    answers.append(apps.http.get(f"/fhir/Patient/{NEVER}"))
    assert seen(answers) == [(200, None)] * FEW + [(429, None)]
    assert int(answers[-1].headers["Retry-After"]) > 0
    policies = {each.headers["RateLimit-Policy"] for each in answers}
    assert policies == {f'"address";q={FEW};w=60'}


@pytest.mark.parametrize("path", ["/token", "/introspect", "/revoke"])
@pytest.mark.parametrize("kind", ["public", "confidential", "backend"])
def test_an_address_does_not_tell_that_an_application_asks_for_tokens(
    software: Software, path: str, kind: str
) -> None:
    """Each has a quota of its own at each address, which bounds it too."""
    apps = counted(software, Rates(address=FEW))
    client = getattr(apps, kind)
    asked = [apps.post(path, apps.proof(client)).status_code for _ in range(FEW + 1)]
    assert 429 not in asked[:FEW]
    assert asked[FEW] == 429
    statuses = [apps.http.get(OPEN).status_code for _ in range(FEW + 1)]
    assert statuses == [200] * FEW + [429]
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    form = apps.proof(client)
    answer = apps.http.post(path, data=form, environ_overrides=elsewhere)
    assert answer.status_code == asked[0]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"client_id": NOBODYS},
        {"client_id": "no id"},
        {"client_assertion": "x"},
        {"client_assertion": "e30.e30.x", "client_id": NOBODYS},
        {"client_id": "x" * 100_000},
    ],
)
def test_a_made_up_application_is_counted_by_its_address(
    software: Software, form: dict[str, str]
) -> None:
    """With what is asked without any token: names are no way round the quota."""
    apps = counted(software, Rates(address=FEW))
    statuses = [apps.post("/token", form).status_code for _ in range(FEW + 1)]
    assert 429 not in statuses[:FEW]
    assert statuses[FEW] == 429
    assert apps.http.get(OPEN).status_code == 429


def test_an_application_that_was_ended_is_counted_by_its_address(
    software: Software,
) -> None:
    """It is as one that never was; and a form that is none names nobody."""
    apps = counted(software, Rates(address=FEW))
    ended = apps.register()
    assert clients.end(apps.services, ended.id)
    for _ in range(FEW - 1):
        assert apps.post("/token", apps.proof(ended)).status_code == 400
    parts = {"client_id": apps.public.id}
    as_json = apps.http.post("/token", json=parts)
    assert as_json.status_code == 400
    assert apps.http.get(OPEN).status_code == 429
