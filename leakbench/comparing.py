"""Two answers, made normal: where they part first."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from leakbench.ground import Side
from leakbench.normal import Normal

AROUND = 60
COARSE = 1.0
"""Seconds: a date of HTTP says no fraction."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs first, and how it was on each side."""

    what: str
    real: str
    twin: str


@dataclass(frozen=True, slots=True)
class Instants:
    """When the same happened on both sides; else within the tolerance, in seconds."""

    pairs: tuple[tuple[float, float], ...]
    tolerance: float

    @classmethod
    def of(cls, real: Side, twin: Side, tolerance: float) -> "Instants":
        """Return the instants that both sides know by one name."""
        there = {name: when for when, name in twin.instants.items()}
        found = (
            (_seconds(when), _seconds(there[name]))
            for when, name in real.instants.items()
            if name in there
        )
        known = tuple((a, b) for a, b in found if a is not None and b is not None)
        return cls(known, tolerance)

    def same(self, one: str, other: str) -> bool:
        """Whether two instants are of the same event, or of about the same time."""
        a, b = _seconds(one), _seconds(other)
        if a is None or b is None:
            return one == other
        if abs(a - b) <= self.tolerance:
            return True
        return any(abs(a - x) <= COARSE and abs(b - y) <= COARSE for x, y in self.pairs)


def first(real: Normal, twin: Normal, instants: Instants) -> Difference | None:
    """Return the first difference of two answers; None when there is none."""
    if real.status != twin.status:
        return Difference("status", real.status, twin.status)
    names = [k for k, _ in real.headers], [k for k, _ in twin.headers]
    if names[0] != names[1]:
        return Difference("headers", ", ".join(names[0]), ", ".join(names[1]))
    for (name, one), (_, other) in zip(real.headers, twin.headers, strict=True):
        if one != other:
            return Difference(f"header {name}", one, other)
    if real.body != twin.body:
        return _of_bodies(real.body, twin.body)
    for one, other in zip(real.instants, twin.instants, strict=True):
        if not instants.same(one, other):
            return Difference("an instant", one, other)
    return None


def _of_bodies(real: str, twin: str) -> Difference:
    both = zip(real, twin, strict=False)
    shortest = min(len(real), len(twin))
    at = next((i for i, (a, b) in enumerate(both) if a != b), shortest)
    around = slice(max(0, at - AROUND), at + AROUND)
    lengths = f"{len(real)} and {len(twin)} characters"
    what = f"body, from character {at} ({lengths})"
    return Difference(what, _shown(real[around]), _shown(twin[around]))


def _shown(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _seconds(text: str) -> float | None:
    """Return an instant as seconds; None when it is none after all."""
    try:
        if text.endswith("GMT"):
            return parsedate_to_datetime(text).timestamp()
        said = datetime.fromisoformat(unquote(text))
    except ValueError:
        return None
    return (said if said.tzinfo else said.replace(tzinfo=UTC)).timestamp()
