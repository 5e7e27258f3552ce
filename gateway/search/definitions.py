"""The SearchParameters as data: ``definitions.yaml``, ``shown.yaml`` and ``told.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeAlias

import yaml

TOKEN, DATE, STRING, REFERENCE = "token", "date", "string", "reference"
TYPES = frozenset({TOKEN, DATE, STRING, REFERENCE})
CANONICAL = "http://hl7.org/fhir/SearchParameter/"


@dataclass(frozen=True, slots=True)
class Definition:
    """One SearchParameter: what it is called, what it compares, where its values stand.

    ``parts``: a text also matches by how any of its words begins, as names do (R4, search).
    """

    name: str
    type: str
    paths: tuple[tuple[str, ...], ...]
    canonical: str
    parts: bool = False


Definitions: TypeAlias = dict[str, Mapping[str, Definition]]
"""By type of resource, then by name."""


@cache
def load() -> Definitions:
    """Return the definitions for what is made of documents, by type and name.

    Raises ValueError for a type of parameter that is not compared here: a wrong file stops
    the start.
    """
    return _read("definitions.yaml")


@cache
def of_shown() -> Definitions:
    """Return the definitions compared with a document or set as a reader is shown it."""
    return _read("shown.yaml")


@cache
def of_told() -> Definitions:
    """Return the definitions for what is said about documents and accesses."""
    return _read("told.yaml")


def _read(name: str) -> Definitions:
    held = yaml.safe_load(files(__package__).joinpath(name).read_text("utf-8"))
    return {
        kind: {name: _definition(name, **said) for name, said in sorted(named.items())}
        for kind, named in sorted(held.items())
    }


def _definition(
    name: str,
    type: str,  # noqa: A002 - as in FHIR
    path: list[str],
    definition: str,
    *,
    parts: bool = False,
) -> Definition:
    if type not in TYPES or not path:
        raise ValueError(name)
    paths = tuple(tuple(each.split(".")) for each in path)
    canonical = definition if "://" in definition else CANONICAL + definition
    return Definition(name, type, paths, canonical, parts)
