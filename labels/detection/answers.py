"""What stands beside a place can take a finding away: the row, the entry, the section.

*Tabac* in one cell and *non* in the next is a denial; *Bipolaire* beside *Sonde
auriculaire* is a polarity; *Hépatite B* under *Vaccinations* is a vaccine. A topic that
nobody answers (a title, the head of a column) says nothing. Tests, treatments and
places (``negated: kept``) stay, as everywhere.
"""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from labels.detection.fold import fold
from labels.detection.heads import Heads, parts_of
from labels.detection.pattern import compile_any, compiled
from labels.detection.rules import RuleFileError
from labels.detection.structure import section_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from labels.detection.findings import Finding, Reading
    from labels.detection.links import Links
    from labels.detection.structure import Places

_LISTS = ("denials", "topics", "questions", "columns")
_SHORT = 80
"""A longer text has its own context and needs no other."""
_NEIGHBOURS = 60
_LONGEST = 600
"""No honest fact has more neighbours or longer ones; a hostile one would cost minutes."""
_CELL = re.compile(r"/h:t[dh](?:\[(\d+)\])?(?:/|$)")
_HEAD = re.compile(
    r"/h:(?:title|caption|th(?:\[\d+\])?)(?:/|$)|/h:section/h:code/@code$"
    r"|/section/\d+/(?:title$|code/)"
)
_ROW = re.compile(r"/h:tr(?:\[\d+\])?$")
_DATE = re.compile(r"[\d/. :-]+|.{0,12}\b(?:19|20)\d\d\b.{0,16}")
_DECIMAL = re.compile(r"[.,]\d")
_VALUE = re.compile(
    r"/h:value(?:\[\d+\])?/(?!.*h:entryR)|/h:text/h:reference/|/value[A-Z]"
)


@dataclass(frozen=True, slots=True)
class Answers:
    """The compiled lists of ``context.yaml``.

    How an answer denies, what a head or title names, what asks, and which columns ask
    something else.
    """

    denials: re.Pattern[str]
    topics: re.Pattern[str]
    questions: re.Pattern[str]
    columns: re.Pattern[str]


def read_answers(data: "Mapping[str, Any]") -> Answers:
    """Compile the lists; raise :class:`RuleFileError` when one is missing."""
    try:
        lists = [data["answers"][key] for key in _LISTS]
    except (KeyError, TypeError) as error:
        raise RuleFileError("context.yaml", "answers", "a list is missing") from error
    return Answers(*(re.compile(compile_any(tuple(terms))) for terms in lists))


def settle(
    readings: "Mapping[str, Reading]", places: "Places", links: "Links", words: Answers
) -> frozenset[str]:
    """Take away the findings that their row, entry or section explains or denies.

    Return the places of heads and questions that only name a topic.
    """
    beside = _Beside(places, links, words, Heads(places))
    topics: set[str] = set()
    for place, reading in readings.items():
        if not reading.direct:
            continue
        reading.direct = [f for f in reading.direct if beside.stands(place, f)]
        if beside.only_asks(place):
            topics.add(place)
            asked = [f for f in reading.direct if f.deniable]
            reading.joining.extend(asked)
            reading.direct = [f for f in reading.direct if not f.deniable]
    return frozenset(topics)


@dataclass(frozen=True, slots=True)
class _Beside:
    places: "Places"
    links: "Links"
    words: Answers
    heads: Heads
    known: dict[str, str] = field(default_factory=dict)
    explaining: dict[tuple[str, str], bool] = field(default_factory=dict)

    def folded(self, text: str) -> str:
        """Return a text folded; a neighbour of many places is folded once."""
        if text not in self.known:
            self.known[text] = fold(text).text
        return self.known[text]

    def stands(self, place: str, finding: "Finding") -> bool:
        """Tell whether nothing beside a place takes the finding away."""
        text = self.places.text(place)
        if len(text) > _SHORT:
            return True
        fact = self.places.fact(place)
        if finding.unless and self._explained(place, fact, finding.unless):
            return False
        return not finding.deniable or not self._denied(place, fact)

    def only_asks(self, place: str) -> bool:
        """Tell whether a place is a title or a head that names a topic, or a question.

        So is a criterion of a protocol, whose answer is a Boolean that no place holds.

        What it says then counts only where the document tells the same elsewhere.
        """
        if "/h:criterion/" in place:
            return True
        text = self.folded(self.places.text(place)).strip(" :.-?")
        if _HEAD.search(place):
            return self._is(self.words.topics, text) or self._all_topics(text)
        if self._stands_alone(place):
            return self._is(self.words.topics, text)
        return self._is(self.words.questions, text) and self._unanswered(place)

    def _stands_alone(self, place: str) -> bool:
        """Tell whether a place is a line that asks, *Tabac :*, of no row and no entry."""
        text = self.places.text(place).rstrip()
        return text.endswith((":", "=")) and self.places.fact(place) == place

    def _unanswered(self, place: str) -> bool:
        """Tell whether the other cells of a row are empty or dates."""
        row = self.places.fact(place)
        if row == place or not _ROW.search(row):
            return False
        others = [cell for cell in self.places.below(row) if cell != place]
        return bool(others) and all(self._is_date(cell) for cell in others)

    def _is(self, pattern: re.Pattern[str], text: str) -> bool:
        return any(pattern.fullmatch(line) for line in text.split("\n"))

    def _all_topics(self, text: str) -> bool:
        """Tell whether each thing that a head names is a topic."""
        parts = (text[start:end] for start, end in parts_of(text))
        return all(self.words.topics.fullmatch(part) for part in parts)

    def _explained(self, place: str, fact: str, unless: str) -> bool:
        around = [self.places.text(section_title(place))]
        for one in (fact, *self.links.of(fact)[:_NEIGHBOURS]):
            around.extend(
                self.places.text(member)
                for member in self.places.below(one, at_most=_NEIGHBOURS)
                if member != place
            )
        short = (text for text in around if 0 < len(text) <= _LONGEST)
        return any(self._explains(text, unless) for text in short)

    def _explains(self, text: str, unless: str) -> bool:
        """Tell whether a text holds what explains; a neighbour of many is asked once."""
        told = self.explaining.get((text, unless))
        if told is None:
            told = compiled(unless).search(self.folded(text)) is not None
            self.explaining[text, unless] = told
        return told

    def _denied(self, place: str, fact: str) -> bool:
        if fact == place:
            scope = self.heads.scope(place)
            return bool(scope) and self._all_deny(self.heads.texts(scope))
        if "/h:entry" in fact or "/h:" not in fact:
            return self._denied_in_entry(place, fact)
        members = self.places.in_order(fact)
        return place in members and self._answer_denies(
            members[members.index(place) + 1 :]
        )

    def _all_deny(self, answers: "Sequence[str]") -> bool:
        """Tell whether all that stands below a head denies, and something does."""
        few = 0 < len(answers) <= _NEIGHBOURS
        return few and all(
            len(self.places.text(answer)) <= _SHORT and self._denies(answer)
            for answer in answers
        )

    def _answer_denies(self, following: list[str]) -> bool:
        """Ask the next cell; when it is a date, the one after it."""
        rest = [cell for cell in following if not self._is_date(cell)]
        return bool(rest) and self._denies(rest[0]) and not self._asks_else(rest[0])

    def _denied_in_entry(self, place: str, fact: str) -> bool:
        values = [
            member
            for member in self.places.below(fact, at_most=_NEIGHBOURS)
            if member != place and _VALUE.match(member, len(fact))
        ]
        if any(self._denies(value) for value in values):
            return True
        rows = [row for row in self.links.of(fact) if _ROW.search(row)]
        return 0 < len(rows) <= _NEIGHBOURS and all(
            self._answer_denies(self.places.in_order(row)[1:]) for row in rows
        )

    def _denies(self, place: str) -> bool:
        text = self.folded(self.places.text(place)).strip()
        found = self.words.denials.match(text)
        return found is not None and not _DECIMAL.match(text, found.end())

    def _is_date(self, place: str) -> bool:
        return _DATE.fullmatch(self.places.text(place).strip()) is not None

    def _asks_else(self, cell: str) -> bool:
        """Tell whether the column asks something else, as *actif* does of a disease.

        An answer of several words says itself what it denies.
        """
        if " " in self.places.text(cell).strip():
            return False
        table, body, _ = cell.rpartition("/h:tbody")
        number = _CELL.search(cell, len(table))
        if not body or number is None:
            return False
        heads = self._heads(table, number[1])
        return any(self.words.columns.search(self.folded(head)) for head in heads)

    def _heads(self, table: str, number: str | None) -> "Iterable[str]":
        for place in self.places.below(f"{table}/h:thead"):
            found = _CELL.search(place, len(table))
            if found and found[1] == number:
                yield self.places.text(place)
