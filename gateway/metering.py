"""Counting requests in windows of a minute, by reader or by address.

What is counted is a keyed hash; no name, number or address is kept or written to the log.
``gateway.fhir.rates`` counts what readers ask, ``gateway.patient`` the steps of signing in.
"""

import logging
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from threading import Lock
from typing import Protocol

from flask import Request
from limits.errors import ConfigurationError, StorageError
from limits.storage import Storage, storage_from_string

from gateway.edge import WINDOW
from gateway.repository import crypt
from gateway.services import Services
from gateway.settings import SettingsError

LOCAL_NETWORK = 64
COUNTED = "paravent.rates"
"""Where a request keeps what it was counted for."""

Quota = tuple[str, int, tuple[str, ...]]
"""The name of a quota, how much it is, and what it is counted by."""

_log = logging.getLogger("paravent.rates")


@dataclass(frozen=True, slots=True)
class Count:
    """How much of one quota is used in this window."""

    name: str
    quota: int
    used: int

    @property
    def left(self) -> int:
        """How many requests may still come."""
        return max(0, self.quota - self.used)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a request was counted for, and in how many seconds all begins anew."""

    counts: tuple[Count, ...]
    resets: int

    @property
    def over(self) -> bool:
        """Whether it is one too many."""
        return any(each.used > each.quota for each in self.counts)


class TooManyError(Exception):
    """More requests than the settings allow: 429, and when to come back."""

    def __init__(self, resets: int) -> None:
        """Keep in how many seconds the next window begins."""
        super().__init__()
        self.resets = resets


class Counter(Protocol):
    """Counts in windows."""

    def add(self, window: int, key: str) -> int:
        """Count one more and return how many there are in this window."""
        ...


class Memory:
    """Counts of this process: of this window and the one before, and no older ones."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lock = Lock()
        self._windows: dict[int, dict[str, int]] = {}

    def add(self, window: int, key: str) -> int:
        """Count one more and return how many there are in this window."""
        with self._lock:
            counts = self._windows.setdefault(window, {})
            while len(self._windows) > 2:  # noqa: PLR2004 - two windows meet at a border
                del self._windows[min(set(self._windows) - {window})]
            counts[key] = counts.get(key, 0) + 1
            return counts[key]


class Shared:
    """Counts of several processes, in a storage of the library ``limits``.

    When the storage cannot be had each process counts for itself: nobody is refused for
    it, and nobody is let in without a count.
    """

    def __init__(self, address: str) -> None:
        """Stand before the storage; raises ``SettingsError`` when there is no such one."""
        try:
            storage = storage_from_string(address, wrap_exceptions=True)
        except (ConfigurationError, ImportError) as error:
            raise SettingsError(f"rates.shared: {type(error).__name__}") from None
        if not isinstance(storage, Storage):
            raise SettingsError("rates.shared: a storage that waits for its answer")
        self._storage, self._own = storage, Memory()

    def add(self, window: int, key: str) -> int:
        """Count one more and return how many there are in this window."""
        try:
            return self._storage.incr(f"paravent:{window}:{key}", 2 * WINDOW)
        except StorageError:
            _log.error("the shared storage of rates cannot be had")
            return self._own.add(window, key)


class Meter:
    """Counts the requests of one application."""

    def __init__(self, services: Services) -> None:
        """Begin to count as the settings say."""
        self._clock, self.rates = services.clock, services.settings.edge.rates
        self._key = crypt.derive(services.store.keys.session, "rates")
        shared = self.rates.shared
        self._counter: Counter = Shared(shared) if shared else Memory()

    def address(self, request: Request, client: str = "") -> None:
        """Count a request of who is not known; raises :class:`TooManyError`.

        What names itself as a registered application (``client``) is counted apart.
        """
        parts = ("address", _who(request), client)
        self.count(request, [("address", self.rates.address, parts)])

    def entrance(self, request: Request) -> None:
        """Count a step towards signing in; raises :class:`TooManyError`."""
        parts = ("entrance", _who(request))
        self.count(request, [("entrance", self.rates.entrance, parts)])

    def count(self, request: Request, quotas: list[Quota]) -> None:
        """Count a request in some quotas; raises :class:`TooManyError`."""
        now = int(self._clock.now().timestamp())
        window, resets = now // WINDOW, WINDOW - now % WINDOW
        counts = tuple(
            Count(
                name, quota, self._counter.add(window, crypt.token(self._key, *parts))
            )
            for name, quota, parts in quotas
        )
        counted = Counted(counts, resets)
        request.environ[COUNTED] = counted
        if counted.over:
            for each in counts:
                if each.used == each.quota + 1:  # once a window, not for each of them
                    _log.warning(
                        "rate: more than %d a minute, %s", each.quota, each.name
                    )
            raise TooManyError(resets)


def _who(request: Request) -> str:
    return _network(request.remote_addr or "")


def _network(address: str) -> str:
    """Return an address, or the network a whole household has in IPv6."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if known.version == 4:  # noqa: PLR2004 - the version of IP
        return str(known)
    return str(ip_network((known, LOCAL_NETWORK), strict=False))
