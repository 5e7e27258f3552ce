"""What was compared, added up over workers, and told as one block to paste."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.noninterference.surface import Point


@dataclass(slots=True)
class Figures:
    """What was compared; ``points`` is all there is to cover."""

    stories: int = 0
    examples: int = 0
    pairs: int = 0
    works: int = 0
    hidden: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    covered: set[Point] = field(default_factory=set)
    points: frozenset[Point] = frozenset()
    differences: list[str] = field(default_factory=list)

    def add(self, other: "Figures") -> None:
        """Add what another worker compared."""
        for name in ("stories", "examples", "pairs", "works", "hidden"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.steps += other.steps
        self.statuses += other.statuses
        self.covered |= other.covered
        self.points |= other.points
        self.differences += other.differences

    @property
    def coverage(self) -> float:
        """The share of routes with each of their parameters that were probed."""
        return len(self.points & self.covered) / len(self.points)

    @property
    def missed(self) -> list[Point]:
        """What was never probed."""
        return sorted(self.points - self.covered)

    def told(self, database: str) -> str:
        """Return the figures as lines to paste."""
        answers = ", ".join(f"{n} {s}" for s, n in sorted(self.statuses.items()))
        lines: list[tuple[str, Any]] = [
            ("database", database),
            ("stories, examples", f"{self.stories:,}, {self.examples:,}"),
            ("pairs of requests compared", f"{self.pairs:,}"),
            ("also by their work", f"{self.works:,}"),
            ("hidden documents", f"{self.hidden:,}"),
            ("hidden events in one world", f"{self.steps['hidden event']:,}"),
            ("examples with SMART scopes", f"{self.steps['with scopes']:,}"),
            ("further pages", f"{self.steps['next page']:,}"),
            ("messages that leave", f"{self.steps['messages']:,}"),
            ("answers", answers),
            ("routes x parameters", f"{self.coverage:.1%} of {len(self.points):,}"),
            ("differences", len(self.differences)),
        ]
        return "\n".join(f"{name:<28}{value}" for name, value in lines)
