"""What the tests of the gateway stand before."""

from pathlib import Path

import pytest

from gateway.services import Services
from tests.gateway.world import Software, seeded


@pytest.fixture
def services(tmp_path: Path) -> Services:
    """Give a gateway of its own that holds the demo world."""
    return seeded(tmp_path)


@pytest.fixture
def software(services: Services) -> Software:
    """Give a client that speaks for the personas."""
    return Software(services)
