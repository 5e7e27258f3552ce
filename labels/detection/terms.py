"""Finds the terms of all rules in a text, by the words that open them.

The words of a text tell which terms it may hold (:mod:`labels.detection.openings`); these
few are tried wherever their first word stands. The work is bounded for each word, hence
linear in the text.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from labels.detection.context import Sentences
from labels.detection.fold import fold_together, separated
from labels.detection.misspelling import misspelled
from labels.detection.openings import Openings
from labels.detection.pattern import WORD_BEGINS, compiled

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from labels.detection.context import Cues
    from labels.detection.fold import Folded
    from labels.detection.openings import Start
    from labels.detection.pattern import Pattern
    from labels.detection.rules import Group

_IN_WORD = re.compile(r"(?<=\w)")
_PATIENCE = 300
"""How often a group may be denied in one place before it is believed all the same.

No honest text denies a thing so often; a hostile one would make us read it for long.
"""
_NEAR = 90
"""How far a word that settles the meaning may stand, in characters."""
_ENOUGH = 1000
"""A term found so often in one place is believed, even if each time it was excluded."""
_LONG = 2000
"""A text longer than this is read by itself: screening would only read it twice."""
_TOGETHER = 500_000
"""How many characters of short texts are screened at once."""
_NEVER = 1 << 62
"""A place that no text has."""
_SENTENCES = 40
"""In how many sentences of one place a group is told apart; beyond, it is everywhere."""


Speaking = dict[str, "list[Start] | None"]
"""Texts that may say something, and where."""


@dataclass(frozen=True, slots=True)
class Match:
    """A term found: its group and its span in the folded text.

    ``everywhere``: it is said so often that its sentences are not told apart.
    """

    group: "Group"
    start: int
    end: int
    everywhere: bool = False


class TermIndex:
    """The terms of all rules, ready to read texts.

    Immutable once built, but for expressions compiled when they are first needed.
    """

    __slots__ = ("_cues", "_expressions", "_openings", "_patterns")

    def __init__(self, groups: "Iterable[Group]", cues: "Cues") -> None:
        """Index every term of ``groups``, and its misspellings, by its first word."""
        self._cues = cues
        self._patterns = tuple(_with_misspellings(tuple(groups), cues.not_misspelled))
        self._expressions: dict[int, re.Pattern[str]] = {}
        self._openings = Openings([pattern for pattern, _ in self._patterns])

    def matches(
        self, folded: "Folded", *, minor: bool, starts: "Iterable[Start] | None" = None
    ) -> "Iterator[Match]":
        """Yield the matches that stand: not excluded, in their meaning, not denied.

        ``starts`` is what :meth:`speaking` tells of the text, if it was asked.

        ``minor`` is what a negation of some terms depends on. Of each group the first
        match that stands is yielded in each sentence, up to a number of sentences.
        """
        found, endless = self._found(folded.text, starts)
        if not found:
            return
        excluded = _Excluded(m for m in found if m.group.kind == "exclusion")
        sentences = Sentences(folded.text)
        tries = _Tries()
        for match in found:
            if match.group.kind == "exclusion" or not tries.wanted(match):
                continue
            if excluded.covers(match):
                continue
            bounds = sentences.around(match.start, match.end)
            stands = self._stands(folded.text, bounds, match, minor=minor)
            yield from tries.tried(match, bounds[1], stands=stands)
        for match in endless:
            if tries.wanted(replace(match, start=_NEVER - 1)):
                yield replace(match, everywhere=True)

    def speaking(self, texts: "Iterable[str]") -> Speaking:
        """Return the texts in which some term may stand: no other text has a match.

        With each, where in it which terms begin; ``None`` when it was not read. Many
        short texts are folded and searched as one, which is several times faster than
        one by one; long ones, and those that do not fold letter by letter, are not read.
        """
        told: Speaking = {}
        short: list[str] = []
        size = 0
        for text in texts:
            if len(text) > _LONG:
                told[text] = None
                continue
            short.append(text)
            size += len(text)
            if size > _TOGETHER:
                told |= self._screened(short)
                short, size = [], 0
        return told | self._screened(short)

    def _screened(self, texts: list[str]) -> Speaking:
        together = fold_together(texts)
        if together is None:
            odd = {text for text in texts if fold_together([text]) is None}
            plain = self._screened([one for one in texts if one not in odd])
            return dict.fromkeys(odd) | plain
        whole, begins = together
        told: defaultdict[str, list[Start]] = defaultdict(list)
        for at, term, _ in self._hits(whole):
            number = bisect_right(begins, at) - 1
            told[texts[number]].append((at - begins[number], (term,)))
        return dict(told)

    def _hits(
        self,
        text: str,
        enough: "Container[int]" = (),
        starts: "Iterable[Start] | None" = None,
    ) -> "Iterator[tuple[int, int, int]]":
        """Yield where each term is found that is not ``enough``: start, number, end."""
        expressions = self._expressions
        for start, numbers in starts or self._openings.starts(text):
            for number in numbers:
                if number in enough:
                    continue
                expression = expressions.get(number) or self._expression(number)
                hit = expression.match(text, start)
                if hit and not _IN_WORD.match(text, start):
                    yield start, number, hit.end()

    def _found(
        self, text: str, starts: "Iterable[Start] | None"
    ) -> tuple[list[Match], list[Match]]:
        """Return the matches in their order, and those of terms said without end.

        A term is looked for until it was found a thousand times; an exclusion always.
        """
        found: dict[tuple[int, int], Match] = {}
        times: Counter[int] = Counter()
        often: set[int] = set()
        for start, number, end in self._hits(text, often, starts):
            if (start, number) in found:
                continue
            group = self._patterns[number][1]
            found[start, number] = Match(group, start, end)
            times[number] += group.kind != "exclusion"
            if times[number] == _ENOUGH:
                often.add(number)
        matches = [found[key] for key in self._in_order(text, found)]
        last_of = {key[1]: match for key, match in found.items() if key[1] in often}
        return matches, list(last_of.values())

    def _in_order(
        self, text: str, found: "Iterable[tuple[int, int]]"
    ) -> list[tuple[int, int]]:
        """Return starts and numbers as the starts stand in the text.

        Where several terms match, the one with the shortest fixed beginning is first.
        """
        keys = sorted(found)
        if len({start for start, _ in keys}) == len(keys):
            return keys
        words = separated(text)

        def order(key: tuple[int, int]) -> tuple[int, int, int]:
            return key[0], self._openings.fixed(key[1], words, key[0]), key[1]

        return sorted(keys, key=order)

    def _expression(self, number: int) -> "re.Pattern[str]":
        """Compile the expression of a term where a word is known to begin."""
        source = self._patterns[number][0].source.removeprefix(WORD_BEGINS)
        return self._expressions.setdefault(number, re.compile(source))

    def _stands(
        self, text: str, bounds: tuple[int, int], match: Match, *, minor: bool
    ) -> bool:
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


def _with_misspellings(
    groups: "tuple[Group, ...]", known: frozenset[str]
) -> "Iterator[tuple[Pattern, Group]]":
    """Yield every term, then the misspellings of those that say something.

    A misspelling that is the beginning of a term, or a word, is left out.
    """
    words = known.union(*(p.openings for g in groups for p in g.patterns))
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


class _Tries:
    """How often each group was denied and told, so that the work stays bounded."""

    __slots__ = ("_denied", "_next", "_told")

    def __init__(self) -> None:
        self._denied: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._next: dict[str, int] = {}

    def wanted(self, match: Match) -> bool:
        """Tell whether the group was not told yet in the sentence of a match."""
        return match.start >= self._next.get(match.group.rule, 0)

    def tried(self, match: Match, end: int, *, stands: bool) -> "Iterator[Match]":
        """Yield a match that stands, or is denied too often; ``end`` is its sentence's."""
        rule = match.group.rule
        if not stands:
            self._denied[rule] += 1
            if self._denied[rule] <= _PATIENCE:
                return
        self._told[rule] += 1
        everywhere = not stands or self._told[rule] > _SENTENCES
        self._next[rule] = _NEVER if everywhere else max(end, match.end)
        yield replace(match, everywhere=everywhere)


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
