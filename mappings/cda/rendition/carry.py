"""Taking what was marked out of the tree: the one place where the body is cut."""

from mappings.cda.rendition.marks import Marks
from mappings.cda.rendition.prose import Prose
from mappings.cda.rendition.tables import drop_rows, table_of
from mappings.cda.rendition.tags import CODE, ROW, remove
from mappings.cda.xml import Element


def carry_out(marks: Marks) -> None:
    """Cut the prose, take rows and elements out, narrow cells, rename sections."""
    for block, spans in marks.cuts.items():
        Prose.of(block).cut(spans)
    _rows(marks)
    for unit in marks.doomed:
        if unit.tag != ROW:
            remove(unit)
    for cell, columns in marks.narrowed.items():
        cell.set("colspan", str(max(1, int(str(cell.get("colspan", "1"))) - columns)))
    for title in marks.titles:
        _retitle(title)


def _rows(marks: Marks) -> None:
    rows: dict[Element, set[Element]] = {}
    for unit in marks.doomed:
        table = table_of(unit) if unit.tag == ROW else None
        if table is not None:
            rows.setdefault(table, set()).add(unit)
    for table, gone in rows.items():
        drop_rows(table, gone)


def _retitle(title: Element) -> None:
    """Call a section by the name of its code; by nothing where the code has none."""
    section = title.getparent()
    code = None if section is None else section.find(CODE)
    title[:] = []
    title.text = "" if code is None else str(code.get("displayName", ""))
