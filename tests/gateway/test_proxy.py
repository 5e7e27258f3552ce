"""Behind a proxy, over real HTTP: whose word on a client's address is believed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from gateway.app import create_app
from gateway.clock import FixedClock
from gateway.commands.serve import options
from gateway.edge import Edge, Rates
from tests.gateway.world import Software, seeded
from tests.web_server import listening

MANY = 3
"""Requests a minute of one address; the minute of these tests does not end."""
Ask = Callable[[str], int]


@contextmanager
def served(folder: Path, proxy: str) -> Iterator[Ask]:
    """Serve behind a proxy; give what asks with an ``X-Forwarded-For``: the status."""
    software = Software(seeded(folder))
    edge = Edge(Rates(address=MANY), proxy=proxy)
    settings = replace(software.services.settings, edge=edge)
    clock = FixedClock(datetime(2026, 11, 22, 8, tzinfo=UTC))
    services = replace(software.services, settings=settings, clock=clock)
    named = options(settings) | {"port": 0, "threads": 2}
    with listening(create_app(services, "fhir"), **named) as port:

        def ask(client: str) -> int:
            address = f"http://127.0.0.1:{port}/fhir/metadata"
            said = {"X-Forwarded-For": client}
            return requests.get(address, headers=said, timeout=60).status_code

        yield ask


def test_the_word_of_the_proxy_that_is_named_is_believed(tmp_path: Path) -> None:
    """Each client behind it has a count of its own; what a client wrote before is not read."""
    with served(tmp_path, "127.0.0.1") as ask:
        assert [ask("192.0.2.1") for _ in range(MANY + 1)] == [200] * MANY + [429]
        assert ask("192.0.2.2") == 200
        assert ask("192.0.2.77, 192.0.2.1") == 429


@pytest.mark.parametrize("proxy", ["", "192.0.2.200"])
def test_nobody_else_s_word_is_believed(tmp_path: Path, proxy: str) -> None:
    """Who says to come from elsewhere each time is counted as the one who asks."""
    with served(tmp_path, proxy) as ask:
        found = [ask(f"192.0.2.{n}") for n in range(MANY + 1)]
    assert found == [200] * MANY + [429]
