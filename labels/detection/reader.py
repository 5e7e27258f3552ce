"""Reads the codes and the words of one place with the rules: findings and signals."""

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from labels.detection.answers import Answers, read_answers
from labels.detection.codes import CodeIndex
from labels.detection.context import read_cues
from labels.detection.findings import Finding, Reading
from labels.detection.fold import fold
from labels.detection.load import rule_set
from labels.detection.terms import TermIndex
from labels.detection.yaml_file import read_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from labels.detection.rules import CodeRule, Group, RuleSet

Found = tuple[tuple["Group", str], ...]
"""The groups of terms that a text holds, and the words of each."""


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

    def code(self, reading: Reading, place: str, system: str, code: str) -> None:
        """Add what a code says by itself, in company, and the signals it raises."""
        for rule in self.detector.codes.rules(system, code):
            if rule.strength == "direct":
                reading.direct.append(_from_code(rule, code, place))
            elif rule.strength == "context":
                reading.joining.append(_from_code(rule, code, place))
        for name in self.detector.codes.signals(system, code):
            reading.signals.setdefault(name, code)
            reading.joining.extend(self._joining(name, code, place))

    def text(self, reading: Reading, place: str, text: str) -> None:
        """Add what the words of a text say, negation and company considered."""
        for group, words in self._found(text):
            if group.kind == "signal":
                reading.signals.setdefault(group.rule, words)
                reading.joining.extend(self._joining(group.rule, words, place))
            elif group.kind == "term":
                reading.direct.append(self._term(group, words, place))
            else:
                reading.joining.append(self._term(group, words, place))

    def _term(self, group: "Group", words: str, place: str) -> Finding:
        kept = group.negated == "kept" or (group.negated == "minor" and self.minor)
        return Finding(
            group.category,
            group.rule,
            group.source,
            words,
            group.level,
            place,
            deniable=not kept,
            unless=group.unless,
        )

    def _found(self, text: str) -> Found:
        found = self.known.get(text)
        if found is None:
            folded = fold(text)
            matches = self.detector.terms.matches(folded, minor=self.minor)
            found = tuple((m.group, folded.words(m.start, m.end)) for m in matches)
            self.known[text] = found
        return found

    def _joining(self, name: str, what: str, place: str) -> "Iterator[Finding]":
        signal = self.detector.rules.signals[name]
        for category in sorted(signal.joins):
            rule = f"{category}/signal/{name}"
            yield Finding(category, rule, "paravent", what, None, place)


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
