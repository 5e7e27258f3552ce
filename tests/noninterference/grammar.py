"""Probes: requests drawn over every route, method and parameter that a gateway has.

The routes are read from the application, the search parameters from /metadata: what is
added to either is probed without a change here. Values are drawn from three bags: what
is hidden (the attacker guesses well), what the reader sees, what never was.
"""

import re
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

from tests.noninterference.bodies import FHIR, Writes
from tests.noninterference.surface import CONTROL, Point, Surface, Way
from tests.noninterference.values import (
    MODIFIERS,
    Guesses,
    Pairs,
    any_of,
    argument,
    control,
    named,
    some,
    value,
)

XML = "application/fhir+xml"
ACCEPTS = ("*/*", FHIR, XML, "application/pdf", "text/xml", "text/html", "image/png")
READS = frozenset({"GET", "HEAD"})
PERSON = frozenset({"patient", "patient.identifier"})
DOCUMENTS = frozenset({"DocumentReference", "Binary"})
ALSO = ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "POST", "GET")

HEADERS: dict[str, tuple[str, ...]] = {
    "Accept": ACCEPTS,
    "If-None-Match": ('W/"1"', 'W/"2"', "*"),
    "If-Modified-Since": (
        "Fri, 01 Jan 2100 00:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
    ),
    "Range": ("bytes=0-0", "bytes=0-9", "bytes=-1", "bytes=9999999-"),
    "Prefer": (
        *("return=minimal", "return=OperationOutcome", "handling=lenient"),
        "respond-async",
    ),
    "If-Match": ('W/"1"', 'W/"2"'),
    "If-None-Exist": (),
    "X-Security-Context": (),
}


@dataclass(frozen=True, slots=True)
class Probe:
    """One request, with what of the surface it covers."""

    method: str
    path: str
    query: Pairs = ()
    form: Pairs = ()
    headers: Pairs = ()
    body: bytes = b""
    kind: str = ""
    covers: frozenset[Point] = field(default_factory=frozenset)

    @property
    def reads(self) -> bool:
        """Whether the request asks only."""
        return self.method in READS or self.path.endswith("/_search")

    @property
    def sent(self) -> bytes:
        """Everything that was sent, to tell an echo from a leak."""
        parts = (*self.query, *self.form, *self.headers)
        words = " ".join(f"{name} {value}" for name, value in parts)
        return f"{self.path} {words} ".encode() + self.body

    @property
    def address(self) -> str:
        """The path with its query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


def probe(
    chance: Random,
    surface: Surface,
    guesses: Guesses,
    writes: Writes,
    point: Point | None = None,
) -> Probe:
    """Draw one request, of all there are or of one point of the surface."""
    way = _way(chance, surface, guesses, point)
    path, method = _path(chance, way, guesses), way.method
    if point is None and chance.random() < 0.08:
        method = chance.choice(ALSO)
    asked: Pairs = ()
    form: Pairs = ()
    query = _query(chance, way, guesses)
    if way.searches:
        known = surface.parameters.get(way.kind, {})
        if point is not None and point[2]:
            text = named(chance, point[2], known.get(point[2]), guesses)
            asked = (*_beside(chance, way, known, guesses, point[2]), (point[2], text))
        else:
            asked = _asked(chance, known, way, guesses)
        cut = 0 if method == "POST" and chance.random() < 0.7 else len(asked)
        query, form = asked[:cut], asked[cut:]
    body, kind = (b"", "")
    if method in {"POST", "PUT", "PATCH"} and not way.searches:
        body, kind = writes.body(chance, way, guesses, path)
    headers = _headers(chance, guesses)
    if way.deposits and chance.random() < 0.4:
        headers = (("Prefer", "return=OperationOutcome"),)
    if path.endswith("/$export") and chance.random() < 0.8:
        headers = (("Prefer", "respond-async"),)
    named_here = {"", *(name for name, _ in asked)}
    covers = {(method, way.path, name) for name in named_here}
    return Probe(method, path, query, form, headers, body, kind, frozenset(covers))


def _way(
    chance: Random, surface: Surface, guesses: Guesses, point: Point | None
) -> Way:
    if point is not None:
        return next(e for e in surface.ways if (e.method, e.path) == point[:2])
    drawn = chance.random()
    if drawn >= 0.6:
        return chance.choice(surface.ways)
    if drawn >= 0.53:
        # Who deposits is a professional; a person asks for the own record.
        chosen = (e for e in surface.ways if (e.own if guesses.own else e.deposits))
        return chance.choice(list(chosen))
    if drawn >= 0.35:
        named = [e for e in surface.ways if e.arguments and e.kind in DOCUMENTS]
        return chance.choice(named)
    searches = [each for each in surface.ways if each.searches]
    documents = [each for each in searches if each.kind == "DocumentReference"]
    return chance.choice(chance.choice((searches, documents)))


def _path(chance: Random, way: Way, guesses: Guesses) -> str:
    path = way.path
    for name in sorted(way.arguments):
        value = argument(chance, name, way.kind, guesses)
        path = re.sub(f"<(\\w+:)?{name}>", value, path)
    return path


def _query(chance: Random, way: Way, guesses: Guesses) -> Pairs:
    """Return the query of what is no search, mostly none."""
    if way.path.endswith("$explain") and way.method == "GET":
        return (("reader", "urn:oid:1.2.250.1.71.4.2.1|899700990015"),)
    if way.method in {"PATCH", "PUT", "DELETE"} and not way.arguments:
        return (
            ("identifier", f"urn:ietf:rfc:3986|{any_of(chance, guesses.bag(chance))}"),
        )
    return some(chance, guesses) if chance.random() < 0.3 else ()


def _beside(
    chance: Random, way: Way, known: dict[str, str], guesses: Guesses, name: str
) -> Pairs:
    """Return what stands beside one parameter: mostly whose record it is, and no more."""
    if chance.random() < 0.2:
        return _asked(chance, known, way, guesses)
    whose = _person(chance, way, known, guesses)
    same = PERSON if name in PERSON else {name}
    return tuple(each for each in whose if each[0] not in same)


def _asked(chance: Random, known: dict[str, str], way: Way, guesses: Guesses) -> Pairs:
    """Return the parameters of a search: mostly those it has, and mostly of the person."""
    asked = _person(chance, way, known, guesses)
    if asked and chance.random() < 0.3:
        # The way of every client: one page after another of all there is.
        return (*asked, ("_count", chance.choice(("1", "1", "2", "3"))))
    others = sorted(set(known) - PERSON)
    many = min(len(others), chance.choice((0, 1, 1, 1, 2, 3)))
    for name in chance.sample(others, many):
        asked.append((name, value(chance, name, known[name], guesses)))
    if chance.random() < 0.3:
        asked.append(("_count", chance.choice(CONTROL["_count"][:4])))
    if chance.random() < 0.05:
        name = chance.choice(sorted(CONTROL))
        asked.append((name, control(chance, name, guesses)))
    if asked and chance.random() < 0.02:
        name, text = asked.pop()
        asked.append((name + chance.choice(MODIFIERS), text))
    return tuple(asked)


def _person(
    chance: Random, way: Way, known: dict[str, str], guesses: Guesses
) -> list[tuple[str, str]]:
    """Return what says whose record is searched, and what some searches need beside."""
    system, number, patient_id = guesses.person
    own = f"{system}|{number}"
    asked = []
    if PERSON & known.keys() and chance.random() < 0.96:
        either = (("patient", patient_id), ("patient.identifier", own))
        asked.append(chance.choice(either))
    if way.kind == "Patient" and chance.random() < 0.7:
        asked.append(("identifier", own))
    if way.kind == "Consent" and chance.random() < 0.8:
        asked.append(("status", "active"))
    return asked


def _headers(chance: Random, guesses: Guesses) -> Pairs:
    found = []
    if chance.random() < 0.35:
        name = chance.choice(sorted(HEADERS))
        guessed = f"identifier=urn:ietf:rfc:3986|{any_of(chance, guesses.bag(chance))}"
        found.append((name, chance.choice(HEADERS[name] or (guessed,))))
    return tuple(found)
