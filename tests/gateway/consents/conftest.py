"""What the tests of consents stand before."""

from pathlib import Path

import pytest

from tests.gateway.consents.asking import Moving


@pytest.fixture
def moving(tmp_path: Path) -> Moving:
    """Give the demo world before a clock that the test moves."""
    return Moving(tmp_path)
