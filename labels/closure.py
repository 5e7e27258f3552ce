"""The smallest set to hide so that a condition holds: exact for few candidates."""

from dataclasses import dataclass
from itertools import chain, combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Tellers = Callable[[frozenset[str]], Sequence[frozenset[str]]]
    """Given what is hidden: for each reason left, a few items whose hiding ends it."""

EXACT_AT_MOST = 10
"""Candidates for which every choice is tried: 1024 at most, well under a second."""


@dataclass(frozen=True, slots=True)
class Closure:
    """What to hide; that it suffices was checked by asking again what is left.

    ``exact``: no smaller set would do. Else it was found greedily, and the promise is
    that none of its items can be left out.
    """

    items: tuple[str, ...] = ()
    exact: bool = True


def smallest(
    forced: "Sequence[str]", candidates: "Sequence[str]", left: "Tellers"
) -> Closure:
    """Return the smallest set with all of ``forced`` after which nothing is left.

    ``forced`` must be hidden in any case. Hiding all candidates must leave nothing;
    hiding less may leave more than before (an explanation is hidden too), so nothing
    is assumed about what lies between. Equal sets: the first in the order given.
    """
    if len(candidates) <= EXACT_AT_MOST:
        items = _first_sufficient(frozenset(forced), candidates, left)
        return Closure(_ordered(items, forced, candidates))
    items = _greedy(frozenset(forced), candidates, left)
    return Closure(_ordered(items, forced, candidates), exact=False)


def _first_sufficient(
    forced: frozenset[str], candidates: "Sequence[str]", left: "Tellers"
) -> frozenset[str]:
    sizes = range(len(candidates) + 1)
    chosen = chain.from_iterable(combinations(candidates, size) for size in sizes)
    return next(hidden for hidden in map(forced.union, chosen) if not left(hidden))


def _greedy(
    forced: frozenset[str], candidates: "Sequence[str]", left: "Tellers"
) -> frozenset[str]:
    """End the reason that costs least to end, until none is left; then put back."""
    hidden = forced
    while reasons := left(hidden):
        hidden |= min(reasons, key=len)
    return _without_needless(hidden, forced, candidates, left)


def _without_needless(
    hidden: frozenset[str],
    forced: frozenset[str],
    candidates: "Sequence[str]",
    left: "Tellers",
) -> frozenset[str]:
    """Put back, one by one, whatever may be seen again, until nothing more may."""
    before = None
    while hidden != before:
        before = hidden
        for each in candidates:
            if each in hidden - forced and not left(hidden - {each}):
                hidden -= {each}
    return hidden


def _ordered(
    items: frozenset[str], forced: "Sequence[str]", candidates: "Sequence[str]"
) -> tuple[str, ...]:
    return tuple(each for each in (*forced, *candidates) if each in items)
