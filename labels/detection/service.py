"""The security labelling service: places of a document in, labels with reasons out.

>>> label([])  # doctest: +ELLIPSIS
Labels(places=(), document=Label(confidentiality=<Confidentiality.N: 3>, ...))
"""

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Protocol

from labels.codes import Confidentiality, Mark
from labels.detection.codes import CodeIndex
from labels.detection.context import read_cues
from labels.detection.fold import fold
from labels.detection.inference import Facts, conclude, places_of
from labels.detection.load import rule_set
from labels.detection.terms import TermIndex
from labels.detection.yaml_file import read_data
from labels.label import Evidence, Label, high_water_mark, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from labels.codes import Category
    from labels.detection.rules import CodeRule, Group, RuleSet

RULES_VERSION = rule_set().version
"""The version of the rules; a stored label names the version that made it."""
ADULT_AGE = 18


class CodeLike(Protocol):
    """A coded value as a mapping hands it over."""

    @property
    def system(self) -> str:
        """The URI or OID of the code system."""

    @property
    def code(self) -> str:
        """The code."""

    @property
    def display(self) -> str:
        """The words that stand with the code, or empty."""


class ContentLike(Protocol):
    """One place of a document as a mapping hands it over."""

    @property
    def place(self) -> str:
        """Where it is: an XPath or a JSON pointer."""

    @property
    def codes(self) -> "Sequence[CodeLike]":
        """The codes found there."""

    @property
    def text(self) -> str:
        """The words found there."""

    @property
    def opaque(self) -> bool:
        """Whether what is there could not be read."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the patient beside the document: sex M or F, age in years.

    ``diagnoses`` are CIM-10 codes, ``medications`` ATC codes or names; empty and
    ``None`` mean *not known*.
    """

    sex: str = ""
    age: int | None = None
    diagnoses: frozenset[str] = frozenset()
    medications: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Labels:
    """The label of each place that has one, and of the document as a whole."""

    places: tuple[tuple[str, Label], ...]
    document: Label


@dataclass(frozen=True, slots=True)
class Finding:
    """A category seen, by which rule, from what, and its own level if it has one."""

    category: "Category"
    rule: str
    source: str
    what: str
    level: Confidentiality | None


@dataclass(slots=True)
class _Reading:
    """What was found at one place while the document is being read."""

    direct: list[Finding] = field(default_factory=list)
    joining: list[Finding] = field(default_factory=list)
    signals: dict[str, str] = field(default_factory=dict)
    opaque: bool = False


@dataclass(frozen=True, slots=True)
class _Detector:
    """The rules with their indexes."""

    rules: "RuleSet"
    codes: CodeIndex
    terms: TermIndex


@cache
def _detector() -> _Detector:
    """Build the indexes once; they hold constants of this package only."""
    rules = rule_set()
    cues = read_cues(read_data("context.yaml"))
    return _Detector(
        rules,
        CodeIndex(rules.codes, rules.signals.values()),
        TermIndex(rules.groups, cues),
    )


def label(contents: "Iterable[ContentLike]", context: Context | None = None) -> Labels:
    """Label every place of a document and the document itself.

    A place is labelled by its codes and words, by what a combination gives away, and
    by what joins a category that the document carries elsewhere. Opaque places are
    marked OPAQUE and restricted. Never fails, whatever the text.
    """
    known = context or Context()
    detector = _detector()
    minor = known.age is not None and known.age < ADULT_AGE
    readings = _read_all(detector, contents, minor=minor)
    _infer(detector, readings, known)
    _join_in(readings)
    places = tuple(
        (place, found)
        for place, reading in readings.items()
        if (found := _label(place, reading, minor=minor)) != Label()
    )
    return Labels(places, high_water_mark(*(found for _, found in places)))


def _read_all(
    detector: _Detector, contents: "Iterable[ContentLike]", *, minor: bool
) -> dict[str, _Reading]:
    readings: dict[str, _Reading] = {}
    for content in contents:
        reading = readings.setdefault(content.place, _Reading())
        reading.opaque |= content.opaque
        for code in content.codes:
            _read_code(detector, reading, code.system, code.code)
        displays = (code.display for code in content.codes)
        for text in dict.fromkeys((content.text, *displays)):
            _read_text(detector, reading, text, minor=minor)
    return readings


def _read_code(detector: _Detector, reading: _Reading, system: str, code: str) -> None:
    for rule in detector.codes.rules(system, code):
        if rule.strength == "direct":
            reading.direct.append(_from_code(rule, code))
        elif rule.strength == "context":
            reading.joining.append(_from_code(rule, code))
    for name in detector.codes.signals(system, code):
        reading.signals.setdefault(name, code)
        reading.joining.extend(_joining(detector, name, code))


def _read_text(
    detector: _Detector, reading: _Reading, text: str, *, minor: bool
) -> None:
    folded = fold(text)
    for match in detector.terms.matches(folded, minor=minor):
        words = folded.words(match.start, match.end)
        if match.group.kind == "signal":
            reading.signals.setdefault(match.group.rule, words)
            reading.joining.extend(_joining(detector, match.group.rule, words))
        elif match.group.kind == "term":
            reading.direct.append(_from_term(match.group, words))
        else:
            reading.joining.append(_from_term(match.group, words))


def _joining(detector: _Detector, name: str, what: str) -> "Iterator[Finding]":
    signal = detector.rules.signals[name]
    for category in sorted(signal.joins):
        yield Finding(category, f"{category}/signal/{name}", "paravent", what, None)


def _from_code(rule: "CodeRule", code: str) -> Finding:
    return Finding(rule.category, rule.rule, rule.source, code, rule.level)


def _from_term(group: "Group", words: str) -> Finding:
    return Finding(group.category, group.rule, group.source, words, group.level)


def _infer(detector: _Detector, readings: dict[str, _Reading], known: Context) -> None:
    raised = {place: reading.signals for place, reading in readings.items()}
    here = frozenset(name for signals in raised.values() for name in signals)
    facts = Facts(
        signals=here | _known_signals(detector, known),
        categories=_established(readings),
        sex=known.sex,
        age=known.age,
    )
    for conclusion in conclude(detector.rules.inference, facts):
        rule = conclusion.rule
        for place, words in places_of(conclusion, raised).items():
            readings[place].direct.extend(
                Finding(category, rule.rule, rule.source, words, rule.level)
                for category in rule.then
            )


def _known_signals(detector: _Detector, known: Context) -> frozenset[str]:
    """Return the signals that the recorded diagnoses and medications raise."""
    reading = _Reading()
    for diagnosis in known.diagnoses:
        _read_code(detector, reading, "cim-10", diagnosis)
    for medication in known.medications:
        _read_code(detector, reading, "atc", medication)
    for text in known.diagnoses | known.medications:
        _read_text(detector, reading, text, minor=False)
    return frozenset(reading.signals)


def _established(readings: dict[str, _Reading]) -> "frozenset[Category]":
    return frozenset(f.category for r in readings.values() for f in r.direct)


def _join_in(readings: dict[str, _Reading]) -> None:
    """Label the places that only tell a category which is told elsewhere.

    They take its level there: what accompanies is no graver than what it accompanies.
    """
    told: dict[Category, Confidentiality] = {}
    for finding in (f for reading in readings.values() for f in reading.direct):
        level = _own_level(finding)
        told[finding.category] = max(told.get(finding.category, level), level)
    for reading in readings.values():
        reading.direct.extend(
            replace(f, level=told[f.category])
            for f in reading.joining
            if f.category in told
        )


def _label(place: str, reading: _Reading, *, minor: bool) -> Label:
    opaque = Label(Confidentiality.R, marks=frozenset({Mark.OPAQUE}))
    parts = [opaque] if reading.opaque else []
    for finding in reading.direct:
        evidence = Evidence(finding.rule, finding.source, place, finding.what)
        categories = frozenset({finding.category})
        parts.append(
            Label(_level(finding, minor=minor), categories, evidence=(evidence,))
        )
    return join(*parts)


def _own_level(finding: Finding) -> Confidentiality:
    return finding.category.facts.adult if finding.level is None else finding.level


def _level(finding: Finding, *, minor: bool) -> Confidentiality:
    """Return the rule's own level or the category's; below 18 never less than that."""
    facts, level = finding.category.facts, _own_level(finding)
    if minor and facts.minor > facts.adult:
        return max(level, facts.minor)
    return level
