"""Search parameters of a definition, read strictly from what was asked."""

from collections.abc import Iterable, Iterator, Mapping

from gateway.fhir.parameters import PREFIXED, Parameters, alternatives, refused
from gateway.search.dates import Span, span
from gateway.search.definitions import DATE, Definition
from gateway.search.matching import Criterion


def criteria(known: Mapping[str, Definition], asked: Parameters) -> Iterator[Criterion]:
    """Yield a criterion for each value of a parameter that is known.

    Raises ``Refused`` (400) for a value that is not understood.
    """
    for name in sorted(set(known) & set(asked.values)):
        for value in asked.values[name]:
            yield _criterion(known[name], alternatives(name, value))


def _criterion(definition: Definition, values: Iterable[str]) -> Criterion:
    if definition.type == DATE:
        spans = tuple(prefixed(definition.name, each) for each in values)
        return Criterion(definition, spans=spans)
    return Criterion(definition, values=tuple(values))


def prefixed(name: str, value: str) -> tuple[str, Span]:
    """Return prefix and span of a date; raises ``Refused`` (400) for what is none."""
    matched = PREFIXED.fullmatch(value)
    found = span(matched[2]) if matched else None
    if matched is None or found is None:
        raise refused(name, "Not a date.")
    return matched[1] or "eq", found
