"""A first name however it is spelled: as an expression over folded text.

Folding (``fold.py``) has already taken accents, case, zero-width characters and
look-alike letters away. What is left to hide a name in is what stands between its
letters, and what stands beside it without a space.
"""

import re
from typing import TYPE_CHECKING

from labels.detection.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST = 3
"""A shorter first name would be found in too many words' company."""
_JOINT = r"(?:[^\w\s]|_|-\s{0,3}\n\s{0,3})?"
"""What may stand between two letters of one word: a sign, a hyphen at a line's end."""
_APART = r"[\W_]{1,3}"
_LOOSE = r"[\W_]{0,3}"
_LETTER = r"[^\W\d_]"
_GLUED_FROM = 5
"""A first name of so many letters counts in the plural, and inside a run of letters."""
_RUN_AT_MOST = 300
"""A longer run of signs is coded bytes, where any name may stand by chance."""
_NO_PROSE = re.compile(r"[@/\\_\d]|\.[a-z]{2}")
"""What a run of signs holds that is an address, a number or the name of a file."""

ORDINARY = frozenset(
    "aime ange blanche cerise claire clement constant desiree fleur france juste marine "
    "max modeste olive parfait pierre prudence reine rose victoire violette".split()
)
"""First names that are words of the language: as names they have a capital."""


def spelled(names: "Iterable[str]", families: "Iterable[str]" = ()) -> str:
    """Return an expression that finds names in folded text; empty for no name.

    *Amaury* is found as ``A M A U R Y``, ``Ama-ury``, ``_amaury_``, ``amaury1987`` and, before
    or after a family name, without a space; a long one also in the plural.
    A name of two letters is found only there.
    """
    beside = _either(_solid(each) for each in families)
    given = _either(each for name in names for each in _spellings(name, beside))
    joined = f"(?:{beside})?" if beside else ""
    return f"(?<!{_LETTER}){joined}{given}(?!{_LETTER})" if given else ""


def _spellings(name: str, beside: str) -> list[str]:
    solid = _solid(name)
    letters = _letters(name)
    after = f"(?:{beside})?" if beside else ""
    if len(letters) < SHORTEST:
        return [f"{solid}{_LOOSE}{beside}"] if letters and beside else []
    plural = "s?" if len(letters) >= _GLUED_FROM else ""
    return [f"{solid}{after}{plural}", _APART.join(map(re.escape, letters))]


def _solid(name: str) -> str:
    """Return the words of a name, each in one piece."""
    words = re.findall(r"[^\W_]+", fold(name).text)
    return _LOOSE.join(_JOINT.join(map(re.escape, word)) for word in words)


def _letters(name: str) -> str:
    return "".join(re.findall(r"[^\W_]", fold(name).text))


def _either(parts: "Iterable[str]") -> str:
    found = sorted({part for part in parts if part}, key=len, reverse=True)
    return f"(?:{'|'.join(found)})" if found else ""


def glued(names: "Iterable[str]") -> str:
    """Return an expression for a long name beside other letters; empty for no long name."""
    long = _either(_solid(n) for n in names if len(_letters(n)) >= _GLUED_FROM)
    return f"(?<={_LETTER}){long}|{long}(?={_LETTER})" if long else ""


def in_address(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch of a text stands where no prose is written.

    That is in an address, a number or the name of a file (*amauryo@orange.fr*), or where
    a capital begins a word inside a word (*scanAmaury*).
    """
    first, last = start, end
    while first and not text[first - 1].isspace() and last - first <= _RUN_AT_MOST:
        first -= 1
    while (
        last < len(text) and not text[last].isspace() and last - first <= _RUN_AT_MOST
    ):
        last += 1
    if last - first > _RUN_AT_MOST:
        return False
    told = _NO_PROSE.search(text[first:last].lower())
    return bool(told) or _capital(text, start) or _capital(text, end)


def _capital(text: str, at: int) -> bool:
    """Tell whether a small letter and then a capital meet at a place of a text."""
    return text[at - 1 : at].islower() and text[at : at + 1].isupper()


def ordinary(name: str) -> bool:
    """Tell whether a first name is also a word, which a small letter then shows."""
    return _letters(name) in ORDINARY
