"""The small language the terms are written in, for people who read rules.

    hepatite[ virale] (b|c)     alternatives and an optional part
    antiretrovir*               any ending of the word (at most 24 letters)
    anti-vhc                    a hyphen may be a space or nothing
    charge virale               a space may be up to three spaces or line breaks
    g#p#                        a number of one to four digits
    misoprostol ... 400         a gap of at most 40 characters, in one sentence

A term begins at the beginning of a word and ends at the end of one (a plural *s*
is allowed); it is written folded or with accents, as one likes. No construct can
repeat without bound and none repeats inside a repetition, so matching a term at
a place takes a bounded number of steps: reading a text is linear by construction.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import product

from labels.detection.fold import fold

MIN_PREFIX = 2
MAX_PREFIXES = 600
LONG_ENOUGH = 12
"""Beyond this length a beginning is rare enough; it need not grow."""
_TOKEN = re.compile(r" \.\.\. ?|[()|\[\]*# '-]|[^()|\[\]*# '-]+")
_WORD = re.compile(r"[a-z][a-z0-9]*\*?")
WORD_BEGINS = r"(?<!\w)"
"""How every expression of a term begins."""
_END = r"s?(?!\w)"
_REGEX = {
    "(": "(?:",
    ")": ")",
    "[": "(?:",
    "]": ")?",
    "|": "|",
    "*": r"\w{0,24}",
    "#": r"\d{1,4}",
    " ": r"[ \n-]{1,3}",
    "-": r"[ -]?",
    "'": "' ?",
    " ...": r"[^.;!?\n]{0,40}?",
    " ... ": r"\b[^.;!?\n]{0,40}?\b",
}


class TermError(ValueError):
    """A term is not written in the language; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A term ready to be looked for: how it may begin and the expression it means.

    ``whole``: each beginning is a whole word (the misspellings of the one of ``term``).
    """

    term: str
    prefixes: frozenset[str]
    whole: bool = False

    @property
    def source(self) -> str:
        """The expression, written when it is asked for: most terms never are."""
        if self.whole:
            words = "|".join(sorted(self.prefixes))
            return word_source(words, open_end=self.term.endswith("*"))
        return _source(_tokens(fold(self.term.strip()).text))


def compile_term(term: str) -> Pattern:
    """Compile one term; raise :class:`TermError` when it cannot be."""
    word = fold(term.strip()).text
    if _WORD.fullmatch(word):
        # The most frequent kind of term need not be parsed.
        prefixes = frozenset({word.removesuffix("*")})
    else:
        prefixes = frozenset(_prefixes(_tokens(word)))
    if any(len(text) < MIN_PREFIX and not text.isdigit() for text in prefixes):
        raise TermError("a term begins with two fixed characters or a number")
    return Pattern(term, prefixes)


def word_source(words: str, *, open_end: bool) -> str:
    """Return the expression of one word, or of several between bars."""
    return rf"{WORD_BEGINS}(?:{words}){_REGEX['*'] if open_end else _END}"


def compile_any(terms: tuple[str, ...]) -> str:
    """Return the one expression of several terms, to look for near a match.

    Here a term may begin with anything; raise :class:`TermError` as above.
    """
    return "|".join(_source(_tokens(fold(term.strip()).text)) for term in terms)


@cache
def compiled(source: str) -> re.Pattern[str]:
    """Compile an expression of this file when it is first needed.

    Most of the two thousand terms never occur in a day's documents; compiling them
    all would take longer than reading the files. Bounded by the number of terms.
    """
    return re.compile(source)


def _tokens(folded: str) -> list[str]:
    tokens = _TOKEN.findall(folded)
    _check_balance(tokens)
    return tokens


def _source(tokens: list[str]) -> str:
    body = "".join(_REGEX.get(token) or re.escape(token) for token in tokens)
    end = "" if tokens[-1] == "*" else _END
    return rf"{WORD_BEGINS}(?:{body}){end}"


def _check_balance(tokens: list[str]) -> None:
    if not tokens:
        raise TermError("a term is empty")
    open_: list[str] = []
    for token in tokens:
        if token in "([":
            open_.append(")" if token == "(" else "]")
        elif token in ")]" and (not open_ or open_.pop() != token):
            raise TermError("brackets do not match")
    if open_:
        raise TermError("brackets do not match")


def _prefixes(tokens: list[str]) -> list[str]:
    """Return every fixed beginning a match may have, as long as is cheap.

    Stops at the first part that is not fixed text, so that each match starts
    with one of the prefixes: the automaton looks for these and nothing else.
    """
    alternatives, _ = _parse(tokens, 0)
    return [text for text, _ in alternatives]


_Partial = tuple[str, bool]
"""A beginning, and whether it may still grow."""


def _parse(tokens: list[str], at: int) -> tuple[list[_Partial], int]:
    """Expand one level of brackets; return the beginnings and where it ends."""
    done: list[_Partial] = []
    current: list[_Partial] = [("", True)]
    while at < len(tokens) and tokens[at] not in ")]":
        token = tokens[at]
        if token == "|":
            done, current = done + current, [("", True)]
        elif not any(grows and len(text) < LONG_ENOUGH for text, grows in current):
            at = _closing(tokens, at) if token in "([" else at
        elif token in "([":
            inner, at = _parse(tokens, at + 1)
            if tokens[at] == "]":
                inner = [("", True), *inner]
            current = _append(current, inner)
        else:
            current = _append(current, _fixed(token))
        at += 1
    return done + current, at


def _closing(tokens: list[str], at: int) -> int:
    """Return where the bracket that opens at ``at`` closes; none is missing."""
    depth = 0
    while True:
        depth += (tokens[at] in "([") - (tokens[at] in ")]")
        if not depth:
            return at
        at += 1


_SEPARATED: list[_Partial] = [(" ", True), ("  ", False)]
"""A space of a term: one separator and on, or more of them and no further.

Whoever looks for beginnings takes every separator for a space.
"""


def _fixed(token: str) -> list[_Partial]:
    if token == "#":
        return [(digit, False) for digit in "0123456789"]
    if token == "-":
        return [("", True), (" ", True)]
    if token == "'":
        return [("'", True), ("' ", True)]
    if token == " ":
        return _SEPARATED
    if token in _REGEX:
        return [("", False)]
    return [(token, True)]


def _append(heads: list[_Partial], tails: list[_Partial]) -> list[_Partial]:
    """Put every tail after every head that may grow; keep the number small."""
    if len(tails) == 1:
        tail, open_ = tails[0]
        return [
            (text + tail, open_) if grows and len(text) < LONG_ENOUGH else (text, False)
            for text, grows in heads
        ]
    growing = [text for text, open_ in heads if open_ and len(text) < LONG_ENOUGH]
    if len(growing) * len(tails) > MAX_PREFIXES:
        return [(head, False) for head, _ in heads]
    closed = [(text, False) for text, _ in heads if text not in growing]
    grown = [(head + tail, open_) for head, (tail, open_) in product(growing, tails)]
    return list(dict.fromkeys(closed + grown))
