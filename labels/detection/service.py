"""The security labelling service: places of a document in, labels with reasons out.

>>> label([])  # doctest: +ELLIPSIS
Labels(places=(), document=Label(confidentiality=<Confidentiality.N: 3>, ...))
"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from labels.codes import Confidentiality, Mark
from labels.detection.answers import settle
from labels.detection.company import company
from labels.detection.findings import Finding, Reading
from labels.detection.former_name import KNOWN, mark_former_names
from labels.detection.gather import read_all
from labels.detection.heads import Heads, label_below, told_by_heads
from labels.detection.inference import Facts, conclude, places_of
from labels.detection.links import Links
from labels.detection.load import rule_set
from labels.detection.prose import divided
from labels.detection.reader import Reader, detector
from labels.detection.spread import spread
from labels.detection.structure import Places
from labels.label import NOTHING, Evidence, Label, high_water_mark, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from labels.codes import Category
    from labels.detection.prose import Part

RULES_VERSION = rule_set().version
"""The version of the rules; a stored label names the version that made it."""
ADULT_AGE = 18
EVIDENCE_AT_MOST = 50
"""How often the label of a document names one rule; its places name all of theirs."""
_CODE = "@code"
_OPAQUE = Label(Confidentiality.R, marks=frozenset({Mark.OPAQUE}))


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
    ``None`` mean *not known*. ``former`` are first names the person had and has no more,
    ``family`` the family names that stand beside them.
    """

    sex: str = ""
    age: int | None = None
    diagnoses: frozenset[str] = frozenset()
    medications: frozenset[str] = frozenset()
    former: tuple[str, ...] = ()
    family: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Labels:
    """The label of each place that has one, and of the document as a whole.

    ``said`` is that of the document less what only who knows the person's former names
    finds in it: what its author may be told of it.
    """

    places: tuple[tuple[str, Label], ...]
    document: Label
    said: Label = NOTHING


def label(contents: "Iterable[ContentLike]", context: Context | None = None) -> Labels:
    """Label every place of a document and the document itself.

    A place is labelled by its codes and words, by what a combination gives away, by
    what joins a category that the document carries elsewhere, and by the row or entry
    it is part of; the path of such a row or entry is then a place as well. Opaque
    places are marked OPAQUE and restricted. Never fails, whatever the text.
    """
    known = context or Context()
    minor = known.age is not None and known.age < ADULT_AGE
    reader = Reader(detector(), minor)
    texts: dict[str, str] = {}
    displayed: list[str] = []
    readings = read_all(reader, contents, texts, displayed)
    places = Places(texts)
    links = Links(places)
    topics = settle(readings, places, links, reader.detector.answers)
    told = told_by_heads(readings, Heads(places), topics)
    _infer(reader, readings, known)
    _join_in(readings)
    mark_former_names(readings, places, known)
    readings = {place: readings[place] for place in texts if place in readings}
    spread(readings, places, links)
    label_below(readings, told)
    _share_with_displays(readings, displayed)
    parts = divided(readings, places)
    found = _labels(readings, texts, parts, minor=minor)
    whole = _brief(high_water_mark(*(one for _, one in found)))
    return Labels(found, whole, _said(readings, whole, minor=minor))


def _said(readings: dict[str, Reading], whole: Label, *, minor: bool) -> Label:
    """Return the label of a document without the former names that a record knows."""
    if all(evidence.rule != KNOWN for evidence in whole.evidence):
        return whole
    without = (
        replace(each, direct=[f for f in each.direct if f.rule != KNOWN])
        for each in readings.values()
    )
    return _brief(high_water_mark(*(_label(each, minor=minor) for each in without)))


def _brief(document: Label) -> Label:
    """Return the label of a document with the first evidence of each rule.

    What is left out is one evidence without place and words: a patient who takes back
    what some places tell does not take back the rest. No category or level is lost.
    """
    times: Counter[str] = Counter()
    kept, more = [], []
    for evidence in document.evidence:
        times[evidence.rule] += 1
        if times[evidence.rule] <= EVIDENCE_AT_MOST:
            kept.append(evidence)
        elif times[evidence.rule] == EVIDENCE_AT_MOST + 1:
            more.append(Evidence(evidence.rule, evidence.source, "", ""))
    return replace(document, evidence=(*kept, *more)) if more else document


def _infer(reader: Reader, readings: dict[str, Reading], known: Context) -> None:
    raised = {place: reading.signals for place, reading in readings.items()}
    here = frozenset(name for signals in raised.values() for name in signals)
    facts = Facts(
        signals=here | _known_signals(reader, known),
        categories=_established(readings),
        sex=known.sex,
        age=known.age,
    )
    for conclusion in conclude(reader.detector.rules.inference, facts):
        rule = conclusion.rule
        for place in places_of(conclusion, raised):
            reading = readings[place]
            reading.direct.extend(
                Finding(c, rule.rule, rule.source, words, rule.level, place, span=span)
                for c in rule.then
                for words, span in reading.told(conclusion.signals)
            )


def _known_signals(reader: Reader, known: Context) -> frozenset[str]:
    """Return the signals that the recorded diagnoses and medications raise."""
    reading = Reading()
    for diagnosis in known.diagnoses:
        reader.code(reading, "", "cim-10", diagnosis)
    for medication in known.medications:
        reader.code(reading, "", "atc", medication)
    for text in known.diagnoses | known.medications:
        reader.text(reading, "", text)
    return frozenset(reading.signals)


def _established(readings: dict[str, Reading]) -> "frozenset[Category]":
    return frozenset(f.category for r in readings.values() for f in r.direct)


def _join_in(readings: dict[str, Reading]) -> None:
    """Label the places that only tell a category which is told elsewhere.

    They take its level there: what accompanies is no graver than what it accompanies. An
    ordinary profession is left as it is: the name beside it says the same to who asks a
    directory, and a midwife without a profession would tell that something was left out.
    """
    ordinary = company().professions
    told: dict[Category, Confidentiality] = {}
    for finding in (f for reading in readings.values() for f in reading.direct):
        level = finding.own_level
        told[finding.category] = max(told.get(finding.category, level), level)
    for reading in readings.values():
        reading.direct.extend(
            replace(f, level=told[f.category])
            for f in reading.joining
            if f.category in told and f.rule not in ordinary
        )


def _share_with_displays(readings: dict[str, Reading], displayed: list[str]) -> None:
    """Name the attribute with the words of a labelled code as a place of its own."""
    for place in displayed:
        if place in readings and readings[place].direct:
            readings[f"{place.removesuffix(_CODE)}@displayName"] = readings[place]


def _labels(
    readings: "Mapping[str, Reading]",
    texts: "Mapping[str, str]",
    parts: "Mapping[str, tuple[Part, ...]]",
    *,
    minor: bool,
) -> tuple[tuple[str, Label], ...]:
    """Return the labelled places: those of the document in its order, then the facts.

    A place of which ``parts`` names the sentences is labelled at these.
    """
    ordered = dict.fromkeys(place for place in texts if place in readings)
    return tuple(
        (at, found)
        for place in (*ordered, *(one for one in readings if one not in ordered))
        for at, reading in parts.get(place) or ((place, readings[place]),)
        if (found := _label(reading, minor=minor)) != NOTHING
    )


def _label(reading: Reading, *, minor: bool) -> Label:
    """Return the join of what was found at a place, and of OPAQUE where it is."""
    if not reading.direct:
        return _OPAQUE if reading.opaque else NOTHING
    levels = [_level(finding, minor=minor) for finding in reading.direct]
    told = Label(
        max(levels),
        frozenset(finding.category for finding in reading.direct),
        evidence=tuple(
            dict.fromkeys(
                Evidence(f.rule, f.source, f.place, f.what) for f in reading.direct
            )
        ),
    )
    return join(_OPAQUE, told) if reading.opaque else told


def _level(finding: Finding, *, minor: bool) -> Confidentiality:
    """Return the rule's own level or the category's; below 18 never less than that."""
    facts, level = finding.category.facts, finding.own_level
    if minor and facts.minor > facts.adult:
        return max(level, facts.minor)
    return level
