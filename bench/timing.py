"""How a bench measures: calls in turn, round after round, the best of each counts."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import process_time

Call = Callable[[], object]
"""Something whose cost is asked."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, what came out, and what is wanted."""

    what: str
    measured: str
    wanted: str = ""


def best(calls: Mapping[str, Call], rounds: int = 7) -> dict[str, float]:
    """Return the least CPU time of each call in seconds, over ``rounds`` rounds.

    Every round makes each call once, so that a slow moment of the machine meets all of
    them; the first round warms what is compiled when first used.
    """
    gc.freeze()  # as ``paravent serve`` does once its rules are loaded
    least = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, call in calls.items():
            start = process_time()
            call()
            least[name] = min(least[name], process_time() - start)
    return least


def times(seconds: float, unit: float) -> str:
    """Return a cost as a multiple of another, as the table shows it."""
    return f"{seconds / unit:.1f} x"
