"""The security labelling service: places of a document in, labels with reasons out.

>>> label([])  # doctest: +ELLIPSIS
Labels(places=(), document=Label(confidentiality=<Confidentiality.N: 3>, ...))
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from labels.codes import Confidentiality, Mark
from labels.detection.answers import settle
from labels.detection.findings import Finding, Reading
from labels.detection.former_name import mark_former_names
from labels.detection.inference import Facts, conclude, places_of
from labels.detection.links import Links
from labels.detection.load import rule_set
from labels.detection.reader import Reader, detector
from labels.detection.spread import spread
from labels.detection.structure import Places
from labels.label import Evidence, Label, high_water_mark, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from labels.codes import Category

RULES_VERSION = rule_set().version
"""The version of the rules; a stored label names the version that made it."""
ADULT_AGE = 18
_CODE = "@code"


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
    displayed: set[str] = set()
    readings = _read_all(reader, contents, texts, displayed)
    places = Places(texts)
    links = Links(places)
    settle(readings, places, links, reader.detector.answers)
    _infer(reader, readings, known)
    _join_in(readings)
    mark_former_names(readings, places, known.sex)
    spread(readings, places, links)
    _share_with_displays(readings, displayed)
    found = _labels(readings, texts, minor=minor)
    return Labels(found, high_water_mark(*(one for _, one in found)))


def _read_all(
    reader: Reader,
    contents: "Iterable[ContentLike]",
    texts: dict[str, str],
    displayed: set[str],
) -> dict[str, Reading]:
    """Read every place.

    ``texts`` receives what each says, ``displayed`` those whose code has a display.
    """
    readings: dict[str, Reading] = {}
    for content in contents:
        place = content.place
        reading = readings.setdefault(place, Reading())
        reading.opaque |= content.opaque
        for code in content.codes:
            reader.code(reading, place, code.system, code.code)
        displays = tuple(code.display for code in content.codes if code.display)
        for text in dict.fromkeys((content.text, *displays)):
            reader.text(reading, place, text)
        said = "\n".join(filter(None, (texts.get(place), content.text, *displays)))
        texts[place] = said
        if displays and place.endswith(_CODE):
            displayed.add(place)
    return readings


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
        for place, words in places_of(conclusion, raised).items():
            readings[place].direct.extend(
                Finding(category, rule.rule, rule.source, words, rule.level, place)
                for category in rule.then
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

    They take its level there: what accompanies is no graver than what it accompanies.
    """
    told: dict[Category, Confidentiality] = {}
    for finding in (f for reading in readings.values() for f in reading.direct):
        level = finding.own_level
        told[finding.category] = max(told.get(finding.category, level), level)
    for reading in readings.values():
        reading.direct.extend(
            replace(f, level=told[f.category])
            for f in reading.joining
            if f.category in told
        )


def _share_with_displays(readings: dict[str, Reading], displayed: set[str]) -> None:
    """Name the attribute with the words of a labelled code as a place of its own."""
    for place in displayed:
        if readings[place].direct:
            readings[f"{place.removesuffix(_CODE)}@displayName"] = readings[place]


def _labels(
    readings: dict[str, Reading], texts: dict[str, str], *, minor: bool
) -> tuple[tuple[str, Label], ...]:
    """Return the labelled places: those of the document in its order, then the facts."""
    ordered = dict.fromkeys((*texts, *readings))
    return tuple(
        (place, found)
        for place in ordered
        if (found := _label(readings[place], minor=minor)) != Label()
    )


def _label(reading: Reading, *, minor: bool) -> Label:
    opaque = Label(Confidentiality.R, marks=frozenset({Mark.OPAQUE}))
    parts = [opaque] if reading.opaque else []
    for finding in reading.direct:
        evidence = Evidence(finding.rule, finding.source, finding.place, finding.what)
        categories = frozenset({finding.category})
        parts.append(
            Label(_level(finding, minor=minor), categories, evidence=(evidence,))
        )
    return join(*parts)


def _level(finding: Finding, *, minor: bool) -> Confidentiality:
    """Return the rule's own level or the category's; below 18 never less than that."""
    facts, level = finding.category.facts, finding.own_level
    if minor and facts.minor > facts.adult:
        return max(level, facts.minor)
    return level
