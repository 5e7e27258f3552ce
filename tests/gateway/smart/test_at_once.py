"""Who sends the same thing at the same time: one is served, on both databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gateway.clock import FixedClock
from gateway.demo.environment import open_demo, settings_in
from gateway.demo.issuer import claims_of
from gateway.demo.world.load import load
from gateway.identity.claims import principal
from gateway.identity.principal import Principal
from gateway.repository import records
from gateway.repository.tables import ticket
from gateway.services import Services
from gateway.smart import grants
from gateway.smart.assertions import TYPE
from tests.gateway.smart.applications import Applications

AT_ONCE = 4
PERSON = "corentine"


@pytest.fixture
def apps(database_url: str, tmp_path: Path) -> Iterator[Applications]:
    """Give applications before a database with one record and nothing in it."""
    settings = settings_in(tmp_path / "data", database_url=database_url)
    services, _ = open_demo(settings)
    with services.store.unit() as connection:
        traits = load().patients[PERSON].traits
        records.open_record(connection, services.store.keys, traits, "discreet")
    yield Applications(services)
    services.store.engine.dispose()


def somebody() -> Principal:
    """Return the person of the record."""
    return principal(claims_of(load().readers[PERSON]))


def statuses(ask: Callable[[int], int]) -> list[int]:
    """Ask several times at once; return what was answered, in order of the status."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sorted(pool.map(ask, range(AT_ONCE)))


def test_one_of_many_is_served(apps: Applications) -> None:
    """An assertion, a code, a refresh token; the last two end what they gave."""
    assertion = apps.assertion(apps.backend)
    form = {
        "grant_type": "client_credentials",
        "scope": "system/*.rs",
        "client_assertion_type": TYPE,
        "client_assertion": assertion,
    }
    found = statuses(lambda _: apps.post("/token", form).status_code)
    assert found == [200, 401, 401, 401]
    code = apps.let_in(apps.public, somebody())["code"]
    found = statuses(lambda _: apps.redeem(apps.public, code).status_code)
    assert found == [200, 400, 400, 400]
    assert grants.grants_of(apps.services, somebody()) == []
    token = apps.launched(apps.public, somebody())["refresh_token"]
    found = statuses(lambda _: apps.refresh(apps.public, token).status_code)
    assert found == [200, 400, 400, 400]
    assert grants.grants_of(apps.services, somebody()) == []


def kept(services: Services) -> int:
    """Return how many tickets there are."""
    with services.store.unit() as connection:
        count = select(func.count()).select_from(ticket)
        return int(connection.execute(count).scalar_one())


def test_what_is_over_is_forgotten(apps: Applications) -> None:
    """Used assertions, tokens and codes are deleted some time after they are over."""
    apps.own()
    apps.launched(apps.public, somebody(), "patient/*.rs")
    assert kept(apps.services) == 4
    later = FixedClock(apps.now + timedelta(days=31))
    object.__setattr__(apps.services, "clock", later)
    apps.own()
    apps.launched(apps.public, somebody(), "patient/*.rs")
    assert kept(apps.services) == 4
