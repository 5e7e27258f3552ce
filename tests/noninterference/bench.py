"""Two gateways with what counts and watches them."""

import logging
from dataclasses import dataclass, field
from hashlib import sha256

from tests.noninterference.figures import Figures
from tests.noninterference.pair import Pair
from tests.noninterference.surface import Point, Surface
from tests.noninterference.work import Counter as WorkCounter


class DifferenceError(AssertionError):
    """One observable of one request is not the same in both worlds."""


def _shuffled(point: Point) -> bytes:
    return sha256(" ".join(point).encode()).digest()


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
    figures: Figures = field(init=False)
    points: tuple[Point, ...] = field(init=False)
    """All there is to cover, in an order that mixes routes: each example meets many."""

    def __post_init__(self) -> None:
        """Put the points in order once."""
        points = self.surface.points()
        self.points = tuple(sorted(points, key=_shuffled))
        self.figures = Figures(points=points)
