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
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product

from labels.detection.fold import fold, separated
from labels.detection.needed import Pieces, closing, needed

MIN_OPENING = 2
LONG_ENOUGH = 12
"""Beyond this length a beginning of a word is rare enough; it need not grow."""
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

    ``openings``: how the first word of a match may begin; one that ends in a space is
    that word, one that begins so a sign (*+*). ``whole``: the term is one word, and
    these are its spellings.
    """

    term: str
    openings: frozenset[str]
    whole: bool = False

    @property
    def open_end(self) -> bool:
        """Whether the last word of the term may go on."""
        return self.term.rstrip().endswith("*")

    @property
    def source(self) -> str:
        """The expression, written when it is asked for: most terms never are."""
        if self.whole:
            words = "|".join(sorted(self.openings))
            return word_source(words, open_end=self.open_end)
        return _source(_tokens(fold(self.term.strip()).text))

    def beginnings(self) -> frozenset[str]:
        """Return the fixed beginnings of a match, of words and spaces, as far as is cheap.

        Of several terms that match at one place, that with the shortest comes first.
        """
        if self.whole:
            return frozenset(opening[:LONG_ENOUGH] for opening in self.openings)
        tokens = _tokens(fold(self.term.strip()).text)
        several, _ = _parse(tokens, 0, _IN_TEXT)
        return frozenset(text[:LONG_ENOUGH] for text, _ in several)

    def needed(self) -> tuple[Pieces, ...]:
        """Return what each match holds beside its first word: of each tuple one piece."""
        return () if self.whole else needed(_tokens(fold(self.term.strip()).text))


def compile_term(term: str) -> Pattern:
    """Compile one term; raise :class:`TermError` when it cannot be."""
    word = fold(term.strip()).text
    single = _WORD.fullmatch(word) is not None
    # The most frequent kind of term need not be parsed.
    openings = {word.removesuffix("*")} if single else _openings(_tokens(word))
    if any(len(text) < MIN_OPENING and not text.isdigit() for text in openings):
        raise TermError("a term begins with two fixed characters or a number")
    return Pattern(term, frozenset(openings), whole=single)


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


def _openings(tokens: list[str]) -> set[str]:
    """Return every fixed beginning that the first word of a match may have.

    Stops at the end of the word, or at the first part that is not fixed text: the first
    word of each match is one of these, or begins so.
    """
    alternatives, _ = _parse(tokens, 0, _IN_WORD)
    return {_first(text) for text, _ in alternatives}


def _first(text: str) -> str:
    """Return the first word of a beginning, or a space and the sign it begins with."""
    word, end, _ = text.partition(" ")
    return word + end if word else text[:MIN_OPENING]


_Partial = tuple[str, bool]
"""A beginning, and whether it may still grow."""


def _parse(tokens: list[str], at: int, growth: "_Growth") -> tuple[list[_Partial], int]:
    """Expand one level of brackets; return the beginnings and where it ends."""
    done: list[_Partial] = []
    current: list[_Partial] = [("", True)]
    while at < len(tokens) and tokens[at] not in ")]":
        token = tokens[at]
        if token == "|":
            done, current = done + current, [("", True)]
        elif not any(grows and len(text) < LONG_ENOUGH for text, grows in current):
            at = closing(tokens, at) if token in "([" else at
        elif token in "([":
            inner, at = _parse(tokens, at + 1, growth)
            if tokens[at] == "]":
                inner = [("", True), *inner]
            current = _append(current, inner, growth.at_most)
        else:
            current = _append(current, growth.fixed(token), growth.at_most)
        at += 1
    return done + current, at


_ENDED: list[_Partial] = [(" ", False)]
"""Where the first word ends: whatever separates is a space."""


def _fixed_in_word(token: str) -> list[_Partial]:
    if token == "#":
        return [(digit, False) for digit in "0123456789"]
    if token == "-":
        return [("", True), *_ENDED]
    if token in {"'", " "}:
        return _ENDED
    if token in _REGEX:
        return [("", False)]
    word = separated(token).partition(" ")[0]
    return [(token, True)] if word == token else [(f"{word} {token}", False)]


def _fixed_in_text(token: str) -> list[_Partial]:
    if token == " ":
        return [(" ", True), ("  ", False)]
    if token in {"-", "'"}:
        return [
            ("" if token == "-" else " ", True),
            (" " if token == "-" else "  ", True),
        ]
    return [(separated(token), True)] if token not in _REGEX else _fixed_in_word(token)


@dataclass(frozen=True, slots=True)
class _Growth:
    """How beginnings grow: what a token adds, and how many they may become."""

    fixed: Callable[[str], list[_Partial]]
    at_most: int


_IN_WORD = _Growth(_fixed_in_word, 120)
_IN_TEXT = _Growth(_fixed_in_text, 600)


def _append(
    heads: list[_Partial], tails: list[_Partial], at_most: int
) -> list[_Partial]:
    """Put every tail after every head that may grow; keep the number small."""
    if len(tails) == 1:
        tail, open_ = tails[0]
        return [
            (text + tail, open_) if grows and len(text) < LONG_ENOUGH else (text, False)
            for text, grows in heads
        ]
    growing = [text for text, open_ in heads if open_ and len(text) < LONG_ENOUGH]
    if len(growing) > 1 and len(growing) * len(tails) > at_most:
        return [(head, False) for head, _ in heads]
    closed = [(text, False) for text, _ in heads if text not in growing]
    grown = [(head + tail, open_) for head, (tail, open_) in product(growing, tails)]
    return list(dict.fromkeys(closed + grown))
