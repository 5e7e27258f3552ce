"""Fixtures that every test may ask for: the databases, the shared material."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import postgres
from tests.shared_material import shared as shared_path

# Examples are not timed: a busy machine is not a bug. CI draws the same examples every
# time, so that a red build is about the change; `make deep` looks for new ones.
settings.register_profile(
    "quick",
    max_examples=40,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "deep",
    max_examples=2_000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("quick")

DATABASES = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgresql),
]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgres.Server]:
    """Give the PostgreSQL server of this process, started at its first use."""
    with postgres.server() as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Give the SQLAlchemy URL of a new SQLite file."""
    return f"sqlite:///{tmp_path / 'paravent.sqlite'}"


@pytest.fixture
def postgresql_url(postgresql_server: postgres.Server) -> Iterator[str]:
    """Give the SQLAlchemy URL of a new empty PostgreSQL database, dropped at the end.

    Close what you open: the drop ends connections that are left, loudly for their owner.
    """
    with postgresql_server.database() as url:
        yield url


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of a new empty database, once for each kind we promise to run on."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def shared() -> Callable[..., Path]:
    """Give the function that finds shared material, or skips the test that asks."""
    return shared_path
