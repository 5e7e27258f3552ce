"""Reads the codes and the words of one place with the rules: findings and signals."""

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from labels.detection.answers import Answers, read_answers
from labels.detection.codes import CodeIndex, Said
from labels.detection.context import read_cues
from labels.detection.findings import Finding, Reading
from labels.detection.fold import fold
from labels.detection.load import rule_set
from labels.detection.schema import DISEASES
from labels.detection.systems import system_keys
from labels.detection.terms import TermIndex
from labels.detection.yaml_file import read_data

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from labels.detection.findings import Span
    from labels.detection.fold import Folded
    from labels.detection.rules import CodeRule, Group, RuleSet
    from labels.detection.terms import Match, Speaking

Found = tuple[tuple["Group", str, "Span | None"], ...]
"""The groups of terms that a text holds, the words of each, and where they stand."""


@dataclass(frozen=True, slots=True)
class Detector:
    """The rules with their indexes."""

    rules: "RuleSet"
    codes: CodeIndex
    terms: TermIndex
    answers: Answers


@cache
def detector() -> Detector:
    """Build the indexes once; they hold constants of this package only."""
    rules = rule_set()
    data = read_data("context.yaml")
    cues = read_cues(data)
    return Detector(
        rules,
        CodeIndex(rules.codes, rules.signals.values()),
        TermIndex(rules.groups, cues),
        read_answers(data),
    )


@dataclass(slots=True)
class Reader:
    """Reads the places of one document; a text said twice is searched once."""

    detector: Detector
    minor: bool
    known: dict[str, Found] = field(default_factory=dict)
    screened: "Speaking" = field(default_factory=dict)
    coded: dict[tuple[str, str], Said] = field(default_factory=dict)

    def screen(self, texts: "Iterable[str]") -> "Container[str]":
        """Return the texts in which words of the rules may stand; the others say nothing."""
        self.screened = self.detector.terms.speaking(texts)
        return self.screened

    def says(self, system: str, code: str) -> Said:
        """Return the rules and signals of a code; one said twice is looked up once."""
        said = self.coded.get((system, code))
        if said is None:
            said = self.detector.codes.said(system, code)
            self.coded[system, code] = said
        return said

    def code(
        self,
        reading: Reading,
        place: str,
        system: str,
        code: str,
        *,
        negated: bool = False,
    ) -> None:
        """Add what a code says by itself, in company, and the signals it raises.

        Where its statement is ``negated``, a condition is said not to be: only what a
        denial does not take away is added.
        """
        rules, signals = self.says(system, code)
        if negated and not DISEASES.isdisjoint(system_keys(system)):
            signals = ()
        for rule in rules:
            if negated and rule.deniable:
                continue
            if rule.strength == "direct":
                reading.direct.append(_from_code(rule, code, place))
            elif rule.strength == "context":
                reading.joining.append(_from_code(rule, code, place))
        for name in signals:
            reading.raises(name, code)
            reading.joining.extend(self._joining(name, code, place))

    def text(
        self, reading: Reading, place: str, text: str, *, negated: bool = False
    ) -> None:
        """Add what the words of a text say, negation and company considered.

        Where the statement around it is ``negated``, so is every word that can be.
        """
        reading.texts += bool(text)
        for group, words, span in self._found(text):
            if negated and not self._kept(group):
                continue
            if group.kind == "signal":
                reading.raises(group.rule, words, span)
                reading.joining.extend(self._joining(group.rule, words, place, span))
            elif group.kind == "term":
                reading.direct.append(self._term(group, words, place, span))
            else:
                reading.joining.append(self._term(group, words, place, span))

    def _term(
        self, group: "Group", words: str, place: str, span: "Span | None"
    ) -> Finding:
        return Finding(
            group.category,
            group.rule,
            group.source,
            words,
            group.level,
            place,
            deniable=not self._kept(group),
            unless=group.unless,
            span=span,
        )

    def _kept(self, group: "Group") -> bool:
        """Tell whether a denial leaves what a group says."""
        return group.negated == "kept" or (group.negated == "minor" and self.minor)

    def _found(self, text: str) -> Found:
        found = self.known.get(text)
        if found is None:
            folded = fold(text)
            starts = self.screened.get(text)
            terms = self.detector.terms
            matches = terms.matches(folded, minor=self.minor, starts=starts)
            found = tuple(_found(folded, match) for match in matches)
            self.known[text] = found
        return found

    def _joining(
        self, name: str, what: str, place: str, span: "Span | None" = None
    ) -> "Iterator[Finding]":
        signal = self.detector.rules.signals[name]
        for category in sorted(signal.joins):
            rule = f"{category}/signal/{name}"
            yield Finding(category, rule, "paravent", what, None, place, span=span)


def _found(folded: "Folded", match: "Match") -> "tuple[Group, str, Span | None]":
    words = folded.words(match.start, match.end)
    if match.everywhere:
        return match.group, words, None
    return match.group, words, folded.span(match.start, match.end)


def _from_code(rule: "CodeRule", code: str, place: str) -> Finding:
    return Finding(
        rule.category,
        rule.rule,
        rule.source,
        code,
        rule.level,
        place,
        deniable=rule.deniable,
    )
