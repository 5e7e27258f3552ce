"""What the tests of subscriptions stand before."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.subscribing.hearing import Listener, listening
from tests.gateway.subscribing.scene import Scene


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Give a subscriber that listens."""
    with listening() as heard:
        yield heard


@pytest.fixture
def scene(tmp_path: Path, listener: Listener) -> Scene:
    """Give a gateway that may notify it."""
    return Scene(tmp_path, listener.address)
