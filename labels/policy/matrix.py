"""The matrix: which profession may read which type of document (R.1111-46, arrêté of 2023).

A missing cell denies: an unknown type, an unknown profession, a column not in force.
Which edition of the table holds at an instant: ``editions.py``.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from labels.policy.rulefile import Entry, packaged, parse

FILE = "matrix.yaml"
CITED_YES, CITED_NO, ASSUMED = "cited yes", "cited no", "assumed"


class Capacity(StrEnum):
    """In what capacity a profession asks; CARE where nothing else is known.

    OCCUPATIONAL watches over health at work, ADMINISTRATIVE is a secretary or an
    administrator: neither takes part in the care.
    """

    CARE = "care"
    OCCUPATIONAL = "occupational"
    ADMINISTRATIVE = "administrative"


@dataclass(frozen=True, slots=True)
class Lack:
    """A profession or a type that the table does not have: assumed no, with the reason."""

    code: str
    label: str
    reason: str
    capacity: Capacity = Capacity.CARE


@dataclass(frozen=True, slots=True)
class Column:
    """A profession of the matrix; ``professions`` are ``TRE_G15`` or ``TRE_G15/skill``."""

    id: str
    professions: frozenset[str]
    never: frozenset[str]
    in_force: bool
    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A row of the matrix: a type of document, its class, its label in the source."""

    code: str
    class_code: str
    label: str
    added: str


@dataclass(frozen=True, slots=True)
class Cell:
    """May this column read this type; ``status`` says on what ground, ``reason`` why."""

    readable: bool
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """One edition of the whole table; every pair of row and column has a cell.

    It holds from ``effective`` on, until a later edition does.
    """

    version: str
    source: str
    columns: tuple[Column, ...]
    types: tuple[DocumentType, ...]
    cells: Mapping[tuple[str, str], Cell]
    effective: datetime
    professions_lacking: tuple[Lack, ...] = ()
    types_lacking: tuple[Lack, ...] = ()

    def types_for(self, column: str) -> frozenset[str]:
        """Return the types a column may read; none for a column not in force or unknown."""
        if not any(c.id == column and c.in_force for c in self.columns):
            return frozenset()
        codes = (each.code for each in self.types)
        return frozenset(code for code in codes if self.cells[code, column].readable)

    def column(self, profession: str, skill: str = "") -> str:
        """Return the column in force of a TRE_G15 profession, empty when there is none."""
        exact = f"{profession}/{skill}"
        if any(exact in c.never for c in self.columns):
            return ""
        found = [c.id for c in self.columns if exact in c.professions]
        found += [c.id for c in self.columns if profession in c.professions]
        return found[0] if found else ""

    def columns_of(self, profession: str) -> frozenset[str]:
        """Return every column a TRE_G15 profession may fall in, whatever the skill."""
        return frozenset(
            c.id
            for c in self.columns
            if any(p.split("/")[0] == profession for p in c.professions)
        )

    def capacity(self, profession: str, skill: str = "") -> Capacity:
        """Return in what capacity a TRE_G15 profession with a savoir-faire asks."""
        known = {lack.code: lack.capacity for lack in self.professions_lacking}
        plain = known.get(profession, Capacity.CARE)
        return known.get(f"{profession}/{skill}", plain)

    def counts(self) -> Mapping[str, int]:
        """Return the number of cells by status: cited yes, cited no, assumed."""
        return MappingProxyType(dict(Counter(c.status for c in self.cells.values())))


@cache
def load() -> Matrix:
    """Return the matrix of the package; :class:`BadRuleFile` when the file is wrong."""
    return read(packaged(FILE))


def column(profession: str, skill: str = "") -> str:
    """Return the matrix column of a profession (TRE_G15) and savoir-faire, or empty."""
    return load().column(profession, skill)


def capacity(profession: str, skill: str = "") -> Capacity:
    """Return in what capacity a profession (TRE_G15) with a savoir-faire asks."""
    return load().capacity(profession, skill)


def read(text: str) -> Matrix:
    """Read and check the text of a matrix file."""
    top = parse(FILE, text)
    top.only(
        *("version", "effective", "source", "columns", "assumed", "types", "lacking")
    )
    top.child("source").only("id", "date", "title", "note")
    lacking = top.child("lacking")
    lacking.only("professions", "types")
    columns = {entry.name: _column(entry) for entry in top.children("columns")}
    _distinct(top, columns)
    types = top.children("types")
    return Matrix(
        top.text("version"),
        top.child("source").text("id"),
        tuple(columns.values()),
        tuple(_type(entry) for entry in types),
        MappingProxyType(_cells(types, columns) | _assumed(top, types, columns)),
        midnight(top),
        _lacks(
            lacking, "professions", {p for c in columns.values() for p in c.professions}
        ),
        _lacks(lacking, "types", {entry.name for entry in types}),
    )


def midnight(top: Entry) -> datetime:
    """Return the first instant at which an edition holds: its day, by universal time."""
    day = top.text("effective")
    try:
        return datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=UTC)
    except ValueError:
        raise top.bad("effective must be a date, YYYY-MM-DD") from None


def _lacks(entry: Entry, key: str, known: set[str]) -> tuple[Lack, ...]:
    found = []
    for each in entry.children(key):
        each.only("label", "reason", "capacity")
        if each.name in known:
            raise each.bad("the table has it")
        capacity = Capacity.CARE
        if "capacity" in each.data:
            capacity = each.member(each.text("capacity"), Capacity)
        texts = (each.text("label"), each.text("reason"))
        found.append(Lack(each.name, *texts, capacity))
    return tuple(found)


def _column(entry: Entry) -> Column:
    entry.only("id", "professions", "never", "in_force", "fr", "en")
    in_force = entry.flag("in_force") is not False
    professions = frozenset(entry.texts("professions"))
    if in_force is not bool(professions):
        raise entry.bad("a column in force names professions, any other names none")
    never = frozenset(entry.texts("never"))
    names = (entry.text("fr"), entry.text("en"))
    return Column(entry.text("id"), professions, never, in_force, *names)


def _distinct(top: Entry, columns: Mapping[str, Column]) -> None:
    named = Counter(p for c in columns.values() for p in c.professions)
    named.update(c.id for c in columns.values())
    if twice := sorted(name for name, times in named.items() if times > 1):
        raise top.bad(f"{', '.join(twice)} in two columns")


def _type(entry: Entry) -> DocumentType:
    entry.only("class", "label", "added", "read")
    added = entry.text("added") if "added" in entry.data else ""
    return DocumentType(entry.name, entry.text("class"), entry.text("label"), added)


def _cells(
    types: tuple[Entry, ...], columns: Mapping[str, Column]
) -> dict[tuple[str, str], Cell]:
    cells = {}
    for entry in types:
        readers = entry.texts("read")
        if unknown := sorted(set(readers) - set(columns)):
            raise entry.bad(f"no column {', '.join(unknown)}")
        for key, column in columns.items():
            status = CITED_YES if key in readers else CITED_NO
            cells[entry.name, column.id] = Cell(key in readers, status, "")
    return cells


def _assumed(
    top: Entry, types: tuple[Entry, ...], columns: Mapping[str, Column]
) -> dict[tuple[str, str], Cell]:
    known = {entry.name for entry in types}
    cells = {}
    for entry in top.children("assumed"):
        entry.only("type", "column", "read", "reason")
        code, key, readable = (
            entry.text("type"),
            entry.text("column"),
            entry.flag("read"),
        )
        if code not in known or key not in columns or readable is None:
            raise entry.bad("names no cell of the table, or does not say yes or no")
        cells[code, columns[key].id] = Cell(readable, ASSUMED, entry.text("reason"))
    return cells
