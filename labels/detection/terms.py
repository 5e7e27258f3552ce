"""Finds the terms of all rules in a text, in one pass of one automaton.

The automaton knows the fixed beginnings of every term, each after a space; at each
place where one occurs at the beginning of a word, the few terms that begin so are tried there. The
work is bounded for each place, hence linear in the text.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ahocorasick

from labels.detection.context import Sentences
from labels.detection.misspelling import misspelled
from labels.detection.pattern import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from labels.detection.context import Cues
    from labels.detection.fold import Folded
    from labels.detection.pattern import Pattern
    from labels.detection.rules import Group

_SEPARATE = bytes(c if chr(c).isalnum() or c == ord("_") else 32 for c in range(256))
_FOUND = -1
_PATIENCE = 300
"""How often a group may be denied in one place before it is believed all the same.

No honest text denies a thing so often; a hostile one would make us read it for long.
"""
_NEAR = 90
"""How far a word that settles the meaning may stand, in characters."""


@dataclass(frozen=True, slots=True)
class Match:
    """A term found: its group and its span in the folded text."""

    group: "Group"
    start: int
    end: int


class TermIndex:
    """The terms of all rules, ready to read texts.

    Immutable once built, but for expressions compiled when they are first needed.
    """

    __slots__ = ("_automaton", "_cues", "_guards", "_patterns")

    def __init__(self, groups: "Iterable[Group]", cues: "Cues") -> None:
        """Build the automaton over the beginnings of every term of ``groups``."""
        self._cues = cues
        numbered = tuple(_with_misspellings(tuple(groups), cues.not_misspelled))
        self._patterns = tuple((pattern.source, group) for pattern, group in numbered)
        self._guards: dict[tuple[int, ...], re.Pattern[str]] = {}
        beginnings: dict[str, list[int]] = defaultdict(list)
        for number, (pattern, _) in enumerate(numbered):
            for prefix in sorted({_separated(text) for text in pattern.prefixes}):
                beginnings[f" {prefix}"].append(number)
        self._automaton = ahocorasick.Automaton()
        for prefix, numbers in beginnings.items():
            self._automaton.add_word(prefix, (len(prefix) - 1, tuple(numbers)))
        self._automaton.make_automaton()

    def matches(self, folded: "Folded", *, minor: bool) -> "Iterator[Match]":
        """Yield the matches that stand: not excluded, in their meaning, not denied.

        ``minor`` is what a negation of some terms depends on. At most the first
        match of each group that stands is yielded.
        """
        found = self._found(folded.text)
        if not found:
            return
        excluded = _Excluded(m for m in found if m.group.kind == "exclusion")
        sentences = Sentences(folded.text)
        tries: Counter[str] = Counter()
        for match in found:
            rule = match.group.rule
            if match.group.kind == "exclusion" or tries[rule] == _FOUND:
                continue
            if excluded.covers(match):
                continue
            tries[rule] += 1
            stands = self._stands(folded.text, sentences, match, minor=minor)
            if stands or tries[rule] > _PATIENCE:
                tries[rule] = _FOUND
                yield match

    def _found(self, text: str) -> list[Match]:
        found: dict[tuple[int, int], Match] = {}
        for last, (length, numbers) in self._automaton.iter(f" {_separated(text)}"):
            start = last - length
            if len(numbers) > 1 and not self._guard(numbers).match(text, start):
                continue
            for number in numbers:
                if (start, number) in found:
                    continue
                source, group = self._patterns[number]
                hit = compiled(source).match(text, start)
                if hit:
                    found[start, number] = Match(group, start, hit.end())
        return list(found.values())

    def _guard(self, numbers: tuple[int, ...]) -> "re.Pattern[str]":
        """Return one expression for all terms of a beginning; it seldom matches."""
        guard = self._guards.get(numbers)
        if guard is None:
            sources = "|".join(self._patterns[number][0] for number in numbers)
            guard = self._guards[numbers] = re.compile(sources)
        return guard

    def _stands(
        self, text: str, sentences: Sentences, match: Match, *, minor: bool
    ) -> bool:
        bounds = sentences.around(match.start, match.end)
        group, span = match.group, (match.start, match.end)
        before = text[max(bounds[0], match.start - _NEAR) : match.start]
        after = text[match.end : min(bounds[1], match.end + _NEAR)]
        if group.near and not _either(group.near, before, after):
            return False
        if group.unless and _either(group.unless, before, after):
            return False
        joins = group.kind == "context"
        if not joins and self._cues.generic_text(text, bounds, match.start):
            return False
        if group.negated == "kept" or (group.negated == "minor" and minor):
            return True
        return not self._cues.negated(text, bounds, span)


def _separated(text: str) -> str:
    """Return a text of the same length in which only words and spaces are left.

    So the automaton meets a beginning only where a word begins.
    """
    return text.encode("latin-1", "replace").translate(_SEPARATE).decode("latin-1")


def _with_misspellings(
    groups: "tuple[Group, ...]", known: frozenset[str]
) -> "Iterator[tuple[Pattern, Group]]":
    """Yield every term, then the misspellings of those that say something.

    A misspelling that is the beginning of a term, or a word, is left out.
    """
    words = known.union(*(p.prefixes for g in groups for p in g.patterns))
    for group in groups:
        for pattern in group.patterns:
            yield pattern, group
            if group.kind in {"term", "signal"}:
                wrong = misspelled(pattern, words)
                if wrong:
                    yield wrong, group


def _either(source: str, before: str, after: str) -> bool:
    expression = compiled(source)
    return bool(expression.search(before) or expression.search(after))


class _Excluded:
    """The spans that exclusions cover, by category, to be asked in log time."""

    __slots__ = ("_spans",)

    def __init__(self, matches: "Iterable[Match]") -> None:
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for match in sorted(matches, key=lambda m: m.start):
            rows = spans[match.group.category]
            if rows and match.start <= rows[-1][1]:
                rows[-1] = (rows[-1][0], max(rows[-1][1], match.end))
            else:
                rows.append((match.start, match.end))
        self._spans = dict(spans)

    def covers(self, match: Match) -> bool:
        rows = self._spans.get(match.group.category)
        if not rows:
            return False
        at = bisect_right(rows, (match.end, -1)) - 1
        return at >= 0 and rows[at][1] > match.start and rows[at][0] < match.end
