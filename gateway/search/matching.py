"""Does a resource match? Tokens and dates of FHIR R4 (search.html), on values only."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from gateway.search.dates import Span, span
from gateway.search.definitions import DATE, REFERENCE, STRING, Definition

Json = dict[str, Any]

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


class Condition(Protocol):
    """What a resource must meet to be found."""

    def matches(self, resource: Json) -> bool:
        """Tell whether a resource meets the condition."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One parameter of a search: any of the values must match.

    ``values`` are tokens as FHIR writes them, ``spans`` dates, each with its prefix.
    """

    definition: Definition
    values: tuple[str, ...] = ()
    spans: tuple[tuple[str, Span], ...] = ()

    def matches(self, resource: Json) -> bool:
        """Tell whether a resource has one of the values."""
        if self.definition.type == DATE:
            return any(
                compares(prefix, wanted, found)
                for found in spans(resource, self.definition)
                for prefix, wanted in self.spans
            )
        if self.definition.type in (STRING, REFERENCE):
            texts = [str(each) for each in _values(resource, self.definition)]
            fits = self._begins if self.definition.type == STRING else str.__eq__
            return any(fits(text, each) for text in texts for each in self.values)
        held = set(tokens(resource, self.definition))
        return any(_token(each, held) for each in self.values)

    def _begins(self, text: str, wanted: str) -> bool:
        if self.definition.parts:
            return _begins_a_part(text, wanted)
        return _begins(text, wanted)


def compares(prefix: str, wanted: Span, found: Span) -> bool:
    """Tell whether a date of a resource is as asked (R4 search, 3.1.1.4.5)."""
    within = wanted.start <= found.start and found.end <= wanted.end
    later, earlier = found.end > wanted.end, found.start < wanted.start
    return {
        "eq": within,
        "ne": not within,
        "gt": later,
        "lt": earlier,
        "ge": later or within,
        "le": earlier or within,
        "sa": found.start >= wanted.end,
        "eb": found.end <= wanted.start,
    }[prefix]


def tokens(resource: Json, definition: Definition) -> Iterator[tuple[str, str]]:
    """Yield (system, code) of every value that a token parameter may match."""
    for value in _values(resource, definition):
        if isinstance(value, bool):
            yield "", str(value).lower()
        elif isinstance(value, str):
            yield "", value
        elif isinstance(value, dict):
            yield from _of_object(value)


def spans(resource: Json, definition: Definition) -> Iterator[Span]:
    """Yield from when to when a date parameter says the resource is."""
    for value in _values(resource, definition):
        found = span(value) if isinstance(value, str) else _period(value)
        if found is not None:
            yield found


def _period(value: object) -> Span | None:
    if not isinstance(value, dict):
        return None
    start, end = span(value.get("start")), span(value.get("end"))
    if start is None and end is None:
        return None
    return Span(start.start if start else EARLIEST, end.end if end else LATEST)


def _of_object(value: Json) -> Iterator[tuple[str, str]]:
    """Yield what a CodeableConcept, Coding, Identifier or ContactPoint says."""
    if "coding" in value:
        for each in value["coding"]:
            yield str(each.get("system", "")), str(each.get("code", ""))
    elif "code" in value or "value" in value:
        code = value.get("code", value.get("value"))
        yield str(value.get("system", "")), str(code)


def _values(resource: Json, definition: Definition) -> Iterator[Any]:
    for path in definition.paths:
        yield from _at(resource, path)


def _at(value: Any, path: Iterable[str]) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    if isinstance(value, list):
        for each in value:
            yield from _at(each, path)
        return
    first, *rest = (*path, "")
    if not first:
        yield value
    elif isinstance(value, dict) and first in value:
        yield from _at(value[first], [each for each in rest if each])


def _begins(text: str, wanted: str) -> bool:
    """Tell whether a text begins as asked, but for case and accents (R4, search, string)."""
    return folded(text).startswith(folded(wanted))


def _begins_a_part(text: str, wanted: str) -> bool:
    """Tell whether a name, or any word of it, begins as asked."""
    return f" {folded(wanted)}" in f" {folded(text)}"


def folded(text: str) -> str:
    """Return a text without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


def _token(wanted: str, held: set[tuple[str, str]]) -> bool:
    """Tell whether ``code``, ``system|code``, ``|code`` or ``system|`` is among the values."""
    system, separator, code = wanted.rpartition("|")
    if not separator:
        return any(each == wanted for _, each in held)
    if not code:
        return any(each == system for each, _ in held)
    return (system, code) in held
