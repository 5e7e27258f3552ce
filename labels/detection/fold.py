"""Text folded for comparison, with the way back to the original.

Accents, case, ligatures, full-width forms, zero-width characters and the usual
look-alike letters of other alphabets are folded away, so that *SÉROLOGIE*,
*se\u0301rologie* and *serologie* are one word. Every folded character knows which
original character it comes from.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOOK_ALIKE = str.maketrans(
    "абвгеёзиіјкмнорсѕтухѵѴАВЕЅІЈКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχµμ",
    "a6breeзиijkmhopcstyxvVABESIJKMHOPCTYXABEZHIKMNOPTYXaikvoptyxuu",
)
_PLAIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u2026": ".",
        "\u2022": "\n",
        "\u202f": " ",
        "\u2009": " ",
        "\u20ac": " ",
    }
)
_SIGNS = tuple((chr(code), plain) for code, plain in _PLAIN.items())
_NOT_ONE_TO_ONE = re.compile("[\u00ad\u00bc-\u00be\u00c6\u00df\u00e6]")
_SEPARATE = bytes(c if chr(c).isalnum() or c == ord("_") else 32 for c in range(256))
_KEPT = "\u2610\u2611\u2612\u25a1\u25a0\u2714\u2705\u2205"
"""Tick boxes and the empty set: they carry meaning for context, so they stay."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; ``origins[i]`` is where its character ``i`` comes from.

    ``origins`` is empty when each character stands for exactly one original one.
    """

    text: str
    original: str
    origins: tuple[int, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text behind a span of the folded one."""
        if not self.origins or start >= end:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1

    def words(self, start: int, end: int) -> str:
        """Return the original words behind a span of the folded text."""
        first, last = self.span(start, end)
        return self.original[first:last]


def fold(text: str) -> Folded:
    """Fold ``text``; never fails, whatever the characters.

    The common case (French text) costs two table look-ups a character in C;
    only text with characters that vanish or grow pays for a map of origins.
    """
    plain = text if text.isascii() else _plain(text)
    try:
        raw = plain.encode("latin-1")
    except UnicodeEncodeError:
        return _fold_each(text, plain)
    if not text.isascii() and _NOT_ONE_TO_ONE.search(plain):
        return _fold_each(text, plain)
    return Folded(raw.translate(_LATIN_1).decode("latin-1"), text)


def fold_together(texts: "Sequence[str]") -> tuple[str, list[int]] | None:
    """Return texts folded as one, a line break after each, and where each begins.

    ``None`` when a character of some text does not fold to exactly one: its place in
    the whole would then not be its place in the text.
    """
    joined = "\n".join(texts)
    plain = joined if joined.isascii() else _plain(joined)
    if not joined.isascii() and _NOT_ONE_TO_ONE.search(plain):
        return None
    try:
        raw = plain.encode("latin-1")
    except UnicodeEncodeError:
        return None
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
    return raw.translate(_LATIN_1).decode("latin-1"), starts


def separated(text: str) -> str:
    """Return a text of the same length in which only words and spaces are left."""
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        others = {ord(c): " " for c in set(text) if not (c.isalnum() or c == "_")}
        return text.translate(others)
    return raw.translate(_SEPARATE).decode("latin-1")


def _plain(text: str) -> str:
    """Replace typographic signs; looking for each costs less than a table."""
    for sign, plain in _SIGNS:
        if sign in text:
            text = text.replace(sign, plain)
    return text


def _fold_each(text: str, plain: str) -> Folded:
    table = {char: _fold_char(char) for char in set(plain)}
    parts = [table[char] for char in plain]
    if all(len(part) == 1 for part in table.values()):
        return Folded("".join(parts), text)
    origins = tuple(i for i, part in enumerate(parts) for _ in part)
    return Folded("".join(parts), text, origins)


def _fold_char(char: str) -> str:
    if char in _KEPT:
        return char
    decomposed = unicodedata.normalize("NFKD", char.translate(_LOOK_ALIKE))
    kept = (_fold_kept(c) for c in decomposed)
    return "".join(kept).lower().translate(_PLAIN)


def _fold_kept(char: str) -> str:
    special = {"\u0152": "oe", "\u0153": "oe", "\u00c6": "ae", "\u00e6": "ae"}
    special |= {"\u00df": "ss", "\u00d8": "o", "\u00f8": "o", "\n": "\n"}
    special |= {"\u115f": "", "\u1160": ""}
    if char in special:
        return special[char]
    kind = unicodedata.category(char)
    if kind in {"Mn", "Me", "Cf"}:
        return ""
    return " " if kind[0] in "ZC" else char


def _latin_1() -> bytes:
    """Build the table of the fast path from the rule of the slow one."""
    rows = (_fold_char(chr(code)) for code in range(256))
    return bytes(
        ord(row) if len(row) == 1 and ord(row) < 256 else 32  # noqa: PLR2004
        for row in rows
    )


_LATIN_1 = _latin_1()
