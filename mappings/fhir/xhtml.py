"""The XHTML of a narrative as a small tree of known elements (FHIR R4, narrative.html).

Whoever shows, rewrites or maps a narrative starts from this tree: it has structure and
text and nothing else. Scripts, pictures, links, styles, names, comments and every
attribute but the spans of cells are not in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5
from typing import TypeAlias

from mappings.cda import xml
from mappings.fhir.elements import words
from mappings.mapped import Refused

BLOCKS = words(
    "address blockquote caption dd div dl dt h1 h2 h3 h4 h5 h6 li ol p pre table tbody td "
    "tfoot th thead tr ul"
)
INLINE = words(
    "abbr acronym b big br cite code dfn em i kbd q s samp small strike strong sub sup tt "
    "u var"
)
_UNSEEN = words(
    "applet area audio base button canvas col colgroup embed form frame frameset head hr "
    "iframe img input link map math meta noscript object option param script select style "
    "svg template textarea title video"
)
"""Elements left out with all they hold; any other unknown one leaves its text."""

_SPANS_AT_MOST = 1000
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_OF_XML = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


@dataclass(slots=True, eq=False)
class Node:
    """An element: its tag, its parts in order, how many columns and rows it spans.

    ``told`` says that it holds something that must go; only renditions set it.
    """

    tag: str
    parts: list["Part"] = field(default_factory=list)
    columns: int = 1
    rows: int = 1
    told: bool = False

    def nodes(self) -> Iterator["Node"]:
        """Yield the elements directly below this one."""
        return (part for part in self.parts if isinstance(part, Node))

    def text(self) -> str:
        """Return all text below, white space collapsed."""
        return " ".join("".join(_texts(self)).split())


Part: TypeAlias = Node | str


def tree(xhtml: str) -> Node | None:
    """Return the ``div`` of a narrative, None when it is not well-formed XHTML.

    Total on any string; the limits are those of the XML factory.
    """
    try:
        root = xml.parse(_ENTITY.sub(_character, xhtml).encode("utf-8", "replace"))
    except Refused:
        return None
    found = Node("div")
    found.parts = _parts(root)
    return found


def _character(entity: re.Match[str]) -> str:
    """Return the character an entity of XHTML stands for: XML knows five of them."""
    name = entity[1]
    return entity[0] if name in _OF_XML else html5.get(name, entity[0])


def _parts(element: xml.Element) -> list[Part]:
    found: list[Part] = [element.text] if element.text else []
    for child in element:
        if isinstance(child.tag, str):
            found.extend(_part(child))
        if child.tail:
            found.append(child.tail)
    return found


def _part(element: xml.Element) -> list[Part]:
    name = str(element.tag).rpartition("}")[2].lower()
    if name in _UNSEEN:
        return []
    inner = _parts(element)
    if name not in BLOCKS and name not in INLINE:
        return inner
    columns, rows = _span(element, "colspan"), _span(element, "rowspan")
    return [Node(name, inner, columns, rows)]


def _span(element: xml.Element, name: str) -> int:
    value = str(element.get(name, "1")).strip()
    known = value.isascii() and value.isdigit() and len(value) < len("10000")
    return min(max(int(value), 1), _SPANS_AT_MOST) if known else 1


def _texts(node: Node) -> Iterator[str]:
    for part in node.parts:
        if isinstance(part, str):
            yield part
            continue
        block = part.tag in BLOCKS or part.tag == "br"
        yield " " if block else ""
        yield from _texts(part)
        yield " " if block else ""
