"""The sentence around a stretch of prose, for words that only an ID points to.

Whoever labels prose gives sentences as places; this plain rule serves references and
former names only: a sentence ends at a line break, or at a mark with a space and a
capital, digit or quotation after it, unless the word before is a short abbreviation.
"""

import re

from mappings.cda.rendition.places import Span

_END = re.compile(r"[.!?…]+[»\")\]]*\s+(?=[\W\d_]*[A-ZÀ-ÖØ-Þ0-9«])|\n")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:M|Mr|Mme|Mlle|Dr|Pr|St|Ste|cf|ex|env|n)\.\s*$"
)


def around(text: str, start: int, end: int) -> Span:
    """Return the sentences of ``text`` that the stretch ``start`` to ``end`` touches."""
    first, last = 0, len(text)
    for found in _END.finditer(text):
        if found[0] != "\n" and _ABBREVIATION.search(text, 0, found.end()):
            continue
        if found.end() <= start:
            first = found.end()
        elif found.start() >= end - 1:
            last = found.end()
            break
    return first, len(text[:last].rstrip())
