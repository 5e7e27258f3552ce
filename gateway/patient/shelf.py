"""What waits for a browser that nobody is signed in with yet: found by its cookie, not for long.

In this process only, like the sessions; under a digest, so that what is held here opens
nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from threading import Lock
from typing import TypeVar

LASTS = timedelta(minutes=20)
MOST = 10_000
"""So many wait at most: the one that has waited longest goes first."""
ID_BYTES = 32

T = TypeVar("T")


@dataclass(slots=True)
class Shelf:
    """Values that wait, each under a random id, in the order in which they came."""

    _held: dict[str, tuple[datetime, object]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def put(self, value: object, at: datetime) -> str:
        """Keep a value and return the id to find it by."""
        value_id = token_urlsafe(ID_BYTES)
        with self._lock:
            self._clear(at)
            self._held[_digest(value_id)] = at, value
        return value_id

    def find(self, value_id: str, kind: type[T], at: datetime) -> T | None:
        """Return what waits under an id, if it is of this kind and not too old."""
        with self._lock:
            since, value = self._held.get(_digest(value_id), (at, None))
        fresh = since <= at < since + LASTS
        return value if fresh and isinstance(value, kind) else None

    def put_back(self, value_id: str, value: object) -> None:
        """Keep another value in the place of one that waits, no longer than that one."""
        key = _digest(value_id)
        with self._lock:
            if key in self._held:
                self._held[key] = self._held[key][0], value

    def take(self, value_id: str, kind: type[T], at: datetime) -> T | None:
        """Return what waits under an id, which waits no more."""
        found = self.find(value_id, kind, at)
        self.drop(value_id)
        return found

    def drop(self, value_id: str) -> None:
        """Let what waits under an id go."""
        with self._lock:
            self._held.pop(_digest(value_id), None)

    def _clear(self, at: datetime) -> None:
        """Make room: what is too old goes, and the oldest when it is full."""
        while self._held:
            key, (since, _) = next(iter(self._held.items()))
            if at < since + LASTS and len(self._held) < MOST:
                break
            del self._held[key]


def _digest(value_id: str) -> str:
    return sha256(value_id.encode()).hexdigest()
