"""Chance that two worlds share: every random draw of a request, made from its label.

The same event has the same ids, keys and nonces in both worlds, whatever happened before
it: each draw is a digest of the label of the event, of the code that draws, and of how
often that code has drawn in this event (facts/security.md c.2). Nothing is normalised
when answers are compared, so nothing may be left to chance.
"""

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import shake_256

DEPTH = 6
"""How many callers name a draw: uuid4 and the function that asked for it."""


@dataclass(slots=True)
class Draws:
    """What stands in for the system's randomness during one event."""

    label: str
    drawn: Counter[str] = field(default_factory=Counter)

    def urandom(self, length: int) -> bytes:
        """Return ``length`` bytes that this place of the code always gets here."""
        place = _place()
        self.drawn[place] += 1
        text = f"{self.label}\x1f{place}\x1f{self.drawn[place]}"
        return shake_256(text.encode()).digest(length)


def _place() -> str:
    """Name the code that draws by its functions, the nearest first."""
    frame = sys._getframe(2)  # noqa: SLF001 - inspect.stack reads the source of each
    names: list[str] = []
    while frame is not None and len(names) < DEPTH:
        names.append(frame.f_code.co_qualname)
        frame = frame.f_back  # type: ignore[assignment]
    return "<".join(names)


@contextmanager
def drawn_by(label: str) -> Iterator[None]:
    """Let this process draw by ``label`` until the end of the block.

    os.urandom is where uuid4 and the sealing of content get theirs; the module random
    keeps a name of its own for it, which secrets uses.
    """
    draws = Draws(label)
    places = (os, "urandom"), (random, "_urandom")
    before = [(place, name, getattr(place, name)) for place, name in places]
    for place, name in places:
        setattr(place, name, draws.urandom)
    try:
        yield
    finally:
        for place, name, function in before:
            setattr(place, name, function)
