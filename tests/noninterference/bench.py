"""Two gateways with what counts and watches them, and what was compared in all."""

import logging
from collections import Counter
from dataclasses import dataclass, field

from tests.noninterference.pair import Pair
from tests.noninterference.surface import Point, Surface
from tests.noninterference.work import Counter as WorkCounter


class DifferenceError(AssertionError):
    """One observable of one request is not the same in both worlds."""


@dataclass(slots=True)
class Figures:
    """What was compared, to be told at the end."""

    examples: int = 0
    pairs: int = 0
    works: int = 0
    hidden: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    covered: set[Point] = field(default_factory=set)

    def coverage(self, surface: Surface) -> float:
        """Return the share of routes with each of their parameters that were probed."""
        points = surface.points()
        return len(points & self.covered) / len(points)


class Logs(logging.Handler):
    """Keeps what the gateway writes for its operator."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(record.getMessage())


@dataclass(slots=True)
class Bench:
    """Two gateways with what counts and watches them; it outlives the examples."""

    pair: Pair
    surface: Surface
    counters: tuple[WorkCounter, WorkCounter]
    logs: Logs
    figures: Figures = field(default_factory=Figures)

    @property
    def points(self) -> list[Point]:
        """All there is to cover, in order."""
        return sorted(self.surface.points())
