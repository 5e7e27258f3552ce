"""With SMART scopes too, two worlds answer alike: a filter is one more condition, not less."""

from collections.abc import Iterator

import pytest

from tests.noninterference.bench import Bench
from tests.noninterference.running import bench, example, twin

NARROWED = (
    (("solene", "dentist"), "user/DocumentReference.rs?status=current user/List.rs"),
    (("octave", "octave"), "patient/*.rs patient/DocumentReference.u"),
    (("tristan", "dpi"), "system/DocumentReference.rs?type=11488-4 system/List.s"),
)
STEPS = 24


@pytest.fixture(scope="module")
def opened() -> Iterator[Bench]:
    """Give two gateways."""
    with bench() as made:
        yield made


@pytest.mark.parametrize("number", range(len(NARROWED)))
def test_hidden_is_unobservable_with_scopes(opened: Bench, number: int) -> None:
    """Status, headers, bytes, logs and work, of whatever is asked with such a token."""
    sight, scope = NARROWED[number]
    made = twin(opened, number, sight)
    before = opened.figures.statuses["403"]
    example(opened, made, f"scopes {number}", number, STEPS, scope)
    assert opened.figures.statuses["403"] > before
