"""Labels on the sentences of prose, where each finding stands in a sentence that is known.

A prose place is a block of narrative that is its own fact: a paragraph, an item, a text,
not a row of a table, an entry or a title. Its sentences are places of their own,
``<place>#char=<start>,<end>`` (RFC 5147): characters of the text as it was handed over.
"""

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from labels.detection.findings import Finding, Reading
from labels.detection.sentences import holding, sentences
from labels.detection.spread import one_of_each

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from labels.codes import Category
    from labels.detection.findings import Span
    from labels.detection.sentences import Sentence
    from labels.detection.structure import Places

Part = tuple[str, Reading]
"""A place and what was found there."""

_NARRATIVE = re.compile(r"(?:\[\d+\])?/h:text(?:/|$)")
_HEAD = re.compile(r"/h:(?:entry|title|caption|th(?![A-Za-z]))")
_MARKDOWN = re.compile(
    r"/(?:text/div(?:#block=\d+)?|note/\d+/text|conclusion|description|comment"
    r"|clinicalNotes|patientInstruction)\Z"
)


def divided(
    readings: "Mapping[str, Reading]", places: "Places"
) -> dict[str, tuple[Part, ...]]:
    """Return the parts of each place that has a finding: its sentences, or itself.

    A finding without known words keeps the place whole, unless the same category is told
    by some of its sentences. Of each rule the first finding in a part is kept.
    """
    return {
        place: _sentences(place, reading, places) or ((place, _brief(reading)),)
        for place, reading in readings.items()
        if reading.direct
    }


def is_prose(place: str) -> bool:
    """Tell whether the form of a path is that of a block of narrative."""
    if "/h:" not in place:
        return _MARKDOWN.search(place) is not None
    within = place.rpartition("/h:section")[2]
    return _NARRATIVE.match(within) is not None and not _HEAD.search(within)


def _sentences(place: str, reading: Reading, places: "Places") -> tuple[Part, ...]:
    """Return the labelled sentences of a place, nothing when it stays whole."""
    one_text = reading.texts == 1 and not reading.opaque
    if not one_text or not is_prose(place) or places.fact(place) != place:
        return ()
    found = sentences(places.text(place))
    told = _told(place, reading.direct)
    if told is None or len(found) == 1:
        return ()
    parts = _parts(place, found, told)
    categories = {frozenset(f.category for f in part) for part in parts.values()}
    if len(parts) == len(found) and len(categories) == 1:
        return ()
    return tuple(
        (_at(place, found[number]), _brief(Reading(part)))
        for number, part in sorted(parts.items())
    )


def _told(
    place: str, direct: "Iterable[Finding]"
) -> "list[tuple[Finding, Span]] | None":
    """Return each finding with each span where it is told, None when one has none.

    What an entry says of the place, of which the words are elsewhere, is told where the
    place itself tells the category.
    """
    told: list[tuple[Finding, Span]] = []
    spans: dict[Category, list[Span]] = defaultdict(list)
    for finding in direct:
        if finding.place == place and finding.span:
            spans[finding.category].append(finding.span)
            told.append((finding, finding.span))
    for finding in direct:
        if finding.place == place and not finding.span:
            return None
        if finding.place != place:
            if finding.category not in spans:
                return None
            told.extend((finding, span) for span in spans[finding.category])
    return told


def _parts(
    place: str, found: "Sequence[Sentence]", told: "Iterable[tuple[Finding, Span]]"
) -> dict[int, list[Finding]]:
    """Return the findings of each sentence; evidence names the sentence that tells.

    A sentence that leans on one of them has one finding of each category from it.
    """
    parts: dict[int, list[Finding]] = defaultdict(list)
    for finding, span in told:
        numbers = holding(found, span)
        own = finding.place == place and numbers
        told_at = _at(place, found[numbers[0]]) if own else finding.place
        for number in numbers:
            parts[number].append(replace(finding, place=told_at))
    for number, sentence in enumerate(found):
        if sentence.leans_on in parts:
            parts[number].extend(one_of_each(parts[sentence.leans_on]))
    return parts


def _at(place: str, sentence: "Sentence") -> str:
    return f"{place}#char={sentence.start},{sentence.end}"


def _brief(reading: Reading) -> Reading:
    """Return the first finding of each rule, category and place: more tell nothing more."""
    first: dict[tuple[str, str, str], Finding] = {}
    for finding in reading.direct:
        first.setdefault((finding.rule, finding.category, finding.place), finding)
    return Reading(list(first.values()), opaque=reading.opaque)
