"""What the attacks are tried on: one still world, a world of one's own, two worlds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.services import Services
from tests.attacks.room import Room, opened
from tests.gateway.world import Software, seeded


@pytest.fixture(scope="package")
def still(tmp_path_factory: pytest.TempPathFactory) -> Software:
    """Give one demo world for all attacks that change nothing."""
    return Software(seeded(tmp_path_factory.mktemp("attacked")))


@pytest.fixture
def services(tmp_path: Path) -> Services:
    """Give a gateway of its own that holds the demo world."""
    return seeded(tmp_path)


@pytest.fixture
def software(services: Services) -> Software:
    """Give a client that speaks for the personas."""
    return Software(services)


@pytest.fixture(scope="package")
def _two_worlds() -> Iterator[Room]:
    with opened() as room:
        yield room


@pytest.fixture
def room(_two_worlds: Room) -> Room:
    """Give two worlds that differ by what one reader may not see, as they were."""
    _two_worlds.again()
    return _two_worlds


@pytest.fixture(scope="package")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Software:
    """Give one demo world for attacks that write: each under an identifier of its own."""
    return Software(seeded(tmp_path_factory.mktemp("written")))
