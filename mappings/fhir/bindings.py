"""Required bindings: codes that FHIR fixes and fhir.resources does not check."""

import csv
import io
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from mappings.fhir.elements import step, string
from mappings.mapped import Issue
from mappings.submission import JsonObject

_Rule = tuple[str, frozenset[str]]
UNBOUND = "code-invalid"
"""What the issue of a broken binding is called."""
_ACTED_ON = frozenset({"Bundle", "Composition", "DocumentReference", "List", "Patient"})


@cache
def required() -> Mapping[str, frozenset[str]]:
    """Return for each element path the codes of its required value set (FHIR 4.0.1)."""
    text = files(__package__).joinpath("bindings.csv").read_text("utf-8")
    rows = csv.DictReader(io.StringIO(text))
    return MappingProxyType(
        {row["path"]: frozenset(row["codes"].split()) for row in rows}
    )


def check_bindings(resource: JsonObject, expression: str) -> Iterator[Issue]:
    """Yield an issue for each code outside its required value set, without the code.

    An error in the resources that Paravent acts on. A warning in clinical ones, which
    it carries inside a document that stays as received.
    """
    kind = string(resource, "resourceType")
    severity = "error" if kind in _ACTED_ON else "warning"
    for path, codes in required().items():
        owner, _, steps = path.partition(".")
        if owner in {kind, "Resource"}:
            yield from _check(
                resource, tuple(steps.split(".")), expression, (severity, codes)
            )


def _check(
    value: object, steps: tuple[str, ...], expression: str, rule: _Rule
) -> Iterator[Issue]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _check(item, steps, step(expression, index), rule)
    elif steps and isinstance(value, dict):
        if steps[0] in value:
            below = step(expression, steps[0])
            yield from _check(value[steps[0]], steps[1:], below, rule)
    elif not steps and not (isinstance(value, str) and value in rule[1]):
        yield Issue(
            rule[0],
            UNBOUND,
            expression,
            "The code is not in the value set that FHIR requires here.",
            "Le code n'est pas dans le jeu de valeurs que FHIR impose ici.",
        )
