"""The smallest set to hide."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from labels.closure import EXACT_AT_MOST, Closure, smallest

MANY = [f"n{number}" for number in range(EXACT_AT_MOST + 4)]
group = st.frozensets(st.sampled_from(MANY), min_size=1, max_size=3)
reasons = st.lists(st.lists(group, min_size=1, max_size=2), max_size=5)


def left_of(
    told: list[list[frozenset[str]]], hidden: frozenset[str]
) -> list[frozenset[str]]:
    """Return a group of each reason that is left: hiding one whole group ends a reason."""
    left = ([group - hidden for group in groups] for groups in told)
    return [min(groups, key=len) for groups in left if all(groups)]


def test_nothing_to_hide() -> None:
    """Where nothing tells, nothing is hidden."""
    assert smallest([], ["a"], lambda _: []) == Closure()


def test_what_is_forced_is_hidden() -> None:
    """What tells alone is hidden in any case, and comes first."""
    told = [[frozenset("b"), frozenset("c")]]
    found = smallest(["a"], ["b", "c"], lambda hidden: left_of(told, hidden))
    assert found == Closure(("a", "b"))


@given(told=reasons)
def test_the_exact_set_is_the_smallest(told: list[list[frozenset[str]]]) -> None:
    """For few candidates no smaller set ends every reason."""
    few = MANY[:EXACT_AT_MOST]
    kept = [[each & set(few) for each in groups] for groups in told]
    kept = [groups for groups in kept if all(groups)]
    found = smallest([], few, lambda hidden: left_of(kept, hidden))
    assert found.exact
    assert left_of(kept, frozenset(found.items)) == []
    for chosen in combinations(few, len(found.items) - 1) if found.items else ():
        assert left_of(kept, frozenset(chosen))


@given(told=reasons)
def test_the_greedy_set_suffices_and_nothing_is_needless(
    told: list[list[frozenset[str]]],
) -> None:
    """For many candidates the set ends every reason, and each item of it is needed."""
    found = smallest([], MANY, lambda hidden: left_of(told, hidden))
    hidden = frozenset(found.items)
    assert not found.exact
    assert left_of(told, hidden) == []
    assert all(left_of(told, hidden - {each}) for each in hidden)


def test_what_greed_hid_for_nothing_is_put_back() -> None:
    """An item hidden for one reason is shown again when what ends another covers it."""
    cheap, dear = frozenset({"n0"}), frozenset({"n1", "n2"})
    told = [[cheap, dear], [dear]]
    found = smallest([], MANY, lambda hidden: left_of(told, hidden))
    assert found == Closure(("n1", "n2"), exact=False)
