"""A second opinion on context: edsnlp, where it is installed; it is no dependency of ours.

Both engines are asked about the same words: every term of ours that stands in a sentence
of the development set (the held-out set is never shown to it). Two questions have two
answers: is it denied, and does the sentence speak of nobody (their *hypothesis*). On two
the policy answers: what is said of the family or of the past is labelled all the same, so
there we ask whether it was. Each difference is judged in ``oracle_judged.yaml``.

    pip install edsnlp; python -m tests.evaluation.oracle
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from labels.detection.context import Cues, Sentences, read_cues
from labels.detection.fold import Folded, fold
from labels.detection.load import rule_set
from labels.detection.terms import TermIndex
from labels.detection.yaml_file import read_data
from tests.evaluation.items import DEVELOPMENT, HERE, Item, load

JUDGED = HERE / "oracle_judged.yaml"
_PIPES = ("negation", "hypothesis", "family", "history")
_CODE = re.compile(r"[^| ]+(?: [^| ]+)?\|")
Span = tuple[int, int]


class Question(StrEnum):
    """What both are asked about words in a sentence."""

    NEGATION = "negation"
    HYPOTHESIS = "hypothesis"
    FAMILY = "family"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is said of some words of an item: by us, and by the other."""

    item: str
    words: str
    question: Question
    ours: bool
    theirs: bool

    @property
    def key(self) -> str:
        """The name under which the difference is judged."""
        return f"{self.item} {self.question}"


Other = Callable[[str, "list[Span]"], "list[dict[str, bool]]"]
"""Answers every question about the words at some spans of a text."""


def available() -> bool:
    """Tell whether edsnlp can be imported here."""
    return find_spec("edsnlp") is not None


def compare(items: Iterable[Item], other: Other) -> Iterator[Opinion]:
    """Yield both opinions on each term in the texts of ``items``."""
    cues = read_cues(read_data("context.yaml"))
    blind = _Blind(**{name: getattr(cues, name) for name in Cues.__slots__})
    index = TermIndex(rule_set().groups, blind)
    for item in items:
        text = item.line.partition("\t")[0]
        if _CODE.match(text):
            continue
        folded = fold(text)
        spans = _spans(index, folded)
        answers = other(text, [folded.span(*span) for span in spans])
        for span, theirs in zip(spans, answers, strict=True):
            ours = _ours(cues, folded.text, span)
            for question in Question:
                words = folded.words(*span)
                said = _said(question, theirs, ours)
                yield Opinion(item.id, words, question, *said)


def lines(path: Path) -> Iterator[str]:
    """Yield the agreement on a set and each difference; a sentence without edsnlp."""
    judged = judgements()
    yield f"\noracle: {len(judged)} items differ from edsnlp and are judged: {_tally(judged)}"
    if not available():
        yield "oracle: edsnlp is not installed here, so it was not asked again"
        return
    opinions = tuple(compare(load(path), edsnlp()))
    for question in Question:
        asked = [each for each in opinions if each.question is question]
        same = sum(each.ours == each.theirs for each in asked)
        yes = sum(each.theirs for each in asked)
        yield f"  {question:12}{same:5} of {len(asked)} agree, {yes} edsnlp says yes"
    for each in opinions:
        if each.ours != each.theirs:
            ruling = judged.get(each.key, {"right": "not judged", "why": ""})
            yield f"  {each.key} {each.words!r}: ours {each.ours}, edsnlp {each.theirs}"
            yield f"      right: {ruling['right']}. {ruling['why']}"


def judgements() -> dict[str, dict[str, str]]:
    """Return the judged differences: who is right, and why.

    An item is judged once a question; the words it is asked about change with the rules.
    """
    rows = yaml.safe_load(JUDGED.read_text("utf-8")) if JUDGED.exists() else []
    return {f"{row['id']} {row['question']}": row for row in rows}


def edsnlp() -> Other:
    """Return the other opinion; slow to build, so once."""
    nlp = import_module("edsnlp").blank("eds")
    for pipe in ("normalizer", "sentences", *_PIPES):
        nlp.add_pipe(f"eds.{pipe}")
    return lambda text, spans: _theirs(nlp, text, spans)


def _theirs(nlp: Any, text: str, spans: list[Span]) -> list[dict[str, bool]]:  # noqa: ANN401 - of a library that is not here
    doc = nlp.make_doc(text)
    words = [doc.char_span(*span, "term", alignment_mode="expand") for span in spans]
    for name, pipe in nlp.pipeline:
        if name == _PIPES[0]:
            doc.spans["terms"] = words
            doc.ents = words
        doc = pipe(doc)
    return [{name: bool(getattr(each._, name)) for name in _PIPES} for each in words]


class _Blind(Cues):
    """Cues that see no context, so that every term is found."""

    __slots__ = ()

    def negated(self, text: str, bounds: Span, span: Span) -> bool:  # noqa: ARG002 - the same question
        return False

    def generic_text(self, text: str, bounds: Span, start: int) -> bool:  # noqa: ARG002 - the same question
        return False


def _spans(index: TermIndex, folded: Folded) -> list[Span]:
    """Return where terms stand, the longest of those that overlap."""
    found = {
        (match.start, match.end)
        for match in index.matches(folded, minor=False)
        if match.group.kind == "term"
    }
    kept: list[Span] = []
    for start, end in sorted(found, key=lambda span: (span[0] - span[1], span)):
        if all(end <= first or last <= start for first, last in kept):
            kept.append((start, end))
    return sorted(kept)


def _ours(cues: Cues, text: str, span: Span) -> tuple[bool, bool]:
    bounds = Sentences(text).around(*span)
    denied = cues.negated(text, bounds, span)
    return denied, cues.generic_text(text, bounds, span[0])


def _said(
    question: Question, theirs: dict[str, bool], ours: tuple[bool, bool]
) -> tuple[bool, bool]:
    """Return our answer and theirs; for family and history, ours is theirs unless denied."""
    other = theirs[question]
    denied, nobody = ours
    if question is Question.NEGATION:
        return denied, other
    if question is Question.HYPOTHESIS:
        return nobody, other
    return other and (theirs["negation"] or not denied) and not nobody, other


def _tally(judged: dict[str, dict[str, str]]) -> str:
    counted = Counter(row["right"] for row in judged.values())
    return ", ".join(f"{who} right {n}" for who, n in counted.most_common()) or "none"


if __name__ == "__main__":
    for line in lines(DEVELOPMENT):
        sys.stdout.write(f"{line}\n")
