"""What a run found: counted by family, each finding with the requests that show it."""

from collections import Counter
from dataclasses import dataclass, field

from leakbench.comparing import Difference
from leakbench.exchange import Request
from leakbench.probe import Family

MOST_NOISE = 0.02
"""The share of pairs that may be noise in a run that is called clean."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One leak: the requests of both sides, and where their answers part.

    ``twin`` is None for a hidden word that stands in one answer: a canary.
    """

    family: str
    real: Request
    twin: Request | None
    difference: Difference


@dataclass(slots=True)
class Tally:
    """The figures of one family.

    ``answered``: pairs that both got an answer (2xx or 304), so that a family of nothing
    but refusals is seen to be one. ``noise``: pairs that differ only in places that differ
    where nothing is hidden too, and so tell nothing of hiding.
    """

    probes: int = 0
    pairs: int = 0
    answered: int = 0
    differences: int = 0
    canaries: int = 0
    noise: int = 0


@dataclass(slots=True)
class Outcome:
    """All of a run."""

    families: tuple[Family, ...]
    tallies: dict[str, Tally] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    software: str = "?"
    noisy: frozenset[str] = frozenset()
    """Headers that no pair is compared by: they vary when the same is asked again."""
    errors: int = 0
    """Answers of 500 or more: no leak when both sides get them, but worth knowing."""

    def tally(self, family: Family) -> Tally:
        """Return the figures of a family."""
        return self.tallies.setdefault(family.name, Tally())

    @property
    def pairs(self) -> int:
        """How many pairs of answers were compared."""
        return sum(each.pairs for each in self.tallies.values())

    @property
    def answered(self) -> int:
        """How many of the pairs got an answer: the rest was refused alike."""
        return sum(each.answered for each in self.tallies.values())

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The families of which nothing was answered, or that were left out."""
        return tuple(
            each.name
            for each in self.families
            if not self.tallies.get(each.name, Tally()).answered
        )

    @property
    def noise(self) -> dict[str, int]:
        """How many pairs of each family were lost to noise; families without are left out."""
        return {name: each.noise for name, each in self.tallies.items() if each.noise}

    @property
    def drowned(self) -> bool:
        """Whether too much is noise to call the rest clean: overall, or a whole family."""
        whole = any(
            size == self.tallies[name].pairs for name, size in self.noise.items()
        )
        return whole or sum(self.noise.values()) > MOST_NOISE * self.pairs

    @property
    def leaks(self) -> tuple[str, ...]:
        """The families in which something was found."""
        return tuple(dict.fromkeys(each.family for each in self.findings))
