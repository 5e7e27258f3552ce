"""The text of an XHTML narrative, block by block (FHIR R4, narrative.html).

A scanner, not a parser: it is linear in its input, and what it does not understand stays
as text, so that nothing written in a narrative escapes labelling.
"""

import html
import re

from mappings.fhir.elements import words

_BLOCKS = words(
    "address blockquote br caption center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre "
    "table tbody td tfoot th thead tr ul"
)
# Possessive quantifiers: an unclosed tag cannot make the scanner start again.
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]*+)([^<>]*+)>")
_SPOKEN = re.compile(r"""\b(?:alt|title|summary)=("[^"]*+"|'[^']*+')""")


def blocks(xhtml: str) -> tuple[str, ...]:
    """Return the texts of the paragraphs, cells and items of ``xhtml``, in order.

    Words split by inline elements are joined. Comments are text too; alternative texts
    and titles follow at the end. Never raises: broken markup is read as text.
    """
    found: list[list[str]] = [[]]
    spoken: list[list[str]] = []
    position = 0
    for tag in _TAG.finditer(xhtml):
        found[-1].append(xhtml[position : tag.start()])
        position = tag.end()
        if tag[2].lower() in _BLOCKS:
            found.append([])
        if "=" in tag[3]:
            spoken.extend([text[1:-1]] for text in _SPOKEN.findall(tag[3]))
    found[-1].append(xhtml[position:])
    texts = (
        " ".join(html.unescape("".join(parts)).split()) for parts in found + spoken
    )
    return tuple(text for text in texts if text)
