"""A probe: one request, written once for every patient; a family: probes of one descent."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from leakbench.exchange import Headers
from leakbench.ground import Ground

JSON = "application/fhir+json"
PATCH = "application/json-patch+json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Probe:
    """A request with places (``${patient}``, ``${h0.id}``) that each side fills.

    ``primed``: the full reader asks the same first. ``follow``: so many further pages.
    """

    method: str
    path: str
    headers: Headers = ()
    body: str = ""
    kind: str = ""
    primed: bool = False
    follow: int = 0


@dataclass(frozen=True, slots=True)
class Family:
    """Probes that descend from the same failures; ``writes`` when they change the server."""

    name: str
    title: str
    descent: str
    probes: Callable[[Ground], Iterator[Probe]]
    writes: bool = False


def get(path: str, *headers: tuple[str, str], follow: int = 0) -> Probe:
    """Return a read."""
    return Probe("GET", path, headers, follow=follow)


def post(path: str, body: str, kind: str = JSON, *headers: tuple[str, str]) -> Probe:
    """Return a request with a body."""
    return Probe("POST", path, headers, body, kind)


def said(value: str) -> str:
    """Return a value as it stands in a query: the same on every side."""
    return quote(value, safe=":.")
