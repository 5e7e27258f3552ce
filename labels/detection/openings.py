"""Which terms a word may open, and which of them a text can hold at all.

A text is first taken as the set of its words. A term is looked for only where its first
word stands in a text that has all the words it cannot do without: *consultation VIH* is
sought in no letter without a *VIH*.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from labels.detection.fold import separated
from labels.detection.needed import Pieces, held

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from labels.detection.pattern import Pattern

_REMEMBERED = 100_000
"""Of so many words it is remembered what they open: those of a language, and names."""

Tried = dict[str, tuple[int, ...]]
"""The words of a text that open terms, and the numbers of these terms."""


Start = tuple[int, Iterable[int]]
"""Where a term may begin in a text, and the numbers of the terms that may."""


class Openings:
    """The first words of all terms; the terms are told by their numbers."""

    __slots__ = (
        "_beginnings",
        "_begun",
        "_exact",
        "_known",
        "_lengths",
        "_needed",
        "_patterns",
        "_signs",
    )

    def __init__(self, patterns: "Sequence[Pattern]") -> None:
        """Index the terms by their first words, whole or begun."""
        exact: defaultdict[str, list[int]] = defaultdict(list)
        begun: defaultdict[str, list[int]] = defaultdict(list)
        signs: defaultdict[str, list[int]] = defaultdict(list)
        for number, pattern in enumerate(patterns):
            for opening in _first_words(pattern):
                index = exact if opening[-1] == " " else begun
                index = signs if opening[0] == " " else index
                index[opening.strip()].append(number)
        self._patterns = patterns
        self._exact, self._begun, self._signs = dict(exact), dict(begun), dict(signs)
        self._lengths = sorted({len(opening) for opening in begun})
        self._known: dict[str, frozenset[int]] = {}
        self._beginnings: dict[int, frozenset[str]] = {}
        self._needed: dict[int, tuple[Pieces, ...]] = {}

    def starts(self, text: str) -> "Iterator[Start]":
        """Yield where a term may begin in a folded text, and which: words, then signs."""
        words = separated(text).split(" ")
        tried = self.tried(frozenset(words))
        at = 0
        for word in words if tried else ():
            if word in tried:
                yield at, tried[word]
            at += len(word) + 1
        for sign, numbers in self._signs.items():
            at = text.find(sign)
            while at >= 0:
                yield at, numbers
                at = text.find(sign, at + 1)

    def tried(self, vocabulary: frozenset[str]) -> Tried:
        """Return the words of a text that open a term which the text may hold."""
        opening = {word: found for word in vocabulary if (found := self.of(word))}
        if not opening:
            return {}
        opened = frozenset[int]().union(*opening.values())
        given = held(vocabulary)
        possible = {number for number in opened if self._possible(number, given)}
        if not possible:
            return {}
        return {
            word: tuple(sorted(kept))
            for word, numbers in opening.items()
            if (kept := numbers & possible)
        }

    def fixed(self, number: int, words: str, start: int) -> int:
        """Return the length of the fixed beginning of a term that matches there."""
        beginnings = self._beginnings.get(number)
        if beginnings is None:
            beginnings = self._patterns[number].beginnings()
            self._beginnings[number] = beginnings
        return min(
            (len(b) for b in beginnings if words.startswith(b, start)), default=0
        )

    def of(self, word: str) -> frozenset[int]:
        """Return the terms that a word may open."""
        numbers = self._known.get(word)
        if numbers is None:
            numbers = frozenset(self._look_up(word))
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[word] = numbers
        return numbers

    def _look_up(self, word: str) -> "Iterator[int]":
        yield from self._exact.get(word, ())
        for length in self._lengths:
            if length > len(word):
                break
            yield from self._begun.get(word[:length], ())

    def _possible(self, number: int, given: frozenset[str]) -> bool:
        """Tell whether what a text gives is all that a term needs."""
        needed = self._needed.get(number)
        if needed is None:
            needed = self._needed[number] = self._patterns[number].needed()
        return not any(map(given.isdisjoint, needed))


def _first_words(pattern: "Pattern") -> Iterable[str]:
    """Return the openings of a term; a word that cannot go on has a plural."""
    if not pattern.whole or pattern.open_end:
        return pattern.openings
    return [f"{word}{end}" for word in pattern.openings for end in (" ", "s ")]
