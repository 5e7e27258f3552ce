"""A demo world for the tests that only read, and a browser before it."""

import pytest

from gateway.services import Services
from tests.gateway.patient.browser import Browser
from tests.gateway.world import seeded


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """Give a world that all reading tests share: nobody decides anything in it."""
    return seeded(tmp_path_factory.mktemp("reading"))


@pytest.fixture
def browser(services: Services) -> Browser:
    """Give a browser of its own, signed out, before the shared world."""
    return Browser(services)
