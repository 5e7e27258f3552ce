"""Code systems by any of their names: OID, ``urn:oid:`` form or URI.

The table is ``systems.csv``; each row states its source.
"""

import csv
import importlib.resources
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

URN_OID = "urn:oid:"


@dataclass(frozen=True, slots=True)
class System:
    """One row of ``systems.csv``: ``alias`` is another name of a canonical system."""

    uri: str
    oid: str
    alias: bool
    name: str
    source: str


@cache
def systems() -> tuple[System, ...]:
    """Return every known code system, in the order of ``systems.csv``.

    Raises ValueError, with the line, when the table is malformed: bad data stops
    the start.
    """
    resource = importlib.resources.files(__package__).joinpath("systems.csv")
    rows = csv.DictReader(resource.read_text("utf-8").splitlines())
    return tuple(system_of(row, number) for number, row in enumerate(rows, start=2))


def system_of(row: dict[str, str], number: int) -> System:
    """Return one row of the table; raises ValueError, with the line, when it is wrong."""
    if row["kind"] not in {"canonical", "alias"} or not row["source"]:
        message = f"systems.csv line {number}: kind or source is wrong"
        raise ValueError(message)
    return System(
        row["uri"], row["oid"], row["kind"] == "alias", row["name"], row["source"]
    )


@cache
def _canonical() -> "Mapping[str, str]":
    """Every name of a system, OID or URI, with its canonical URI."""
    by_oid = {s.oid: s.uri for s in systems() if not s.alias}
    by_oid |= {s.oid: s.uri for s in systems() if s.oid not in by_oid}
    names = dict(by_oid)
    for system in systems():
        canonical = by_oid[system.oid] if system.alias else system.uri
        names.setdefault(system.uri, canonical)
    return MappingProxyType(names)


@cache
def _oids() -> "Mapping[str, str]":
    return MappingProxyType({s.uri: s.oid for s in systems() if not s.alias})


@lru_cache(maxsize=4096)
def uri(system: str) -> str:
    """Return the canonical URI of a code system named by OID, urn:oid or URI.

    An unknown OID becomes ``urn:oid:...``; any other unknown name stays as it is.
    The empty name stays empty.
    """
    bare = system.strip().removeprefix(URN_OID)
    known = _canonical().get(bare)
    if known is not None:
        return known
    return f"{URN_OID}{bare}" if _is_oid(bare) else bare


@cache
def _names() -> "Mapping[str, str]":
    words = ((word, s) for s in systems() for word in s.name.split("/"))
    return MappingProxyType({_folded(word): uri(s.uri) for word, s in words})


@lru_cache(maxsize=4096)
def named(name: str) -> str:
    """Return the canonical URI of a system by its plain name, or the empty string.

    ``CIM 10``, ``CIM-10`` and ``cim10`` are one name (codeSystemName of CDA).
    """
    return _names().get(_folded(name), "")


def _folded(name: str) -> str:
    return "".join(c for c in name.partition("(")[0].casefold() if c.isalnum())


def oid(system: str) -> str:
    """Return the OID of a code system, or the empty string where none is known."""
    canonical = uri(system)
    if canonical.startswith(URN_OID):
        return canonical.removeprefix(URN_OID)
    return _oids().get(canonical, "")


def _is_oid(name: str) -> bool:
    arcs = name.split(".")
    return len(arcs) > 1 and all(arc.isascii() and arc.isdigit() for arc in arcs)
