"""The XHTML of a section as the narrative block of CDA (StrucDoc.Text)."""

from collections.abc import Iterator

from mappings.fhir.elements import words
from mappings.fhir.to_cda.tag import Tag, tag
from mappings.fhir.xhtml import Node, Part, tree
from mappings.fhir.xhtml_text import pruned

_STYLES = {
    **dict.fromkeys(("b", "strong"), "Bold"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "Italics"),
    "u": "Underline",
}
_SAME = words("sub sup table thead tbody tfoot tr th td caption")
_PARAGRAPHS = words("p h1 h2 h3 h4 h5 h6 pre address blockquote dt dd")
_GROUPS = words("div dl")
_HEADINGS = words("h1 h2 h3 h4 h5 h6 dt")


def text(xhtml: str) -> Tag | None:
    """Return ``text`` of a section, None when the narrative says nothing or is no XHTML.

    Structure and words are kept; headings and terms become bold paragraphs, since CDA
    has no headings inside a section.
    """
    root = tree(xhtml)
    if root is None:
        return None
    parts = list(_flow(pruned(root).parts))
    return tag("text", parts) if parts else None


def listed(lines: list[str]) -> Tag | None:
    """Return ``text`` with one item a line: the narrative of entries that had none."""
    items = [tag("item", line) for line in lines if line]
    return tag("text", tag("list", items)) if items else None


def _flow(parts: list[Part]) -> Iterator[Tag]:
    """Yield blocks; words that stand in no block become paragraphs."""
    loose: list[Part] = []
    for part in parts:
        if isinstance(part, str) or not _is_block(part):
            loose.append(part)
            continue
        yield from _paragraph(loose)
        loose = []
        yield from _block(part)
    yield from _paragraph(loose)


def _is_block(node: Node) -> bool:
    return node.tag in _PARAGRAPHS | _GROUPS | {"ul", "ol", "li", "table"}


def _block(node: Node) -> Iterator[Tag]:
    if node.tag in _GROUPS or node.tag == "li":
        yield from _flow(node.parts)
    elif node.tag == "table":
        yield from _table(node)
    elif node.tag in {"ul", "ol"}:
        kind = "ordered" if node.tag == "ol" else "unordered"
        items = [tag("item", *_item(one)) for one in node.nodes()]
        yield tag("list", items, listType=kind)
    elif any(_is_block(one) for one in node.nodes()):
        yield from _flow(node.parts)
    else:
        yield from _paragraph(node.parts, bold=node.tag in _HEADINGS)


def _paragraph(parts: list[Part], *, bold: bool = False) -> Iterator[Tag]:
    inline = list(_inline(parts))
    if any(isinstance(one, Tag) or one.strip() for one in inline):
        content = [tag("content", *inline, styleCode="Bold")] if bold else inline
        yield tag("paragraph", *content)


def _item(node: Node) -> Iterator[Tag | str]:
    """Yield what an item holds: words, or blocks when it holds any."""
    blocks = any(_is_block(one) for one in node.nodes())
    yield from _flow(node.parts) if blocks else _inline(node.parts)


def _table(node: Node) -> Iterator[Tag]:
    """Yield a table; CDA demands a tbody around the rows."""
    caption = [_same(one) for one in node.nodes() if one.tag == "caption"]
    heads = [_same(one) for one in node.nodes() if one.tag == "thead"]
    feet = [_same(one) for one in node.nodes() if one.tag == "tfoot"]
    bodies = [_same(one) for one in node.nodes() if one.tag == "tbody"]
    rows = [_same(one) for one in node.nodes() if one.tag == "tr"]
    bodies += [tag("tbody", rows)] if rows else []
    if bodies:
        yield tag("table", caption, heads, feet, bodies)


def _same(node: Node) -> Tag:
    spans = {"colspan": node.columns, "rowspan": node.rows}
    said = {name: str(number) for name, number in spans.items() if number > 1}
    if node.tag in {"td", "th", "caption"}:
        blocks = any(_is_block(one) for one in node.nodes())
        inside = list(_flow(node.parts)) if blocks else list(_inline(node.parts))
        return tag(node.tag, *inside, **said)
    known = _SAME & {one.tag for one in node.nodes()}
    rows = [_same(one) for one in node.nodes() if one.tag in known]
    return tag(node.tag, rows)


def _inline(parts: list[Part]) -> Iterator[Tag | str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif part.tag == "br":
            yield tag("br")
        elif part.tag in {"sub", "sup"}:
            yield tag(part.tag, *_inline(part.parts))
        elif part.tag in _STYLES:
            yield tag("content", *_inline(part.parts), styleCode=_STYLES[part.tag])
        else:
            yield from _inline(part.parts)
