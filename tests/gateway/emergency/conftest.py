"""A world whose clock the tests move."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.clock import FixedClock
from tests.gateway.emergency.scene import Scene
from tests.gateway.world import seeded


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Give the demo world at an instant after it was made, standing still."""
    later = datetime.now(UTC) + timedelta(minutes=5)
    clock = FixedClock(later.replace(microsecond=0))
    return Scene(replace(seeded(tmp_path), clock=clock), clock)
