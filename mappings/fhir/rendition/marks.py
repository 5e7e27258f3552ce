"""Where in the XHTML the hidden words stand: marks put around them before it is parsed.

Blocks and their numbers are those of :mod:`mappings.fhir.narrative`; marks are Unicode
noncharacters that the source does not use, so they survive any parser and mean nothing.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mappings.fhir.narrative import Span, asides, ranges, words_of

_NONCHARACTERS = tuple(chr(code) for code in range(0xFDD0, 0xFDF0))
_AFTER_MARKS = 2
_ENTITY = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\s<&#;]{1,32};?)")


@dataclass(frozen=True, slots=True)
class Cuts:
    """What goes of one narrative: blocks by number, characters of a block, or all.

    ``characters`` are pairs of offsets in the text of the block (RFC 5147, end
    exclusive).
    """

    everything: bool = False
    blocks: frozenset[int] = frozenset()
    characters: dict[int, tuple[Span, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Marks:
    """The four marks of one narrative: around whole blocks, around some characters."""

    block: str
    block_end: str
    part: str
    part_end: str


def marked(xhtml: str, cuts: Cuts) -> tuple[str, Marks] | None:
    """Return ``xhtml`` without comments, with marks around what goes; None if none is free."""
    free = [one for one in _NONCHARACTERS if one not in xhtml][:4]
    if len(free) < len(("block", "block_end", "part", "part_end")):
        return None
    marks = Marks(*free)
    edits = [(at, rank, at, mark) for at, rank, mark in _inserted(xhtml, cuts, marks)]
    edits += [(start, _AFTER_MARKS, end, "") for start, end in asides(xhtml)]
    pieces: list[str] = []
    position = 0
    for start, _, end, mark in sorted(edits):
        pieces += [xhtml[position:start], mark]
        position = end
    return "".join([*pieces, xhtml[position:]]), marks


def _inserted(xhtml: str, cuts: Cuts, marks: Marks) -> Iterator[tuple[int, int, str]]:
    """Yield position, rank and mark; at one position an end comes before a start."""
    unseen = {words_of(xhtml, one) for one in asides(xhtml)}
    for number, spans in enumerate(ranges(xhtml), 1):
        if unseen and spans[0] in unseen:
            continue  # a comment, which no rendition has
        for start, end in spans if number in cuts.blocks else ():
            if xhtml[start:end].strip():
                yield start, 1, marks.block
                yield end, 0, marks.block_end
        parts = () if number in cuts.blocks else cuts.characters.get(number, ())
        for cut in _merged(parts):
            for start, end in _raw(xhtml, spans, cut):
                yield start, 1, marks.part
                yield end, 0, marks.part_end


def _merged(cuts: tuple[Span, ...]) -> Iterator[Span]:
    """Yield the cuts of one block apart from each other: marks do not nest."""
    start = end = 0
    for one in sorted(cuts):
        if one[0] > end:
            yield start, end
            start, end = one
        end = max(end, one[1])
    yield start, end


def _raw(xhtml: str, spans: tuple[Span, ...], cut: Span) -> Iterator[Span]:
    """Yield where in the source the characters ``cut`` of a block's text stand."""
    positions = _collapsed(xhtml, spans)[cut[0] : cut[1]]
    for start, end in spans:
        inside = [p for p in positions if start <= p[0] and p[1] <= end]
        if inside:
            yield inside[0][0], inside[-1][1]


def _collapsed(xhtml: str, spans: tuple[Span, ...]) -> list[Span]:
    """Return where each character of the block's text stands, white space collapsed."""
    found: list[Span] = []
    blank: Span | None = None
    for character, where in _characters(xhtml, spans):
        if character.isspace():
            blank = blank or where
            continue
        if blank and found:
            found.append(blank)
        found.append(where)
        blank = None
    return found


def _characters(xhtml: str, spans: tuple[Span, ...]) -> Iterator[tuple[str, Span]]:
    for start, end in spans:
        position = start
        for entity in _ENTITY.finditer(xhtml, start, end):
            for index in range(position, entity.start()):
                yield xhtml[index], (index, index + 1)
            for character in html.unescape(entity[0]):
                yield character, entity.span()
            position = entity.end()
        for index in range(position, end):
            yield xhtml[index], (index, index + 1)
