"""What must differ between two patients, made equal: a closed list, counted, no more.

1. Known pairs: the patients, their visible items, hidden values and their decoys. 2. What
looks drawn by chance (long runs of letters and digits, base64): numbered as it occurs, with
its length. 3. Instants: taken out, compared apart. 4. Four headers: Content-Length
is that of the body in hand, the id of a request is its length, what runs down is left out.
5. Headers of which the same question, asked again, gets another value (``noise.py``).
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from leakbench.exchange import Answer
from leakbench.ground import Side

LONG_ENOUGH = 6
INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d(?:T|%20|%54)\d\d(?::|%3A)\d\d(?:(?::|%3A)\d\d)?"
    r"(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d|%2B\d\d(?::|%3A)\d\d)?"
)
HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
REFERENCE = r'(?:[A-Z][a-z]+)+/[A-Za-z0-9.-]{1,64}(?:/_history/[A-Za-z0-9.-]+)?"'
"""Of a reference only the id may be drawn; base64 with a slash in it is no reference."""
CHANCE = re.compile(
    rf'(?<=")(?!{REFERENCE})(?=[^"]*[\d+=])[A-Za-z0-9+/=_.~-]{{20,}}(?=")'
    r"|(?<![\w.~-])(?=[\w.~-]*\d|[\w.~-]{40})(?=[\w.~-]*[A-Za-z])[\w.~-]{20,}(?![\w.~-])",
    re.ASCII,
)
RUNNING = re.compile(
    r"(x-)?ratelimit(-remaining|-reset)?$|keep-alive$|age$", re.IGNORECASE
)
OF_REQUEST = {
    "x-request-id",
    "x-correlation-id",
    "request-id",
    "x-trace-id",
    "traceparent",
}


@dataclass(slots=True)
class Normal:
    """One answer with what must differ taken out."""

    status: str
    headers: list[tuple[str, str]]
    body: str
    instants: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Normaliser:
    """Takes out what must differ on one side; counts the bytes that each rule takes."""

    side: Side
    taken: Counter[str]
    unordered: frozenset[str] = frozenset()
    noisy: frozenset[str] = frozenset()
    """Headers that differ from one answer to the next of the same question."""
    _known: re.Pattern[str] | None = None
    _ways: dict[str, str] = field(default_factory=dict)
    _size: int = -1
    _drawn: dict[str, str] = field(default_factory=dict)
    _instants: list[str] = field(default_factory=list)

    def of(self, answer: Answer) -> Normal:
        """Return an answer as it can be compared."""
        self._drawn, self._instants = {}, []
        headers = [
            (k.lower(), self._header(k.lower(), v, answer)) for k, v in answer.headers
        ]
        body = self._text(self._sorted(answer.body))
        status = f"{answer.status} {answer.reason}"
        return Normal(status, headers, body, self._instants)

    def _header(self, name: str, value: str, answer: Answer) -> str:
        if name == "content-length":
            return "as the body" if value == str(len(answer.body)) else value
        if name in self.noisy:
            self.taken["headers that vary"] += len(value)
            return "varies"
        if RUNNING.match(name):
            self.taken["headers that run down"] += len(value)
            return "runs"
        if name in OF_REQUEST:
            self.taken["ids of requests"] += len(value)
            return f"{len(value)} characters"
        return self._text(value)

    def _text(self, text: str) -> str:
        if known := self._pattern():
            text = known.sub(self._named, text)
        text = INSTANT.sub(self._instant, text)
        text = HTTP_DATE.sub(self._instant, text)
        return CHANCE.sub(self._chance, text)

    def _sorted(self, body: bytes) -> str:
        """Return a body; entries of types without order, in the order of what they say."""
        text = body.decode("utf-8", "surrogateescape")
        if not self.unordered or not any(each in text for each in self.unordered):
            return text
        try:
            held = json.loads(text)
            entries = held.get("entry", [])
            free = [i for i, e in enumerate(entries) if self._is_free(e)]
        except (ValueError, AttributeError, TypeError):
            return text
        if len(free) > 1:
            taken = sorted((entries[i] for i in free), key=self._saying)
            for place, entry in zip(free, taken, strict=True):
                entries[place] = entry
            return json.dumps(held, ensure_ascii=False)
        return text

    def _is_free(self, entry: dict[str, Any]) -> bool:
        return entry.get("resource", {}).get("resourceType") in self.unordered

    def _saying(self, entry: dict[str, Any]) -> str:
        """Return what an entry says, without what was drawn by chance."""
        text = json.dumps(entry, ensure_ascii=False)
        if known := self._pattern():
            text = known.sub(lambda found: self._ways[found[0]], text)
        for rule in (INSTANT, CHANCE):
            text = rule.sub("", text)
        return text

    def _named(self, found: re.Match[str]) -> str:
        self.taken["known pairs"] += len(found[0])
        return f"«{self._ways[found[0]]}»"

    def _instant(self, found: re.Match[str]) -> str:
        self.taken["instants"] += len(found[0])
        self._instants.append(found[0])
        return "«instant»"

    def _chance(self, found: re.Match[str]) -> str:
        self.taken["drawn by chance"] += len(found[0])
        number = len(self._drawn)
        return self._drawn.setdefault(found[0], f"«{number}:{len(found[0])}»")

    def _pattern(self) -> re.Pattern[str] | None:
        """Return what finds the known values of now: the list grows with what is made."""
        names = self.side.names
        if self._size != len(names):
            self._size, self._ways = len(names), _written(names)
            long = [each for each in self._ways if len(each) >= LONG_ENOUGH]
            short = [each for each in names if len(each) < LONG_ENOUGH]
            found = (*_whole(long), *_placed(short))
            self._known = re.compile("|".join(found)) if found else None
        return self._known


def _written(names: dict[str, str]) -> dict[str, str]:
    """Return every way to write the values, and the name of each."""
    ways: dict[str, str] = {}
    for value, name in names.items():
        for way in (value, quote(value, safe=""), quote(value, safe=":.|")):
            ways.setdefault(way, name)
    return ways


def _whole(values: list[str]) -> list[str]:
    """Return an expression that finds values where they do not go on."""
    found = "|".join(re.escape(each) for each in sorted(values, key=len, reverse=True))
    start = "(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f][0-9A-Fa-f]))"
    return [f"{start}(?:{found})(?![A-Za-z0-9])"] if found else []


def _placed(values: list[str]) -> list[str]:
    """Return an expression that finds short ids only where ids stand, not in counts."""
    found = "|".join(re.escape(each) for each in sorted(values, key=len, reverse=True))
    if not found:
        return []
    place = r'(?:(?<=[A-Za-z]/)|(?<="id":")|(?<="id": "))'
    return [rf"{place}(?:{found})(?![A-Za-z0-9.-])"]
