"""A table without some of its rows and columns, its spans made right again."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from mappings.fhir.xhtml import Node, Part

_GROUPS = frozenset({"thead", "tbody", "tfoot"})
_CELLS = frozenset({"td", "th"})
_SQUARES_AT_MOST = 200_000
"""A table with more squares is a trap; it goes whole when one of its cells must."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell and the rows and columns it covers."""

    cell: Node
    rows: range
    columns: range


def without_told(table: Node) -> Node | None:
    """Return ``table`` without the rows and columns of the cells that are told.

    A told cell takes its row; one in the head takes its column, as the head says what
    the column is. None when nothing sensible is left.
    """
    groups = [_placed(rows) for rows in _row_groups(table)]
    squares = sum(len(p.rows) * len(p.columns) for group in groups for p in group)
    told = [p for group in groups for p in group if p.cell.told]
    if not told:
        return table
    if squares > _SQUARES_AT_MOST:
        return None
    heads = [p for p in told if _is_head(p, table)]
    columns = {column for p in heads for column in p.columns}
    for rows, group in zip(_row_groups(table), groups, strict=True):
        gone = {row for p in group if p.cell.told and p not in heads for row in p.rows}
        _rebuild(rows, group, gone, columns)
    return table


def _row_groups(table: Node) -> list[list[Node]]:
    """Return the rows of each group; rows directly in the table are groups too."""
    found: list[list[Node]] = []
    for grouped, parts in groupby(table.nodes(), lambda part: part.tag in _GROUPS):
        if grouped:
            found.extend([row for row in p.nodes() if row.tag == "tr"] for p in parts)
        else:
            found.append([part for part in parts if part.tag == "tr"])
    return found


def _placed(rows: list[Node]) -> list[_Placed]:
    """Return the cells of a group of rows with the squares each covers."""
    covered: dict[tuple[int, int], bool] = {}
    found: list[_Placed] = []
    for number, row in enumerate(rows):
        column = 0
        for cell in (part for part in row.nodes() if part.tag in _CELLS):
            while (number, column) in covered:
                column += 1
            last = min(number + cell.rows, len(rows))
            placed = _Placed(
                cell, range(number, last), range(column, column + cell.columns)
            )
            found.append(placed)
            if len(covered) < _SQUARES_AT_MOST:
                covered |= {(r, c): True for r in placed.rows for c in placed.columns}
            column = placed.columns.stop
    return found


def _is_head(placed: _Placed, table: Node) -> bool:
    """Tell a cell that names a column: in ``thead``, or in a first row of ``th`` only."""
    row = next((r for r in _all_rows(table) if placed.cell in r.parts), None)
    if row is None:
        return False
    in_head = any(row in part.parts for part in table.nodes() if part.tag == "thead")
    cells = [part for part in row.nodes() if part.tag in _CELLS]
    return in_head or (len(cells) > 1 and all(cell.tag == "th" for cell in cells))


def _all_rows(table: Node) -> Iterator[Node]:
    for rows in _row_groups(table):
        yield from rows


def _rebuild(
    rows: list[Node], group: list[_Placed], gone: set[int], columns: set[int]
) -> None:
    """Put each cell that stays into the first of its rows that stays."""
    kept: dict[int, list[Part]] = {number: [] for number in range(len(rows))}
    for placed in sorted(group, key=lambda p: (p.columns.start, p.rows.start)):
        staying = [row for row in placed.rows if row not in gone]
        wide = [column for column in placed.columns if column not in columns]
        if staying and wide:
            placed.cell.rows, placed.cell.columns = len(staying), len(wide)
            kept[staying[0]].append(placed.cell)
    for number, row in enumerate(rows):
        row.parts = kept[number]
