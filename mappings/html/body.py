"""A narrative as HTML that a screen reader can follow: scopes, labels, no headings."""

from collections.abc import Iterable, Iterator
from itertools import count

from mappings.fhir.xhtml import BLOCKS, Node
from mappings.html.markup import Part, Tag, tag
from mappings.html.words import word

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_STRONG = frozenset({"b", "strong"})
_EMPHASIS = frozenset({"i", "em", "cite", "dfn", "var"})
_AS_THEY_ARE = frozenset(
    "abbr blockquote br caption code dd div dl dt kbd li ol p pre q samp small sub sup "
    "tbody td tfoot thead tr u ul".split()
)


class Narrative:
    """Writes the narratives of one page in one language."""

    def __init__(self, language: str) -> None:
        """Write for readers of ``language``."""
        self._language = language
        self._tables = count(1)

    def parts(self, node: Node) -> list[Part]:
        """Return what stands in a node, in order."""
        return [
            part if isinstance(part, str) else one
            for part in _closed_up(node.parts)
            for one in ([part] if isinstance(part, str) else self._node(part))
        ]

    def _node(self, node: Node) -> Iterator[Part]:
        if node.tag == "table":
            yield self._table(node)
        elif node.tag in _HEADINGS:
            # The page has its own order of headings; those inside a section are words.
            yield tag("p", tag("strong", *self.parts(node)), class_="heading")
        elif node.tag in _STRONG:
            yield tag("strong", *self.parts(node))
        elif node.tag in _EMPHASIS:
            yield tag("em", *self.parts(node))
        elif node.tag in {"td", "th"}:
            yield self._cell(node, "row")
        elif node.tag in _AS_THEY_ARE:
            yield tag(node.tag, *self.parts(node))
        else:
            yield from self.parts(node)

    def _table(self, table: Node) -> Tag:
        """Return a table in a region that can be scrolled with the keyboard."""
        caption = next(
            (one.text() for one in table.nodes() if one.tag == "caption"), ""
        )
        name = caption or f"{word('table', self._language)} {next(self._tables)}"
        rows = [self._rows(one, first=n == 0) for n, one in enumerate(_inner(table))]
        titles = [tag("caption", caption)] if caption else []
        made = tag("table", *titles, *rows)
        return tag(
            "div", made, class_="wide", role="region", tabindex="0", aria_label=name
        )

    def _rows(self, node: Node, *, first: bool) -> Part:
        """Return a row, or a group of rows; heads of columns and of rows have a scope."""
        if node.tag == "tr":
            cells = [one for one in node.nodes() if one.tag in {"td", "th"}]
            wide = len(cells) > 1 or any(one.columns > 1 for one in cells)
            heads = first and wide and all(one.tag == "th" for one in cells)
            return tag(
                "tr", *(self._cell(one, "col" if heads else "row") for one in cells)
            )
        groups = [
            self._rows(row, first=node.tag == "thead" or (first and n == 0))
            for n, row in enumerate(one for one in node.nodes() if one.tag == "tr")
        ]
        return tag(node.tag, *groups)

    def _cell(self, cell: Node, scope: str) -> Tag:
        """Return a cell; a head without words is an empty corner, and no head."""
        head = cell.tag == "th" and bool(cell.text())
        if scope == "col" and cell.columns > 1:
            scope = "colgroup"
        return tag(
            "th" if head else "td",
            *self.parts(cell),
            scope=scope if head else "",
            colspan=str(cell.columns) if cell.columns > 1 else "",
            rowspan=str(cell.rows) if cell.rows > 1 else "",
        )


def _closed_up(parts: Iterable[str | Node]) -> Iterator[str | Node]:
    """Yield the parts without line breaks that only make empty lines."""
    told, waiting = False, None
    for part in parts:
        if not isinstance(part, str) and part.tag == "br":
            waiting = part if told else None
            continue
        if isinstance(part, str) and not part.strip():
            yield part
            continue
        block = not isinstance(part, str) and part.tag in BLOCKS
        if waiting is not None and not block:
            yield waiting
        told, waiting = not block, None
        yield part


def _inner(table: Node) -> list[Node]:
    return [
        one for one in table.nodes() if one.tag in {"thead", "tbody", "tfoot", "tr"}
    ]
