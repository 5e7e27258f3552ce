"""The one place that knows what time it is."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; asked once for each request, the value is handed on."""

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still, for scripted scenes and twin worlds."""

    def __init__(self, instant: datetime) -> None:
        """Stand at ``instant``, which must carry a time zone."""
        self.instant = instant

    def now(self) -> datetime:
        """Return the instant the clock was set to."""
        return self.instant
