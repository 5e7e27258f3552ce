"""Tables: which cells make a column, and taking rows out under cells that span several."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from mappings.cda.rendition.tags import CELLS, DATA_CELL, HEAD, ROW, TABLE, remove, said
from mappings.cda.xml import Element

SPAN_AT_MOST = 1000
"""HTML's own limit of a colspan; it bounds the work on hostile tables."""


DRAWN_AT_MOST = 500_000
"""Places that the cells of one group of rows take; honest tables have some thousands."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its first row and column in its group of rows, and its extent."""

    element: Element
    row: int
    column: int
    rows: int
    columns: int


def rows_of(table: Element) -> list[Element]:
    """Return the rows of a table, without those of tables inside its cells."""
    found: list[Element] = []
    for child in table:
        if child.tag == ROW:
            found.append(child)
        elif child.tag not in CELLS and child.tag != TABLE:
            found += [row for row in child if row.tag == ROW]
    return found


def body_rows(table: Element) -> list[Element]:
    """Return the rows that say something: not in the head, not made of ``th`` alone."""
    return [row for row in rows_of(table) if not is_head(row)]


def is_head(row: Element) -> bool:
    """Tell a row of the head, or one whose cells are all heads."""
    parent = row.getparent()
    if parent is not None and parent.tag == HEAD:
        return True
    return all(cell.tag != DATA_CELL for cell in row)


def lone_heads(table: Element) -> list[Element]:
    """Return the rows that head the rows below them where there are none.

    Such a row has one cell, over several columns, of kind ``th`` or all in bold. It
    heads nothing when its group ends after it, or another of the same look follows.
    """
    found = []
    for rows in groups(table):
        below: str | None = None
        parent = rows[0].getparent()
        if parent is not None and parent.tag == HEAD:
            continue
        for row in reversed(rows):
            look = _look(row)
            if look and below in {None, look}:
                found.append(row)
            else:
                below = look
    return found


def _look(row: Element) -> str:
    """Return how a heading row looks, empty for another row."""
    cells = [cell for cell in row if cell.tag in CELLS]
    if len(cells) != 1 or _extent(cells[0], "colspan") == 1:
        return ""
    bold = said(cells[0]) == " ".join(said(one) for one in _bold(cells[0]))
    if cells[0].tag == DATA_CELL and not bold:
        return ""
    return f"{cells[0].tag} {cells[0].get('colspan')} {bold}"


def _bold(cell: Element) -> list[Element]:
    if "Bold" in str(cell.get("styleCode", "")):
        return [cell]
    return [one for one in cell if "Bold" in str(one.get("styleCode", ""))]


def groups(table: Element) -> Iterator[list[Element]]:
    """Give the rows of each group (head, body, foot): no cell spans two groups."""
    found: dict[Element, list[Element]] = {}
    for row in rows_of(table):
        parent = row.getparent()
        if parent is not None:
            found.setdefault(parent, []).append(row)
    yield from found.values()


def grid(rows: list[Element]) -> list[Cell]:
    """Return the cells of a group of rows where a browser would draw them.

    A table whose spans would cost too much to draw is read as if it had none.
    """
    cells: list[Cell] = []
    taken: dict[int, set[int]] = defaultdict(set)
    cost = 0
    for number, row in enumerate(rows):
        column = 0
        for element in row:
            if element.tag not in CELLS:
                continue
            while column in taken[number]:
                column += 1
            high = min(_extent(element, "rowspan"), len(rows) - number)
            wide = _extent(element, "colspan")
            cost += high * wide
            if cost > DRAWN_AT_MOST:
                high = wide = 1
            cells.append(Cell(element, number, column, high, wide))
            for below in range(number + 1, number + high):
                taken[below].update(range(column, column + wide))
            column += wide
    return cells


def _extent(cell: Element, name: str) -> int:
    given = str(cell.get(name, "1")).strip()
    if not (given.isascii() and given.isdigit()) or len(given) > len(str(SPAN_AT_MOST)):
        return 1
    return min(max(int(given), 1), SPAN_AT_MOST)


def column(cell: Element) -> tuple[list[Element], dict[Element, int]]:
    """Return the cells below a head cell, itself included, and those to be narrowed.

    A cell that reaches beyond the column is narrowed by the number of columns given.
    """
    table = table_of(cell)
    if table is None:
        return [cell], {}
    placed = [(found, grid(rows)) for rows in groups(table) for found in [rows]]
    own = next(c for _, cells in placed for c in cells if c.element is cell)
    gone, narrowed = [], {}
    for _, cells in placed:
        for one in cells:
            shared = _shared(own, one)
            if shared == one.columns:
                gone.append(one.element)
            elif shared:
                narrowed[one.element] = shared
    return gone, narrowed


def table_of(element: Element) -> Element | None:
    """Return the innermost table around an element."""
    node = element.getparent()
    while node is not None and node.tag != TABLE:
        node = node.getparent()
    return node


def _shared(one: Cell, other: Cell) -> int:
    end = min(one.column + one.columns, other.column + other.columns)
    return max(0, end - max(one.column, other.column))


def spanned(cell: Element) -> list[Element]:
    """Return the rows that a cell stands beside: its own, and those it spans."""
    row, table = cell.getparent(), table_of(cell)
    if row is None or table is None or _extent(cell, "rowspan") == 1:
        return [] if row is None else [row]
    for rows in groups(table):
        for one in grid(rows):
            if one.element is cell:
                return rows[one.row : one.row + one.rows]
    return [row]


def drop_rows(table: Element, gone: Collection[Element]) -> None:
    """Take rows out; what spans them is shortened, what starts in them moves down."""
    for rows in list(groups(table)):
        if any(row in gone for row in rows) or _spans(rows):
            _drop(rows, gone)


def _spans(rows: list[Element]) -> bool:
    return any(cell.get("rowspan") is not None for row in rows for cell in row)


def _drop(rows: list[Element], gone: Collection[Element]) -> None:
    cells = grid(rows)
    columns = {cell.element: cell.column for cell in cells}
    for cell in cells:
        left = [r for r in rows[cell.row : cell.row + cell.rows] if r not in gone]
        _set_rows(cell.element, len(left))
        if left and left[0] is not rows[cell.row]:
            _place(cell, left[0], columns)
    for row in rows:
        if row in gone:
            remove(row)


def _set_rows(cell: Element, rows: int) -> None:
    if rows > 1:
        cell.set("rowspan", str(rows))
    elif "rowspan" in cell.attrib:
        del cell.attrib["rowspan"]


def _place(cell: Cell, row: Element, columns: dict[Element, int]) -> None:
    """Move a cell into a later row, before the first cell to its right."""
    cell.element.tail = None
    right = (one for one in row if columns.get(one, -1) > cell.column)
    before = next(right, None)
    if before is None:
        row.append(cell.element)
    else:
        before.addprevious(cell.element)
