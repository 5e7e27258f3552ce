"""The sentence around a stretch of prose, for words that only an ID points to.

Whoever labels prose gives sentences as places; this plain rule serves references and
former names only: a sentence ends at a line break, or at a mark with a space and a
capital, digit or quotation after it, unless the word before is a short abbreviation.
"""

import re

from mappings.cda.rendition.places import Span

_END = re.compile(
    r"(?<![.!?…])[.!?…]++[»\")\]]*+\s++(?=[\W\d_]{0,20}?[A-ZÀ-ÖØ-Þ0-9«])|\n"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:M|Mr|Mme|Mlle|Dr|Pr|St|Ste|cf|ex|env|n)\.\s*$"
)
_LONGEST = 8
"""Characters before a mark in which an abbreviation and the space before it stand."""


def around(text: str, start: int, end: int) -> Span:
    """Return the sentences of ``text`` that the stretch ``start`` to ``end`` touches."""
    first, last = 0, len(text)
    for found in _END.finditer(text):
        before = max(0, found.start() - _LONGEST)
        if found[0] != "\n" and _ABBREVIATION.search(text[before : found.end()]):
            continue
        if found.end() <= start:
            first = found.end()
        elif found.start() >= end - 1:
            last = found.end()
            break
    return first, len(text[:last].rstrip())
