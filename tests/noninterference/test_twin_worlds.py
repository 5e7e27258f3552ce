"""Two worlds that differ by what their reader may not see answer everything alike."""

from collections.abc import Iterator
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.noninterference.bench import Bench
from tests.noninterference.pair import SQLITE
from tests.noninterference.running import bench, example, twin
from tests.noninterference.stories import SIGHTS, told

GROUPS, EXAMPLES, STORIES = 4, 50, 7
"""200 examples of 30 steps, in groups: more than there are workers, so that who is done
takes over half of what another has left (two groups stayed with one). `make noninterference`
tells new stories for as long as it is told. Nothing is shrunk: a difference is one
request, and its message says which."""

twins = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def opened() -> Iterator[Bench]:
    """Give two gateways to every example of a worker."""
    with bench() as made:
        yield made


@pytest.mark.parametrize("group", range(GROUPS))
def test_hidden_is_unobservable(
    opened: Bench, group: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status, headers, bytes, logs and work are those of a world where it never was."""
    stories = [
        twin(opened, number, SIGHTS[number % len(SIGHTS)])
        for number in range(group, GROUPS * STORIES, GROUPS)
    ]
    turns = count(group * EXAMPLES)  # where its way through the surface begins

    @twins
    @given(seed=st.integers(0, 2**64))
    def probed(seed: int) -> None:
        example(opened, stories[seed % len(stories)], str(seed), next(turns))

    probed()
    assert opened.figures.hidden
    with capsys.disabled():
        print(f"\n{opened.figures.told(SQLITE)}")  # noqa: T201


def test_stories_have_what_leaks_elsewhere() -> None:
    """Hidden at the border of pages, reused identifiers, lots, versions, all and nothing."""
    stories = [
        told(Random(f"story {number}"), SIGHTS[number % len(SIGHTS)])  # noqa: S311
        for number in range(200)
    ]
    deposits = [list(each.deposits.values()) for each in stories]
    reused = [d for d in deposits if len({e.paper.oid for e in d}) < len(d)]
    lots = [
        d
        for d in deposits
        if len({e.lot for e in d if e.lot}) < sum(bool(e.lot) for e in d)
    ]
    versions = [d for d in deposits if any(e.paper.follows for e in d)]
    same_day = [d for d in deposits if len({e.paper.at for e in d}) < len(d)]
    for each in (reused, lots, versions, same_day):
        assert len(each) > len(stories) / 20
