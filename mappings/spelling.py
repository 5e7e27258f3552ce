"""A first name however it is spelled, as an expression over a text folded in place.

Folding keeps the number of characters, so that a stretch of the folded text is the same
stretch of the text: accents, case and look-alike letters go, what is not seen becomes one
sign that may stand anywhere in a word.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

SHORTEST = 3
"""A shorter first name would be found in other words' company."""
_UNSEEN = "\u200b"
_SPACES = {ord(each): " " for each in map(chr, range(128)) if each.isspace()}
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters of Hangul that are not seen."""
_LOOK_ALIKE = str.maketrans(
    "абвгеёзіјкмнорсѕтухѵАВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχı",
    "a6breezijkmhopcstyxvabesijkmhopctyxabezhikmnoptyxaikvoptyxi",
)
_JOINT = rf"(?:{_UNSEEN}|[^\w\s]|_)?(?:-\s{{0,3}})?{_UNSEEN}{{0,3}}"
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


def folded(text: str) -> str:
    """Return a text without accents, capitals and disguise, character for character."""
    if text.isascii():
        return text.lower().translate(_SPACES)
    return "".join(map(_plain, text))


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character.isascii():
        return " " if character.isspace() else character.lower()
    unseen = unicodedata.category(character) in {"Mn", "Me", "Cf"}
    if unseen or character in _FILLERS:
        return _UNSEEN
    base = unicodedata.normalize("NFKD", character.translate(_LOOK_ALIKE))[0]
    base = base.translate(_LOOK_ALIKE).lower()
    return " " if base.isspace() else base[:1]


def ordinary(name: str) -> bool:
    """Tell whether a first name is also a word, which a small letter then shows."""
    return letters(name) in ORDINARY


def letters(name: str) -> str:
    """Return the letters and figures of a name, folded."""
    return "".join(re.findall(r"[^\W_]", folded(name)))


def solid(name: str) -> str:
    """Return an expression for the words of a name, each in one piece."""
    words = re.findall(rf"(?:[^\W_]|{_UNSEEN})+", folded(name))
    plain = (word.replace(_UNSEEN, "") for word in words)
    return _LOOSE.join(_JOINT.join(map(re.escape, word)) for word in plain if word)


def either(parts: Iterable[str]) -> str:
    """Return an expression for any of several, the longest first; empty for none."""
    found = sorted({part for part in parts if part}, key=len, reverse=True)
    return f"(?:{'|'.join(found)})" if found else ""


def spelled(names: Iterable[str], families: Iterable[str]) -> str:
    """Return an expression that finds first names in folded text; empty for no name.

    Also letter by letter (``A M A U R Y``), without a space beside a family name, and a
    long one in the plural.
    """
    beside = either(solid(each) for each in families)
    joined = f"(?:{beside})?" if beside else ""
    given = either(
        one
        for name in names
        for one in (
            f"{solid(name)}{joined}{_plural(name)}",
            _APART.join(map(re.escape, letters(name))),
        )
        if len(letters(name)) >= SHORTEST
    )
    return f"(?<!{_LETTER}){joined}{given}(?!{_LETTER})" if given else ""


def _plural(name: str) -> str:
    return "s?" if len(letters(name)) >= _GLUED_FROM else ""


def glued(names: Iterable[str]) -> str:
    """Return an expression for a long name beside other letters; empty for no long name."""
    long = either(solid(n) for n in names if len(letters(n)) >= _GLUED_FROM)
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
