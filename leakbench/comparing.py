"""Two answers, made normal: where they part, first and everywhere."""

import json
from collections.abc import Iterator
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


def every(real: Normal, twin: Normal, instants: Instants) -> dict[str, Difference]:
    """Return the differences by place: a header, a path in JSON, or the whole body.

    Places are what noise is told by: one that differs where nothing is hidden is left
    out, and the others still count.
    """
    found = {each.what: each for each in _heads(real, twin)}
    if real.body != twin.body:
        found |= {each.what: each for each in _within(real.body, twin.body)}
    if len(real.instants) == len(twin.instants):
        both = zip(real.instants, twin.instants, strict=True)
        for number, (one, other) in enumerate(both):
            if not instants.same(one, other):
                found[f"instant {number}"] = Difference("an instant", one, other)
    return found


def _heads(real: Normal, twin: Normal) -> Iterator[Difference]:
    """Yield where two answers part before their bodies."""
    if real.status != twin.status:
        yield Difference("status", real.status, twin.status)
    names = [k for k, _ in real.headers], [k for k, _ in twin.headers]
    if names[0] != names[1]:
        yield Difference("headers", *(", ".join(each) for each in names))
    for name in dict.fromkeys(each for each in names[0] if each in names[1]):
        one, other = (
            ", ".join(v for k, v in side.headers if k == name) for side in (real, twin)
        )
        if one != other:
            yield Difference(f"header {name}", one, other)


def _within(real: str, twin: str) -> list[Difference]:
    """Return where two bodies of JSON part; one difference for any other body."""
    try:
        found = list(_parts(json.loads(real), json.loads(twin), "body"))
    except (ValueError, RecursionError):
        found = []
    whole = _of_bodies(real, twin)
    return found or [Difference("body", whole.real, whole.twin)]


def _parts(one: object, other: object, at: str) -> Iterator[Difference]:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys((*one, *other)):
            yield from _parts(one.get(name), other.get(name), f"{at}.{name}")
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield Difference(f"{at}.length", str(len(one)), str(len(other)))
        for number, (a, b) in enumerate(zip(one, other, strict=False)):
            yield from _parts(a, b, f"{at}[{number}]")
    elif one != other or type(one) is not type(other):
        said = (json.dumps(each, ensure_ascii=False) for each in (one, other))
        yield Difference(at, *(_shown(each[: 2 * AROUND]) for each in said))


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
