"""A first name wherever a document repeats it, unless it is clearly somebody else's."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labels.detection.fold import Folded, fold
from labels.detection.spelling import glued, in_address, ordinary, spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from labels.detection.findings import Span
    from labels.detection.structure import Places

_REPETITIONS = 40
"""A text that repeats it more often is about it everywhere."""
_PROFESSION = re.compile(r"(?<!\w)(?:dr|docteur|doctoresse|pr|professeur)\.?\s{1,3}\Z")
_TITLE_AT_MOST = 14
_PART = re.compile(
    r"(?P<name>.*/(?:h:)?name(?:\[\d+\]|/\d+)?)/(?:h:)?given", flags=re.DOTALL
)

_HEADER = re.compile(
    r"/h:recordTarget(?:\[\d+\])?/h:patientRole/h:patient/h:name(?:\[\d+\])?\Z"
)
_ALONE = re.compile(r"(?:\A|/entry/\d+/resource)/name/\d+\Z")


@dataclass(frozen=True, slots=True)
class Repeated:
    """First names to look for, and the family names of whose they are."""

    expression: re.Pattern[str]
    inside: re.Pattern[str] | None
    beside: re.Pattern[str] | None
    words: frozenset[str]
    families: frozenset[str]

    @classmethod
    def of(
        cls, names: "Iterable[str]", families: "Iterable[str]" = ()
    ) -> "Repeated | None":
        """Prepare the search; None where there is no name to look for."""
        given, family = tuple(names), tuple(families)
        expression = spelled(given, family)
        if not expression:
            return None
        after, inside = spelled(family), glued(given)
        common = [fold(name).text for name in given if ordinary(name)]
        return cls(
            re.compile(expression),
            re.compile(inside) if inside else None,
            re.compile(rf"[\s,]{{0,3}}{after}") if after else None,
            frozenset(word + plural for word in common for plural in ("", "s")),
            frozenset(word for name in family for word in words(name)),
        )

    def spans(self, text: str) -> "list[Span | None]":
        """Return where the names are repeated; when that is very often, everywhere."""
        folded = fold(text)
        found = [
            folded.span(*match.span())
            for match in self.expression.finditer(folded.text)
            if not self._another(folded, match)
        ]
        known = frozenset(found)
        found += [span for span in self._glued(folded) if span not in known]
        return list(found) if len(found) <= _REPETITIONS else [None]

    def _glued(self, folded: Folded) -> "Iterator[Span]":
        """Yield where a name is glued to other letters in an address or a file name."""
        for match in self.inside.finditer(folded.text) if self.inside else ():
            start, end = folded.span(*match.span())
            if in_address(folded.original, start, end):
                yield start, end

    def _another(self, folded: Folded, match: re.Match[str]) -> bool:
        """Tell whether it is a word of the language, or the name of a carer."""
        start, end = match.span()
        if match[0] in self.words and folded.words(start, end).islower():
            return True
        if not _PROFESSION.search(folded.text, max(0, start - _TITLE_AT_MOST), start):
            return False
        return self.beside is None or not self.beside.match(folded.text, end)

    def of_another(self, place: str, places: "Places") -> bool:
        """Tell whether a place is a name part beside a family name that is not theirs.

        Without a family name, or with the same one, it may be the person: False.
        """
        found = _PART.match(place)
        if found is None or not self.families:
            return False
        family = family_beside(found["name"], places)
        return bool(family) and not family & self.families


def family_beside(name: str, places: "Places") -> frozenset[str]:
    """Return the words of the family names that stand in a name, by its path."""
    return frozenset(
        word
        for place in places.below(name)
        if "family" in place[len(name) :]
        for word in words(places.text(place))
    )


def words(text: str) -> "tuple[str, ...]":
    """Return the words of a name, folded."""
    return tuple(re.findall(r"[\w'-]+", fold(text).text))


def own_names(places: "Places") -> "Iterator[str]":
    """Yield the first names that the header gives the patient, by their places.

    In FHIR those of a resource by itself or of an entry that is no relative; a contained
    resource, and an extension, may be anybody's.
    """
    for place in places.all():
        if "given" not in place:
            continue
        found = _PART.match(place)
        if found is None:
            continue
        name = found["name"]
        relative = f"{name.rpartition('/name/')[0]}/relationship"
        if _HEADER.search(name) or (_ALONE.search(name) and not places.below(relative)):
            yield place
