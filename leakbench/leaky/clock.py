"""The one place of the leaky server that reads the clock."""

import time
from calendar import timegm
from email.utils import formatdate


def now() -> str:
    """Return the instant as FHIR writes it."""
    at = time.clock_gettime(time.CLOCK_REALTIME)
    day = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))
    return f"{day}.{int(at * 1_000_000) % 1_000_000:06}Z"


def http_date(instant: str) -> str:
    """Return an instant of FHIR as HTTP writes dates."""
    parts = time.strptime(instant[:19], "%Y-%m-%dT%H:%M:%S")
    return formatdate(timegm(parts), usegmt=True)
