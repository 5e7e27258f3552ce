"""What a CDA holds of each resource (``carried.csv``); all else is an issue."""

import csv
import importlib.resources
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from mappings.fhir.elements import step, string, words
from mappings.fhir.references import Found
from mappings.fhir.to_cda.bundle import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

_TECHNICAL = words("resourceType id meta text language implicitRules contained")


@cache
def rows() -> tuple[dict[str, str], ...]:
    """Return the table: type, element, and what is lost inside the element."""
    resource = importlib.resources.files(__package__).joinpath("carried.csv")
    return tuple(csv.DictReader(resource.read_text("utf-8").splitlines()))


@cache
def _carried() -> "Mapping[str, frozenset[str]]":
    found: dict[str, frozenset[str]] = {}
    for row in rows():
        known = found.get(row["type"], frozenset())
        found[row["type"]] = known | {row["element"]}
    return MappingProxyType(found)


def report(found: Found, source: Source) -> None:
    """Say of each element of a resource that CDA does not hold that it is lost."""
    known = _carried().get(string(found.resource, "resourceType"), frozenset())
    for name in found.resource:
        if name.removeprefix("_") not in known | _TECHNICAL:
            source.lost(
                step(found.expression, name),
                "This element is not carried over to CDA.",
                "Cet élément n'est pas repris dans le CDA.",
            )


def untyped(found: Found, source: Source) -> None:
    """Say of a resource that it is told in words only."""
    source.lost(
        found.expression,
        "This resource has no clinical statement in CDA: it is told in the narrative only.",
        "Cette ressource n'a pas d'énoncé clinique en CDA : seul le texte la dit.",
    )


def unplaced(found: Found, source: Source) -> None:
    """Say of a resource that nothing of it is in the CDA."""
    source.lost(
        found.expression,
        "No section leads to this resource: it is not in the CDA.",
        "Aucune section ne mène à cette ressource : elle n'est pas dans le CDA.",
    )
