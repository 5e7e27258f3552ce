"""Codes of one system in the terms of another, both ways: the ConceptMaps as data.

Each file of ``conceptmaps/`` is one map: ``code,target,equivalence,source``. The
equivalence is FHIR's (R4 ConceptMapEquivalence): what the target is to the code.
"""

import csv
import importlib.resources
from collections.abc import Iterable
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_EQUIVALENCES = frozenset({"equal", "equivalent", "wider", "narrower", "inexact"})
_EXACT = frozenset({"equal", "equivalent"})


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of ``conceptmaps/<name>.csv``, in its order.

    Raises ValueError, with the line, when a row is wrong or a code stands twice.
    """
    folder = importlib.resources.files(__package__).joinpath("conceptmaps")
    text = folder.joinpath(f"{name}.csv").read_text("utf-8")
    return checked(name, csv.DictReader(text.splitlines()))


def checked(name: str, found: Iterable[dict[str, str]]) -> tuple[dict[str, str], ...]:
    """Return the rows of a map; raises ValueError, with the line, for a wrong one."""
    table: dict[str, dict[str, str]] = {}
    for line, row in enumerate(found, start=2):
        if row["equivalence"] not in _EQUIVALENCES or not all(row.values()):
            raise ValueError(f"{name}.csv line {line}: the row is wrong")
        if table.setdefault(row["code"], row) is not row:
            raise ValueError(f"{name}.csv line {line}: the code stands twice")
    return tuple(table.values())


def translate(name: str, code: str) -> str:
    """Return what the map ``name`` makes of a code, empty when it does not know it."""
    return _forth(name).get(code, "")


def reverse(name: str, target: str) -> str:
    """Return the code that stands for ``target``, empty when there is none.

    Of several codes an exact one is taken, then the first of the table.
    """
    return _back(name).get(target, "")


@cache
def _forth(name: str) -> "Mapping[str, str]":
    return MappingProxyType({row["code"]: row["target"] for row in rows(name)})


@cache
def _back(name: str) -> "Mapping[str, str]":
    found: dict[str, str] = {}
    for row in sorted(rows(name), key=lambda row: row["equivalence"] not in _EXACT):
        found.setdefault(row["target"], row["code"])
    return MappingProxyType(found)
