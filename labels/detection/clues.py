"""Everything a document says of any subject, however weakly: what exposure works from.

Labelling keeps what labels; here the rest is kept as well: the codes that only join in or
are only noted, the words of company, and the facts that combinations are made of.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from labels.codes import Category
from labels.detection.company import company
from labels.detection.findings import Finding, Reading
from labels.detection.reader import Reader, detector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from labels.detection.service import ContentLike

_SEX_PLACE = "/h:patient/h:administrativeGenderCode/@code"


class Weight(IntEnum):
    """How much a clue says by itself.

    ``NOTED`` speaks only where something else speaks; ``ORDINARY`` is used by many for
    something else; two of ``COMPANY`` that are of different kinds tell the subject;
    ``DIRECT`` tells it alone.
    """

    NOTED = 1
    ORDINARY = 2
    COMPANY = 3
    DIRECT = 4


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing that points to a category: its rule, where and what was seen.

    ``kind`` is a kind of ``company.yaml``, ``coverage``, or empty. ``what`` is as
    confidential as the document.
    """

    category: Category
    rule: str
    place: str
    what: str
    weight: Weight
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Clues:
    """What one document says: its clues, the facts for inference with their words.

    ``sex`` is the patient's in its header (M, F), empty when it gives none.
    """

    clues: tuple[Clue, ...] = ()
    signals: tuple[tuple[str, str], ...] = ()
    opaque: bool = False
    sex: str = ""


def clues(contents: "Iterable[ContentLike]", *, minor: bool = False) -> Clues:
    """Return what the places of one document say, each rule once a kind, in order.

    ``minor`` is what a denial of some terms depends on. Never fails, whatever the text.
    """
    reader, reading = Reader(detector(), minor), Reading()
    noted: list[Clue] = []
    sex = ""
    for content in contents:
        reading.opaque |= content.opaque
        for code in content.codes:
            reader.code(reading, content.place, code.system, code.code)
            noted.extend(_noted(content.place, code.system, code.code))
            if content.place.endswith(_SEX_PLACE) and code.code in {"M", "F"}:
                sex = code.code
        displays = (code.display for code in content.codes)
        for text in dict.fromkeys((content.text, *displays)):
            reader.text(reading, content.place, text)
    found = [*_direct(reading), *map(_joining, reading.joining), *noted]
    first: dict[tuple[str, str, str], Clue] = {}
    for clue in found:
        first.setdefault((clue.category, clue.rule, clue.kind), clue)
    return Clues(
        tuple(first.values()), tuple(reading.signals.items()), reading.opaque, sex
    )


def _direct(reading: Reading) -> "Iterator[Clue]":
    coverage = company().coverage
    for finding in reading.direct:
        yield _clue(finding, finding.category, Weight.DIRECT, "")
        if finding.rule in coverage.rules:
            for category in coverage.categories:
                yield _clue(finding, category, Weight.COMPANY, "coverage")


def _joining(finding: Finding) -> Clue:
    """Weigh what only joins in: by what was seen, and by how common it is."""
    known = company()
    kind = known.kind(finding.rule, finding.what)
    if finding.rule in known.ordinary:
        weight = Weight.ORDINARY
    else:
        weight = Weight.COMPANY if kind else Weight.NOTED
    return _clue(finding, finding.category, weight, kind)


def _clue(finding: Finding, category: Category, weight: Weight, kind: str) -> Clue:
    return Clue(category, finding.rule, finding.place, finding.what, weight, kind)


def _noted(place: str, system: str, code: str) -> "Iterator[Clue]":
    for rule in detector().codes.rules(system, code):
        if rule.strength == "weak":
            yield Clue(rule.category, rule.rule, place, code, Weight.NOTED)
