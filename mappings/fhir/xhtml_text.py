"""A narrative tree written back as XHTML, in one form for one content.

White space is collapsed as a browser does, what is empty is left out: nothing in the
written form depends on how the source was indented or on what stood there before.
"""

from collections.abc import Iterator
from html import escape

from mappings.fhir.elements import words
from mappings.fhir.xhtml import BLOCKS, Node, Part

OPENING = '<div xmlns="http://www.w3.org/1999/xhtml">'
_KEPT_EMPTY = words("td th")
"""A cell without words still holds its place in a row."""


def written(node: Node) -> str:
    """Return the ``div`` as XHTML, or an empty string when it says nothing."""
    kept = pruned(node)
    if not _says(kept):
        return ""
    return f"{OPENING}{''.join(_spaced(_tokens(kept.parts)))}</div>"


def pruned(node: Node) -> Node:
    """Return a copy of ``node`` without whatever is empty, at any depth.

    A row without words goes, and so does a table that has only its head left.
    """
    kept = [part for part in map(_kept, node.parts) if part is not None]
    return Node(node.tag, kept, node.columns, node.rows)


def _kept(part: Part) -> Part | None:
    if isinstance(part, str) or part.tag == "br":
        return part
    found = pruned(part)
    if found.tag in _KEPT_EMPTY:
        return found
    if found.tag == "table" and not any(map(_says, _body(found))):
        return None
    return found if _says(found) else None


def _says(node: Node) -> bool:
    return bool(node.text())


def _body(table: Node) -> Iterator[Node]:
    """Yield the rows that are no head: those with a ``td``, outside ``thead``."""
    for part in table.nodes():
        if part.tag in {"tbody", "tfoot"}:
            yield from (row for row in part.nodes() if _has_data(row))
        elif part.tag == "tr" and _has_data(part):
            yield part


def _has_data(row: Node) -> bool:
    return any(cell.tag == "td" for cell in row.nodes())


Token = tuple[str, str]
"""What it is (open, close, text, break) and its text."""


def _tokens(parts: list[Part]) -> Iterator[Token]:
    for part in parts:
        if isinstance(part, str):
            yield "text", part
        elif part.tag == "br":
            yield "break", ""
        elif part.tag == "pre":
            lines = _raw(part).strip("\n")
            yield "block", f"<pre>{escape(lines, quote=False)}</pre>"
        else:
            kind = "block" if part.tag in BLOCKS else "inline"
            yield kind, f"<{part.tag}{_spans(part)}>"
            yield from _tokens(part.parts)
            yield kind, f"</{part.tag}>"


def _raw(node: Node) -> str:
    if node.tag == "br":
        return "\n"
    return "".join(p if isinstance(p, str) else _raw(p) for p in node.parts)


def _spans(node: Node) -> str:
    columns = f' colspan="{node.columns}"' if node.columns > 1 else ""
    return columns + (f' rowspan="{node.rows}"' if node.rows > 1 else "")


def _spaced(tokens: Iterator[Token]) -> Iterator[str]:
    """Write tokens with the white space that counts: one space, one break, no margin."""
    waiting, begun = "", False
    for kind, text in tokens:
        if kind == "block":
            waiting, begun = "", False
            yield text
        elif kind == "break":
            waiting = "<br/>" if begun else ""
        elif kind == "inline":
            opening = not text.startswith("</")
            yield (waiting if opening else "") + text
            waiting = "" if opening else waiting
        else:
            said = " ".join(text.split())
            if text[:1].isspace() and begun and not waiting:
                waiting = " "
            if said:
                yield waiting + escape(said, quote=False)
                begun, waiting = True, " " if text[-1:].isspace() else ""
