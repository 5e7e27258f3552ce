"""Finds the terms of all rules in a text, in one pass of one automaton.

The automaton knows the fixed beginnings of every term; at each place where one
occurs at the beginning of a word, the few terms that begin so are tried there. The
work is bounded for each place, hence linear in the text.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ahocorasick

from labels.detection.context import Sentences
from labels.detection.pattern import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from labels.detection.context import Cues
    from labels.detection.fold import Folded
    from labels.detection.rules import Group

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
    """The terms of all rules, ready to read texts; immutable once built."""

    __slots__ = ("_automaton", "_cues", "_patterns")

    def __init__(self, groups: "Iterable[Group]", cues: "Cues") -> None:
        """Build the automaton over the beginnings of every term of ``groups``."""
        self._cues = cues
        self._patterns = tuple((p.source, g) for g in groups for p in g.patterns)
        beginnings: dict[str, list[int]] = defaultdict(list)
        numbered = (p for g in groups for p in g.patterns)
        for number, pattern in enumerate(numbered):
            for prefix in pattern.prefixes:
                beginnings[prefix].append(number)
        self._automaton = ahocorasick.Automaton()
        for prefix, numbers in beginnings.items():
            self._automaton.add_word(prefix, (len(prefix), tuple(numbers)))
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
        for last, (length, numbers) in self._automaton.iter(text):
            start = last - length + 1
            if start and (text[start - 1].isalnum() or text[start - 1] == "_"):
                continue
            for number in numbers:
                source, group = self._patterns[number]
                hit = (
                    None
                    if (start, number) in found
                    else compiled(source).match(text, start)
                )
                if hit:
                    found[start, number] = Match(group, start, hit.end())
        return list(found.values())

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
        if self._cues.generic_text(text, bounds, match.start):
            return False
        if group.negated == "kept" or (group.negated == "minor" and minor):
            return True
        return not self._cues.negated(text, bounds, span)


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
