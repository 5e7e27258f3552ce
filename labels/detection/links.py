"""Where an entry and the narrative it refers to are one fact in two places.

A reference is known by its words, not by its id: the words must stand in the narrative
of the same section, as a block or as a row.
"""

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from labels.detection.structure import Places

_REFERENCE = "/h:reference/@value"
_SHORTEST_LINK = 4
"""A shorter text (*Neg*, *0*) says nothing of which cell it was taken from."""
_SECTION = re.compile(r".*/h:section(?:\[\d+\])?(?=/)", re.DOTALL)
_ROW = re.compile(r".*/h:tr(?:\[\d+\])?(?=/)")

Pairs = dict[str, list[str]]
"""From a place to the facts on the other side."""


class Links:
    """The references of one document, from each fact to the facts on the other side.

    Nothing is read before the first question, and then only the section it is about.
    """

    __slots__ = ("_found", "_places", "_read", "_sections")

    def __init__(self, places: "Places") -> None:
        """Keep the places of the document."""
        self._places = places
        self._sections: dict[str, list[str]] = {}
        self._read: dict[str, tuple[Pairs, Pairs]] = {}
        self._found: dict[tuple[int, str], tuple[str, ...]] = {}

    def of(self, fact: str) -> tuple[str, ...]:
        """Return every row or block that a fact may speak of: all that say its words."""
        return self._collect(0, fact)

    def sure(self, fact: str) -> tuple[str, ...]:
        """Return the facts on the other side where the words stand only once."""
        return self._collect(1, fact)

    def _collect(self, which: int, fact: str) -> tuple[str, ...]:
        """Look once, however many places of a fact are asked about."""
        asked = which, fact
        if asked not in self._found:
            self._found[asked] = self._look(which, fact)
        return self._found[asked]

    def _look(self, which: int, fact: str) -> tuple[str, ...]:
        section = _section(fact)
        if not section:
            return ()
        if section not in self._read:
            self._read[section] = self._pairs(section)
        pairs = self._read[section][which]
        if not pairs:
            return ()
        found = (pairs.get(p, ()) for p in (fact, *self._places.below(fact)))
        return tuple(dict.fromkeys(one for several in found for one in several))

    def _pairs(self, section: str) -> tuple[Pairs, Pairs]:
        """Pair every reference of a section with the narrative that says its words."""
        members = self._members().get(section, ())
        referring = _referring(members, self._places)
        spoken = _spoken(section, members, self._places) if referring else {}
        every: Pairs = defaultdict(list)
        sure: Pairs = defaultdict(list)
        fact = self._places.fact
        for text, references in referring.items():
            said = spoken.get(text, ())
            for reference in references:
                every[reference].extend(fact(place) for place in said)
                if len(said) == 1:
                    sure[said[0]].append(fact(reference))
                    sure[reference].append(fact(said[0]))
        return every, sure

    def _members(self) -> "Mapping[str, Sequence[str]]":
        if not self._sections:
            for place in self._places.all():
                self._sections.setdefault(_section(place), []).append(place)
        return self._sections


def _referring(members: "Iterable[str]", places: "Places") -> Pairs:
    """Return the references in the entries of a section, by their words."""
    referring: Pairs = defaultdict(list)
    for place in members:
        if place.endswith(_REFERENCE) and "/h:entry" in place:
            text = _plain(places.text(place))
            if len(text) >= _SHORTEST_LINK:
                referring[text].append(place)
    return referring


def _spoken(section: str, members: "Iterable[str]", places: "Places") -> Pairs:
    """Return the blocks and rows of the narrative of a section, by their words."""
    spoken: Pairs = defaultdict(list)
    rows: Pairs = defaultdict(list)
    for place in members:
        if not place.startswith("/h:text/", len(section)):
            continue
        spoken[_plain(places.text(place))].append(place)
        row = _ROW.match(place)
        if row:
            rows[row.group()].append(places.text(place))
    for path, cells in rows.items():
        if len(cells) > 1:
            spoken[_plain(" ".join(cells))].append(path)
    return spoken


def _section(place: str) -> str:
    """Return the path of the last section above a place, empty when there is none."""
    found = _SECTION.match(place)
    return found.group() if found else ""


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
