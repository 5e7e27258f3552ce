"""The usual ways to misspell a long word: one letter lost, doubled or swapped, or a sound.

Only words of nine letters and more: a shorter one is too near to other words. What is
itself a word (``not_misspelled`` in ``context.yaml``) is none of them.
"""

import re
from typing import TYPE_CHECKING

from labels.detection.pattern import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = 9
"""The letters a word must have for its misspellings to be told from other words."""
_LONG_WORD = re.compile(rf"[a-z]{{{LONG},}}\*?")
_SOUNDS = (
    ("ph", "f"), ("f", "ph"), ("th", "t"), ("t", "th"), ("i", "y"), ("y", "i"),
    ("c", "s"), ("s", "c"), ("qu", "k"), ("c", "k"), ("k", "c"), ("s", "z"),
    ("z", "s"), ("en", "an"), ("an", "en"), ("em", "am"), ("in", "ain"),
    ("o", "au"), ("au", "o"), ("oe", "e"), ("ae", "e"), ("tion", "sion"), ("ch", "k"),
    ("ch", "c"), ("m", "n"), ("n", "m"), ("e", "i"), ("i", "e"), ("e", "a"), ("rh", "r"),
)  # fmt: skip


def misspelled(pattern: Pattern, known: frozenset[str]) -> Pattern | None:
    """Return the misspellings of a term of one long word, or nothing.

    ``known`` are words of the language that are never taken for a misspelling.
    """
    if not _LONG_WORD.fullmatch(pattern.term):
        return None
    stem = pattern.term.removesuffix("*")
    variants = frozenset(_variants(stem)) - known - {stem, f"{stem}s", f"{stem}e"}
    return Pattern(pattern.term, variants, whole=True)


def _variants(word: str) -> "Iterator[str]":
    for at in range(1, len(word)):
        head, letter, tail = word[:at], word[at], word[at + 1 :]
        yield head + tail
        yield head + letter + letter + tail
        if tail and tail[0] != letter:
            yield head + tail[0] + letter + tail[1:]
    for wrong, right in _SOUNDS:
        at = word.find(wrong, 1)
        while at >= 0:
            yield word[:at] + right + word[at + len(wrong) :]
            at = word.find(wrong, at + 1)
