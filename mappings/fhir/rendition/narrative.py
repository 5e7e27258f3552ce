"""A narrative without some of its words, in the one form every reader gets.

The smallest unit that stands alone goes: a list item, a table row, a pair of a
definition list, else the words themselves. A narrative that cannot be read as XHTML is
shown to no reader of renditions, whatever is hidden in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from mappings.fhir.elements import words
from mappings.fhir.rendition.introductions import (
    drop_introductions,
    is_list,
    take_introductions,
)
from mappings.fhir.rendition.marks import Cuts, Marks, marked
from mappings.fhir.rendition.tables import without_told
from mappings.fhir.xhtml import Node, Part, tree
from mappings.fhir.xhtml_text import pruned, written

_UNITS = words("li td th dt dd")
"""What goes whole when a block of it goes."""


def redacted(xhtml: str, cuts: Cuts) -> str:
    """Return the narrative in canonical XHTML without what is cut; empty if none is left.

    Promises that no link, picture, style, name or comment of the source is in it.
    """
    found = None if cuts.everything else marked(xhtml, cuts)
    root = tree(found[0]) if found else None
    if not found or root is None:
        return ""
    _Cutter(found[1]).cut(root)
    return written(_without_told(root, top=True))


@dataclass(slots=True)
class _Cutter:
    """Walks a tree in reading order and takes out what stands between marks."""

    marks: Marks
    open: str = ""
    touched: list[tuple[Node, bool]] = field(default_factory=list)

    def cut(self, root: Node) -> None:
        """Cut the words, then say of each unit touched whether it must go."""
        self._node(root, None)
        for unit, whole in self.touched:
            unit.told = unit.told or whole or not unit.text()

    def _node(self, node: Node, unit: Node | None) -> None:
        unit = node if node.tag in _UNITS else unit
        kept: list[Part] = []
        for part in node.parts:
            if isinstance(part, Node):
                self._node(part, unit)
                kept.append(part)
            else:
                kept.append(self._text(part, unit))
        node.parts = kept

    def _text(self, text: str, unit: Node | None) -> str:
        kept: list[str] = []
        for piece in _pieces(text, self.marks):
            if piece in {self.marks.block, self.marks.part}:
                self.open = piece
            elif piece in {self.marks.block_end, self.marks.part_end}:
                self.open = ""
            elif not self.open:
                kept.append(piece)
            elif unit is not None:
                self.touched.append((unit, self.open == self.marks.block))
        return "".join(kept)


def _pieces(text: str, marks: Marks) -> Iterator[str]:
    """Split ``text`` at the marks, which are pieces themselves."""
    ends = {marks.block, marks.block_end, marks.part, marks.part_end}
    start = 0
    for index, character in enumerate(text):
        if character in ends:
            yield text[start:index]
            yield character
            start = index + 1
    yield text[start:]


def _without_told(node: Node, *, top: bool = False) -> Node:
    parts = _definitions(node) if node.tag == "dl" else node.parts
    told = {n for n, part in enumerate(parts) if is_list(part) and _holds_told(part)}
    kept = [_staying(part) for part in parts]
    take_introductions(kept, {n for n in told if not _says(kept[n])})
    if top or node.tag in {"ul", "ol"}:
        drop_introductions(kept)
    node.parts = [part for part in kept if part is not None]
    return node


def _holds_told(part: Part) -> bool:
    return isinstance(part, Node) and (
        part.told or any(_holds_told(inner) for inner in part.parts)
    )


def _says(part: Part | None) -> bool:
    return part is not None and bool(pruned(Node("div", [part])).text())


def _staying(part: Part) -> Part | None:
    if isinstance(part, str):
        return part
    if part.tag == "table":
        table = without_told(part)
        return None if table is None else _below(table)
    return None if part.told else _without_told(part)


def _below(table: Node) -> Node:
    """Treat what is inside the cells: they stay, their lists may not."""
    for part in table.nodes():
        if part.tag in {"td", "th", "caption"}:
            _without_told(part)
        elif part.tag == "table":
            without_told(part)
        else:
            _below(part)
    return table


def _definitions(node: Node) -> list[Part]:
    """Return the parts of a ``dl`` without the groups in which something is told."""
    groups: list[list[Part]] = [[]]
    for part in node.parts:
        follows = any(isinstance(p, Node) and p.tag == "dd" for p in groups[-1])
        if isinstance(part, Node) and part.tag == "dt" and follows:
            groups.append([])
        groups[-1].append(part)
    kept = (g for g in groups if not any(isinstance(p, Node) and p.told for p in g))
    return [part for group in kept for part in group]
