"""The text of an XHTML narrative, block by block (FHIR R4, narrative.html).

A scanner, not a parser: it is linear in its input, and what it does not understand stays
as text, so that nothing written in a narrative escapes labelling.
"""

import html
import re
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import TypeAlias

from mappings.fhir.elements import words

_BLOCKS = words(
    "address blockquote br caption center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre "
    "table tbody td tfoot th thead tr ul"
)
# Possessive quantifiers: an unclosed tag cannot make the scanner start again.
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]*+)([^<>]*+)>")
_SPOKEN = re.compile(r"""\b(?:alt|title|summary)=("[^"]*+"|'[^']*+')""")


_CDATA = "<![CDATA["
_ENDS = MappingProxyType({"<!--": "-->", "<?": "?>", _CDATA: "]]>"})
Span: TypeAlias = tuple[int, int]


def blocks(xhtml: str) -> tuple[str, ...]:
    """Return the texts of the paragraphs, cells and items of ``xhtml``, in order.

    Words split by inline elements or by comments are joined. Alternative texts and titles
    follow at the end, then comments, each a block of its own: nobody is shown them, and
    they say nothing of the words around them. Never raises: broken markup is read as text.
    """
    return tuple(_text(xhtml, spans) for spans in ranges(xhtml))


def ranges(xhtml: str) -> tuple[tuple[Span, ...], ...]:
    """Return where the text of each block of :func:`blocks` stands in ``xhtml``.

    The n-th item belongs to the n-th block: the pieces between tags that make it up, in
    order. Never raises.
    """
    found: list[list[Span]] = [[]]
    spoken: list[list[Span]] = []
    unseen = asides(xhtml)
    position = 0
    for tag in _tags(xhtml, unseen):
        found[-1].append((position, tag.start()))
        position = tag.end()
        if tag[2].lower() in _BLOCKS:
            found.append([])
        if "=" in tag[3]:
            start = tag.start(3)
            said = (one.span(1) for one in _SPOKEN.finditer(tag[3]))
            spoken.extend([(start + a + 1, start + b - 1)] for a, b in said)
    found[-1].append((position, len(xhtml)))
    shown = list(_without(found, unseen)) if unseen else found
    every = [*shown, *spoken, *([words_of(xhtml, one)] for one in unseen)]
    return tuple(tuple(spans) for spans in every if _text(xhtml, spans))


def asides(xhtml: str) -> tuple[Span, ...]:
    """Return where comments and processing instructions stand, in order.

    One that is not ended is text, as everything after it; CDATA is text.
    """
    found: list[Span] = []
    position = 0
    nexts = {start: xhtml.find(start) for start in _ENDS}
    while waiting := {at: start for start, at in nexts.items() if at >= 0}:
        at = min(waiting)
        start = waiting[at]
        end = xhtml.find(_ENDS[start], at + len(start))
        if end < 0:
            nexts[start] = -1
            continue
        position = end + len(_ENDS[start])
        if start != _CDATA:
            found.append((at, position))
        nexts |= {
            s: xhtml.find(s, position) for s, n in nexts.items() if 0 <= n < position
        }
    return tuple(found)


def words_of(xhtml: str, aside: Span) -> Span:
    """Return where the words of one of the :func:`asides` stand."""
    start, end = aside
    opened = next(one for one in _ENDS if xhtml.startswith(one, start))
    return start + len(opened), end - len(_ENDS[opened])


def _tags(xhtml: str, unseen: tuple[Span, ...]) -> Iterator[re.Match[str]]:
    """Yield the tags that are not inside a comment."""
    waiting = iter(unseen)
    aside = next(waiting, None)
    for tag in _TAG.finditer(xhtml):
        while aside is not None and aside[1] <= tag.start():
            aside = next(waiting, None)
        if aside is None or tag.start() < aside[0]:
            yield tag


def _without(
    blocks_of_spans: list[list[Span]], unseen: tuple[Span, ...]
) -> Iterator[list[Span]]:
    """Yield the pieces of each block without the comments in them."""
    number = 0
    for spans in blocks_of_spans:
        left: list[Span] = []
        for first, end in spans:
            start = first
            while number < len(unseen) and unseen[number][1] <= end:
                aside = unseen[number]
                left.append((start, aside[0]))
                start, number = aside[1], number + 1
            left.append((start, end))
        yield left


def _text(xhtml: str, spans: Iterable[Span]) -> str:
    raw = "".join(xhtml[start:end] for start, end in spans)
    return " ".join(html.unescape(raw).split())
