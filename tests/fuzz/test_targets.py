"""A little fuzzing in every run: each target takes changed seeds, and nothing is a 5xx."""

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.house import House
from tests.fuzz.mutating import mutate
from tests.fuzz.targets import TARGETS

EXAMPLES = 30


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give one gateway for all targets; it is put back as it goes."""
    held = House(tmp_path_factory.mktemp("fuzz"))
    yield held
    held.close()


@pytest.mark.parametrize("name", TARGETS)
def test_every_seed_is_answered(house: House, name: str) -> None:
    """What fuzzing begins with is taken or refused; every eighth here, all in `make fuzz`."""
    target = TARGETS[name]
    for each in target.seeds(house)[::8]:
        target.run(house, each)


@pytest.mark.parametrize("name", TARGETS)
@given(chance=st.integers(0, 2**32))
@settings(max_examples=EXAMPLES)
def test_changed_seeds_are_answered(house: House, name: str, chance: int) -> None:
    """A seed that is changed in some places is taken or refused, and never a 5xx."""
    target, drawn = TARGETS[name], Random(chance)  # noqa: S311 - chooses a change
    target.run(house, mutate(drawn.choice(target.seeds(house)), drawn))


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.binary(max_size=200))
@settings(max_examples=EXAMPLES // 3)
def test_any_bytes_are_answered(house: House, name: str, data: bytes) -> None:
    """Bytes of no form at all are refused, and never a 5xx."""
    TARGETS[name].run(house, data)
