"""What the tests of applications stand before: one world for a file, a clock that stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.clock import FixedClock
from tests.gateway.smart.applications import Applications
from tests.gateway.world import Software, seeded


@pytest.fixture(scope="module")
def clock() -> FixedClock:
    """Give a clock that is moved by hand."""
    return FixedClock(datetime.now(UTC) + timedelta(minutes=1))


@pytest.fixture(scope="module")
def software(tmp_path_factory: pytest.TempPathFactory, clock: FixedClock) -> Software:
    """Give the personas, who ask with tokens of the demo's issuer."""
    services = seeded(tmp_path_factory.mktemp("smart"))
    return Software(replace(services, clock=clock))


@pytest.fixture(scope="module")
def apps(software: Software) -> Applications:
    """Give applications, registered and known."""
    return Applications(software.services)


@pytest.fixture(autouse=True)
def _later(clock: FixedClock) -> None:
    """Let each test be later than the one before."""
    clock.instant += timedelta(seconds=1)
