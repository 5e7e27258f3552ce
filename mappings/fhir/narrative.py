"""The text of an XHTML narrative, block by block (FHIR R4, narrative.html).

A scanner, not a parser: it is linear in its input, and what it does not understand stays
as text, so that nothing written in a narrative escapes labelling.
"""

import html
import re
from collections.abc import Iterable
from typing import TypeAlias

from mappings.fhir.elements import words

_BLOCKS = words(
    "address blockquote br caption center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre "
    "table tbody td tfoot th thead tr ul"
)
# Possessive quantifiers: an unclosed tag cannot make the scanner start again.
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]*+)([^<>]*+)>")
_SPOKEN = re.compile(r"""\b(?:alt|title|summary)=("[^"]*+"|'[^']*+')""")


Span: TypeAlias = tuple[int, int]


def blocks(xhtml: str) -> tuple[str, ...]:
    """Return the texts of the paragraphs, cells and items of ``xhtml``, in order.

    Words split by inline elements are joined. Comments are text too; alternative texts
    and titles follow at the end. Never raises: broken markup is read as text.
    """
    return tuple(_text(xhtml, spans) for spans in ranges(xhtml))


def ranges(xhtml: str) -> tuple[tuple[Span, ...], ...]:
    """Return where the text of each block of :func:`blocks` stands in ``xhtml``.

    The n-th item belongs to the n-th block: the pieces between tags that make it up, in
    order. Never raises.
    """
    found: list[list[Span]] = [[]]
    spoken: list[list[Span]] = []
    position = 0
    for tag in _TAG.finditer(xhtml):
        found[-1].append((position, tag.start()))
        position = tag.end()
        if tag[2].lower() in _BLOCKS:
            found.append([])
        if "=" in tag[3]:
            start = tag.start(3)
            said = (one.span(1) for one in _SPOKEN.finditer(tag[3]))
            spoken.extend([(start + a + 1, start + b - 1)] for a, b in said)
    found[-1].append((position, len(xhtml)))
    return tuple(tuple(spans) for spans in found + spoken if _text(xhtml, spans))


def _text(xhtml: str, spans: Iterable[Span]) -> str:
    raw = "".join(xhtml[start:end] for start, end in spans)
    return " ".join(html.unescape(raw).split())
