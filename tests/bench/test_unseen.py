"""The statistics of the timing run tell a difference from noise, and say when they cannot."""

from random import Random

from bench.unseen import Times, advantage, interval, told, wilcoxon

USUAL, NOISE = 6_000_000, 300_000


def times(more: int, pairs: int = 2_000, noise: int = NOISE) -> Times:
    """Return made times: noisy, and so much longer where something is hidden."""
    chance = Random(7)  # noqa: S311 - the same noise each time
    both = [(chance.gauss(0, noise), chance.gauss(0, noise)) for _ in range(pairs)]
    return Times(
        [round(USUAL + more + one) for one, _ in both],
        [round(USUAL + other) for _, other in both],
    )


def test_what_is_alike_passes() -> None:
    """The interval holds nothing, and neither test sees a thing."""
    assert told(times(0)).startswith("pass")


def test_what_takes_longer_fails() -> None:
    """In either direction: to be quicker tells as much."""
    for more in (400_000, -400_000):
        assert told(times(more)).startswith("FAIL")


def test_what_is_real_and_small_warns() -> None:
    """Within the margin, and there all the same."""
    assert told(times(40_000)).startswith("warn")


def test_what_is_too_noisy_is_unclear() -> None:
    """A run that could not have seen the difference has not shown that there is none."""
    assert told(times(0, pairs=50, noise=2_000_000)).startswith("unclear")


def test_each_statistic_of_a_known_case() -> None:
    """By hand: ranks, ties, and an interval by order alone."""
    assert advantage([1, 2, 3], [4, 5, 6]) == 1.0
    assert advantage([1, 2], [1, 2]) == 0.5
    assert wilcoxon([0, 0]) == 1.0
    assert round(wilcoxon([1, 2, 3, 4, 5, 6, 7, 8]), 3) == 0.012
    assert interval(range(101)) == (37, 63)
