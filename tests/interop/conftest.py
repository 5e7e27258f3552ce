"""The validators, started once for each test process."""

from collections.abc import Iterator

import pytest

from tests.interop.validators import Validators, running


@pytest.fixture(scope="session")
def validators() -> Iterator[Validators]:
    """Give the validators of others, in one process."""
    with running() as found:
        yield found
