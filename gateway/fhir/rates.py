"""How much one reader may ask for in a minute: counted by requests, by nothing else.

No count depends on what exists or who may see it: a record is counted by the way it was
asked for, before anything is looked up, and one that is not there counts the same. What is
counted is a keyed hash; no name, number or address is kept or written to the log.
The headers are those of draft-ietf-httpapi-ratelimit-headers-11 (May 2026).
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from threading import Lock
from typing import Protocol

from flask import Request, Response
from limits.errors import ConfigurationError, StorageError
from limits.storage import Storage, storage_from_string

from gateway.edge import WINDOW
from gateway.fhir import presentation
from gateway.identity.principal import Principal
from gateway.references import UUID_HEX
from gateway.repository import crypt
from gateway.services import Services
from gateway.settings import SettingsError

WHOSE = ("patient", "patient.identifier", "subject", "identifier")
"""The parameters that say whose record is asked for, in the order they are looked at."""
TOLD_UNDER = 4
"""What is left is told once it is less than this part of the quota: until then answers
that are alike stay alike."""
LOCAL_NETWORK = 64
_COUNTED = "paravent.rates"

Quota = tuple[str, int, tuple[str, ...]]
"""The name of a quota, how much it is, and what it is counted by."""

_log = logging.getLogger("paravent.fhir")


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
        self._clock, self._rates = services.clock, services.settings.edge.rates
        self._key = crypt.derive(services.store.keys.session, "rates")
        shared = self._rates.shared
        self._counter: Counter = Shared(shared) if shared else Memory()

    def reader(self, request: Request, asker: Principal) -> None:
        """Count a request of who is known; raises :class:`TooManyError`."""
        who = (asker.issuer, asker.subject, asker.organization)
        quotas: list[Quota] = [("reader", self._rates.reader, ("reader", *who))]
        about = asked_about(request)
        if about:
            quotas.append(("record", self._rates.record, ("record", about, *who)))
        self._count(request, quotas)

    def address(self, request: Request) -> None:
        """Count a request of who is not known; raises :class:`TooManyError`."""
        parts = ("address", _network(request.remote_addr or ""))
        self._count(request, [("address", self._rates.address, parts)])

    def _count(self, request: Request, quotas: list[Quota]) -> None:
        now = int(self._clock.now().timestamp())
        window, resets = now // WINDOW, WINDOW - now % WINDOW
        counts = tuple(
            Count(
                name, quota, self._counter.add(window, crypt.token(self._key, *parts))
            )
            for name, quota, parts in quotas
        )
        counted = Counted(counts, resets)
        request.environ[_COUNTED] = counted
        if counted.over:
            for each in counts:
                if each.used == each.quota + 1:  # once a window, not for each of them
                    _log.warning(
                        "rate: more than %d a minute, %s", each.quota, each.name
                    )
            raise TooManyError(resets)


def asked_about(request: Request) -> str:
    """Return what names the record that a request is about, as it was written; or nothing.

    The first half of an id, else who is searched for. Another spelling of the same person
    counts apart, and so does a link to a next page: the quota of the reader bounds them all.
    """
    named = (request.view_args or {}).get("resource_id", "")
    if named:
        return str(named)[:UUID_HEX]
    given = dict(reversed(presentation.parameters(request)))
    value = next((given[each] for each in WHOSE if given.get(each)), "")
    return value.rpartition("|")[2].rpartition("/")[2][:UUID_HEX]


def tell(request: Request, answer: Response) -> None:
    """Put the quotas on an answer, and what is left of them when it is little."""
    counted = request.environ.get(_COUNTED)
    if not isinstance(counted, Counted):
        return
    answer.headers["RateLimit-Policy"] = ", ".join(_policies(counted))
    if any(each.left * TOLD_UNDER < each.quota for each in counted.counts):
        answer.headers["RateLimit"] = ", ".join(_remaining(counted))


def _policies(counted: Counted) -> Iterator[str]:
    for each in counted.counts:
        yield f'"{each.name}";q={each.quota};w={WINDOW}'


def _remaining(counted: Counted) -> Iterator[str]:
    for each in counted.counts:
        yield f'"{each.name}";r={each.left};t={counted.resets}'


def _network(address: str) -> str:
    """Return an address, or the network a whole household has in IPv6."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if known.version == 4:  # noqa: PLR2004 - the version of IP
        return str(known)
    return str(ip_network((known, LOCAL_NETWORK), strict=False))
