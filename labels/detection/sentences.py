"""Where prose may be cut: its sentences, and which of them do not stand alone.

What is cut out is a whole sentence, so that what is left is correct prose. Every doubt
(an abbreviation, a capital that may be an initial, a line that goes on in the next)
makes the sentence longer: too much is hidden rather than half of it left.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from labels.detection.fold import fold
from labels.detection.pattern import compile_any
from labels.detection.rules import RuleFileError
from labels.detection.yaml_file import read_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from labels.detection.findings import Span

_STOP = re.compile(
    r"[.!?\u2026]{1,9}(?:[\"'\u201d\u2019)\]]|[ \u00a0\u202f]?\u00bb){0,3}(?=\s)|\n"
)
_LAST_WORD = re.compile(r"[\w\u00b0]{1,24}\Z")
_WORD_BEFORE = re.compile(r"([\w-]{1,24})[ \u00a0]\Z")
_REACH = 60
_NUMBER = re.compile(r"\W{0,3}(?:\d{1,3}|[A-Za-z])")
_BULLET = re.compile(r"[-\u2010-\u2015\u2022\u25aa\u25cf*\u2023\u00b7+>]|\w{1,3}[.)] ")
_OPENING = 40
"""How much of a sentence is read to know how it begins."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of ``context.yaml`` that decide where a sentence ends and how it leans."""

    abbreviations: frozenset[str]
    letters: frozenset[str]
    unfinished: frozenset[str]
    leaning: re.Pattern[str]
    standing: re.Pattern[str]

    def leans(self, opening: str) -> bool:
        """Tell whether a sentence that begins so leans on the one before it."""
        folded = fold(opening).text
        return bool(self.leaning.match(folded)) and not self.standing.match(folded)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, without the blanks around it.

    ``leans_on`` is the number of the sentence without which it does not stand: the one
    before it (*Depuis, ...*), the line that introduces it (*Traitement :*), or none.
    """

    start: int
    end: int
    leans_on: int | None = None


@cache
def wording() -> Wording:
    """Return the words, read once; raise :class:`RuleFileError` as below."""
    return read_wording(read_data("context.yaml"))


def read_wording(data: "Mapping[str, Any]") -> Wording:
    """Compile the words; raise :class:`RuleFileError` when a list is missing."""
    try:
        lists = data["sentences"]
        return Wording(
            frozenset(map(str, lists["abbreviations"])),
            frozenset(map(str, lists["letters"])),
            frozenset(map(str, lists["unfinished"])),
            re.compile(compile_any(tuple(lists["leaning"]))),
            re.compile(compile_any(tuple(lists["standing"]))),
        )
    except (KeyError, TypeError) as error:
        raise RuleFileError("context.yaml", "sentences", "a list is missing") from error


def sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text in order; only blanks are in none of them."""
    words = wording()
    spans = list(_spans(text, words))
    found: list[Sentence] = []
    lead: int | None = None
    for number, (start, end) in enumerate(spans):
        opening = text[start : start + _OPENING]
        item = _BULLET.match(opening) is not None
        previous = text[spans[number - 1][1] - 1] if number else ""
        if previous == ":":
            lead = number - 1
        elif not item:
            lead = None
        leans = number > 0 and words.leans(opening)
        found.append(Sentence(start, end, number - 1 if leans else lead))
    return tuple(found)


def holding(found: "Sequence[Sentence]", span: "Span") -> range:
    """Return the numbers of the sentences that hold a part of ``span``."""
    start, end = span
    first = bisect_right(found, start, key=lambda sentence: sentence.end)
    last = bisect_left(found, max(end, start + 1), key=lambda one: one.start)
    return range(first, last)


def _spans(text: str, words: Wording) -> "Iterator[Span]":
    start = 0
    for stop in _STOP.finditer(text):
        if _ends(text, start, stop, words):
            yield from _trimmed(text, start, stop.end())
            start = stop.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> "Iterator[Span]":
    piece = text[start:end]
    bare = piece.strip()
    if bare:
        first = start + len(piece) - len(piece.lstrip())
        yield first, first + len(bare)


def _ends(text: str, start: int, stop: re.Match[str], words: Wording) -> bool:
    """Tell whether a stop ends the sentence that begins at ``start``."""
    before = text[max(start, stop.start() - _REACH) : stop.start()]
    following = _next(text, stop.end())
    if stop.group() == "\n":
        return not (following.islower() and _goes_on(before.rstrip(), words))
    if following.islower():
        return False
    return stop.group() != "." or not _abbreviated(before, words)


def _next(text: str, at: int) -> str:
    """Return the next character that is no blank, or a line break, or nothing."""
    while at < len(text) and text[at].isspace() and text[at] != "\n":
        at += 1
    return text[at : at + 1]


def _goes_on(line: str, words: Wording) -> bool:
    if line.endswith((",", "'", "\u2019", "(", "-")):
        return True
    word = _LAST_WORD.search(line)
    return word is not None and fold(word.group()).text in words.unfinished


def _abbreviated(before: str, words: Wording) -> bool:
    """Tell an abbreviation, an initial or the number of an item from a last word."""
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    if len(before) < _REACH and _NUMBER.fullmatch(before.strip()):
        return True
    token = word.group()
    if len(token) == 1 and token.isupper():
        previous = _WORD_BEFORE.search(before[: word.start()])
        return previous is None or fold(previous[1]).text not in words.letters
    return fold(token).text in words.abbreviations
