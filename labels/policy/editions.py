"""The editions of the matrix: which holds at an instant, and how two of them differ.

An earlier edition is a file of what differs from a later one; it stays as it is, so that
what was decided then can be explained now.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType

from labels.policy import matrix
from labels.policy.matrix import (
    ASSUMED,
    CITED_NO,
    CITED_YES,
    Cell,
    DocumentType,
    Matrix,
    midnight,
)
from labels.policy.rulefile import Entry, packaged, parse

EARLIER = ("matrix-2023.yaml",)
"""The files of earlier editions."""

NOTHING = Matrix(
    "none", "", (), (), MappingProxyType({}), datetime.min.replace(tzinfo=UTC)
)
"""Before the first edition no profession reads any type."""


@dataclass(frozen=True, slots=True)
class Editions:
    """Every edition of the matrix, in the order in which they hold."""

    editions: tuple[Matrix, ...]

    def at(self, instant: datetime) -> Matrix:
        """Return the edition that holds at an instant, which bears a time zone."""
        begun = [each for each in self.editions if each.effective <= instant]
        return begun[-1] if begun else NOTHING

    def named(self, version: str) -> Matrix:
        """Return the edition of that version; KeyError if there is none."""
        return {each.version: each for each in self.editions}[version]


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that two editions answer otherwise; None where one has no such cell."""

    type: str
    column: str
    before: bool | None
    after: bool | None


@cache
def load() -> Editions:
    """Return the editions of the package; ``BadRuleFile`` when a file is wrong."""
    last = matrix.load()
    earlier = (read(file, packaged(file), last) for file in EARLIER)
    return Editions(tuple(sorted((*earlier, last), key=lambda each: each.effective)))


def read(file: str, text: str, later: Matrix) -> Matrix:
    """Read an edition that is written as what differs from a later one."""
    top = parse(file, text)
    top.only("version", "effective", "like", "source", "because", "without", "cells")
    if top.text("like") != later.version:
        raise top.bad(f"like must be {later.version}")
    source = top.child("source")
    source.only("id", "date", "title", "note")
    effective = midnight(top)
    if effective >= later.effective:
        raise top.bad(f"it must hold before {later.version} does")
    types = tuple(_types(top.child("without"), later))
    cells = _alike(types, later, top.text("because")) | _cited(top, later)
    return replace(
        later,
        version=top.text("version"),
        source=source.text("id"),
        types=types,
        cells=MappingProxyType(cells),
        effective=effective,
    )


def difference(before: Matrix, after: Matrix) -> tuple[Change, ...]:
    """Return the cells that two editions answer otherwise, by type and column.

    A type that only one of them has changes in every column, from or to no answer.
    """
    changed = {
        key: (_answer(before, key), _answer(after, key))
        for key in sorted(before.cells.keys() | after.cells.keys())
    }
    return tuple(Change(*k, *pair) for k, pair in changed.items() if pair[0] != pair[1])


def _answer(table: Matrix, key: tuple[str, str]) -> bool | None:
    cell = table.cells.get(key)
    return None if cell is None else cell.readable


def _types(without: Entry, later: Matrix) -> Iterator[DocumentType]:
    known = {each.code for each in later.types}
    for code in without.data:
        without.text(code)  # the reason why this type is not in the edition
        if code not in known:
            raise without.bad(f"no type {code}")
    for each in later.types:
        if not each.added and each.code not in without.data:
            yield each


def _alike(
    types: tuple[DocumentType, ...], later: Matrix, reason: str
) -> dict[tuple[str, str], Cell]:
    return {
        (each.code, column.id): Cell(
            later.cells[each.code, column.id].readable, ASSUMED, reason
        )
        for each in types
        for column in later.columns
    }


def _cited(top: Entry, later: Matrix) -> dict[tuple[str, str], Cell]:
    """Return the cells of which the edition's own source speaks."""
    found = {}
    for entry in top.children("cells"):
        entry.only("type", "column", "read")
        key = (entry.text("type"), entry.text("column"))
        readable = entry.flag("read")
        if key not in later.cells or readable is None:
            raise entry.bad("names no cell of the table, or does not say yes or no")
        status = CITED_YES if readable else CITED_NO
        found[key] = Cell(readable, status, "")
    return found
