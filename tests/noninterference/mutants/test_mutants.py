"""The harness finds leaks that are put in; all of them with `make noninterference-mutants`."""

import pytest

from tests.noninterference.mutants.killing import kill, stale
from tests.noninterference.mutants.leaks import LEAKS

NAMED = {each.name: each for each in LEAKS}
ALWAYS = ("hidden-is-403", "fact-not-left-out")
"""Found in the first examples: enough to know in every build that the harness finds."""


def test_every_leak_can_be_put_in() -> None:
    """The text that a leak replaces stands once in its file, and names are unique."""
    assert [(each.name, stale(each)) for each in LEAKS if stale(each)] == []
    assert len(NAMED) == len(LEAKS) >= 25


@pytest.mark.parametrize("name", ALWAYS)
def test_a_leak_is_found(name: str) -> None:
    """A leak that is put in a copy is found in a few examples."""
    found = kill(NAMED[name], most=60)
    assert found.killed, found
