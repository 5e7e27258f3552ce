"""The filters of scopes, as conditions on a resource as its reader is shown it.

A parameter is understood when a search of its type compares it with what is shown; the
tokens of documents and sets, which their search looks up in an index, are compared here.
Whatever is not understood permits nothing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.search import definitions, shown
from gateway.search.dates import Span, span
from gateway.search.definitions import CANONICAL, DATE, TOKEN, Definition
from gateway.search.matching import Criterion
from gateway.smart.scopes import Allowance, Pairs, Scope

Json = dict[str, Any]

PREFIXED = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb)?([0-9].*)")
OF_INDEX: Mapping[str, Mapping[str, str]] = {
    "DocumentReference": {
        "type": "type",
        "category": "category",
        "event": "context.event",
        "facility": "context.facilityType",
        "setting": "context.practiceSetting",
        "format": "content.format",
        "contenttype": "content.attachment.contentType",
        "status": "status",
        "date": "date",
    },
    "List": {"code": "code", "status": "status", "date": "date"},
}
"""Where the values of what an index holds stand in what a reader is shown."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Filters of which one must be met, with all its parameters."""

    filters: tuple[tuple[Criterion, ...], ...]

    def matches(self, resource: Json) -> bool:
        """Tell whether a resource, as it is shown, meets one of the filters."""
        indexed = resource["resourceType"] in OF_INDEX
        told = shown.told(resource) if indexed else resource
        return any(all(one.matches(told) for one in each) for each in self.filters)


def condition(kind: str, allowed: Allowance) -> AnyOf:
    """Return the condition that filters set on resources of a type.

    A filter that is not wholly understood is left out: it permits nothing.
    """
    read = (_criteria(kind, each) for each in allowed.filters)
    return AnyOf(tuple(each for each in read if each is not None))


def known(scope: Scope) -> bool:
    """Whether the filter of a scope is wholly understood; one without a filter is."""
    return not scope.parameters or _criteria(scope.kind, scope.parameters) is not None


def vetted(scope: Scope, registered: Iterable[Scope]) -> bool:
    """Whether a person may be shown the filter of a scope.

    It is understood, and every word of it is one that the operator registered for the
    type, or a date: an application has no say in what stands on the page of consent.
    """
    said = {
        pair
        for each in registered
        if each.kind == scope.kind
        for pair in each.parameters
    }
    return known(scope) and all(
        pair in said or _dated(scope.kind, pair[0]) for pair in scope.parameters
    )


def _dated(kind: str, name: str) -> bool:
    definition = _definition(kind, name)
    return definition is not None and definition.type == DATE


def _criteria(kind: str, pairs: Pairs) -> tuple[Criterion, ...] | None:
    found = [_criterion(kind, name, value) for name, value in pairs]
    return None if None in found else tuple(each for each in found if each is not None)


def _criterion(kind: str, name: str, value: str) -> Criterion | None:
    definition = _definition(kind, name)
    values = [each for each in value.split(",") if each]
    if definition is None or not values:
        return None
    if definition.type != DATE:
        return Criterion(definition, values=tuple(values))
    spans = [_prefixed(each) for each in values]
    if None in spans:
        return None
    return Criterion(definition, spans=tuple(each for each in spans if each))


def _definition(kind: str, name: str) -> Definition | None:
    path = OF_INDEX.get(kind, {}).get(name)
    if path is not None:
        type_ = DATE if name == "date" else TOKEN
        return Definition(name, type_, (tuple(path.split(".")),), CANONICAL)
    known_ones = definitions.load() | definitions.of_shown()
    return known_ones.get(kind, {}).get(name)


def _prefixed(value: str) -> tuple[str, Span] | None:
    matched = PREFIXED.fullmatch(value)
    found = span(matched[2]) if matched else None
    return (matched[1] or "eq", found) if matched and found else None
