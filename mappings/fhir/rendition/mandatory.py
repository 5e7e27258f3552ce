"""Which elements a resource cannot be without: cardinalities of R4B, and what it is about.

``mandatory.csv`` holds every element of FHIR R4B with a minimum of one, and the types
that lead to one; ``vital.csv`` holds the elements without which the rest would only say
that something is missing, each with its reason.
"""

import csv
import importlib.resources
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def vital(owner: str) -> frozenset[str]:
    """Return the elements whose loss takes ``owner``, a type of R4B, with it."""
    return _by_owner("mandatory.csv", "mandatory").get(owner, frozenset()) | _by_owner(
        "vital.csv", "because"
    ).get(owner, frozenset())


def type_of(owner: str, element: str) -> str:
    """Return the type of an element that has vital elements, else an empty string."""
    return _types().get((owner, element), "")


@cache
def _by_owner(table: str, told: str) -> "Mapping[str, frozenset[str]]":
    found: dict[str, frozenset[str]] = {}
    for row in _rows(table):
        if row[told]:
            owned = found.get(row["owner"], frozenset())
            found[row["owner"]] = owned | {row["element"]}
    return MappingProxyType(found)


@cache
def _types() -> "Mapping[tuple[str, str], str]":
    rows = _rows("mandatory.csv")
    found = {(row["owner"], row["element"]): row["type"] for row in rows if row["type"]}
    return MappingProxyType(found)


def _rows(table: str) -> tuple[dict[str, str], ...]:
    text = importlib.resources.files(__package__).joinpath(table).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))
