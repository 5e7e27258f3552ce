"""One world for all tests of the FHIR application that change nothing."""

import pytest

from tests.gateway.world import Software, seeded


@pytest.fixture(scope="package")
def still(tmp_path_factory: pytest.TempPathFactory) -> Software:
    """Give one world for all tests that change nothing; the others take ``software``."""
    return Software(seeded(tmp_path_factory.mktemp("still")))
