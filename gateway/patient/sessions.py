"""Sessions of the web app: kept on the server, named by a random id in a cookie.

They live in this process only: signing out ends one at once, a restart ends all.
"""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from threading import Lock

from gateway.patient.change import Done
from gateway.patient.personas import Account

ABSOLUTE = timedelta(hours=12)
IDLE = timedelta(minutes=15)
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Session:
    """One person signed in; ``csrf`` is the secret its forms carry.

    ``leaving`` is where signing out goes on, to end the provider's session too.
    """

    account: Account
    csrf: str
    started: datetime
    touched: datetime
    done: Done | None = None
    leaving: str = ""

    def lasts(self, at: datetime) -> bool:
        """Whether the session is neither idle for too long nor too old."""
        return at < self.started + ABSOLUTE and at < self.touched + IDLE

    def made(self, token: str) -> bool:
        """Whether a form carries this session's secret; compared in constant time."""
        return compare_digest(token.encode(), self.csrf.encode())


@dataclass(slots=True)
class Sessions:
    """The sessions of one running application, found by a digest of their id."""

    _held: dict[str, Session] = field(default_factory=dict)
    _left: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def open(self, account: Account, at: datetime, leaving: str = "") -> str:
        """Open a session under a new random id and return the id."""
        session_id = secrets.token_urlsafe(TOKEN_BYTES)
        secret = secrets.token_urlsafe(TOKEN_BYTES)
        opened = Session(account, secret, at, at, leaving=leaving)
        with self._lock:
            for key in [k for k, each in self._held.items() if not each.lasts(at)]:
                self._lapse(key)
            for key in [k for k, (until, _) in self._left.items() if at >= until]:
                del self._left[key]
            self._held[digest(session_id)] = opened
        return session_id

    def find(self, session_id: str, at: datetime) -> Session | None:
        """Return the session of that id, if it lasts; being found keeps it from idling."""
        key = digest(session_id)
        with self._lock:
            found = self._held.get(key)
            if found is None or not found.lasts(at):
                self._lapse(key)
                return None
            self._held[key] = replace(found, touched=at)
            return found

    def remember(self, session_id: str, done: Done | None) -> None:
        """Keep what was done last, so that it can be told and undone."""
        key = digest(session_id)
        with self._lock:
            if key in self._held:
                self._held[key] = replace(self._held[key], done=done)

    def leaving(self, session_id: str, at: datetime) -> str:
        """Return where signing out goes on, also for a session that idled; or empty."""
        key = digest(session_id)
        with self._lock:
            if (found := self._held.get(key)) is not None:
                return found.leaving
            until, leaving = self._left.get(key, (at, ""))
        return leaving if at < until else ""

    def close(self, session_id: str) -> None:
        """End the session of that id, if there is one."""
        with self._lock:
            self._held.pop(digest(session_id), None)
            self._left.pop(digest(session_id), None)

    def _lapse(self, key: str) -> None:
        """Let a session go that is over; where it would have left to is kept a while."""
        over = self._held.pop(key, None)
        if over is not None and over.leaving:
            self._left[key] = over.started + ABSOLUTE, over.leaving


def digest(session_id: str) -> str:
    """Return how a session is named where its id must not be kept."""
    return sha256(session_id.encode()).hexdigest()
