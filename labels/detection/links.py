"""Where an entry and the narrative it refers to are one fact in two places.

A reference is known by its words, not by its id: the words must stand in the narrative
of the same section, as a block or as a row.
"""

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labels.detection.structure import Places

_REFERENCE = "/h:reference/@value"
_SHORTEST_LINK = 4
"""A shorter text (*Neg*, *0*) says nothing of which cell it was taken from."""
_ROW = re.compile(r".*/h:tr(?:\[\d+\])?(?=/)")

Key = tuple[str, str]


class Links:
    """The references of one document, from each fact to the facts on the other side."""

    __slots__ = ("_by_place", "_places", "_sure")

    def __init__(self, places: "Places") -> None:
        """Pair every reference with the narrative that says its words."""
        self._places = places
        self._by_place: dict[str, list[str]] = defaultdict(list)
        self._sure: dict[str, list[str]] = defaultdict(list)
        referring = _referring(places)
        spoken = _spoken(places, {section for section, _ in referring})
        for key, references in referring.items():
            self._pair(references, spoken.get(key, ()))

    def _pair(self, references: list[str], spoken: "Sequence[str]") -> None:
        for reference in references:
            self._by_place[reference].extend(self._places.fact(s) for s in spoken)
        if len(spoken) != 1:
            return
        for reference in references:
            self._sure[spoken[0]].append(self._places.fact(reference))
            self._sure[reference].append(self._places.fact(spoken[0]))

    def of(self, fact: str) -> tuple[str, ...]:
        """Return every row or block that a fact may speak of: all that say its words."""
        return self._collect(self._by_place, fact)

    def sure(self, fact: str) -> tuple[str, ...]:
        """Return the facts on the other side where the words stand only once."""
        return self._collect(self._sure, fact)

    def _collect(self, pairs: "Mapping[str, list[str]]", fact: str) -> tuple[str, ...]:
        if not pairs:
            return ()
        found = (pairs.get(p, ()) for p in (fact, *self._places.below(fact)))
        return tuple(dict.fromkeys(one for several in found for one in several))


def _referring(places: "Places") -> dict[Key, list[str]]:
    referring: dict[Key, list[str]] = defaultdict(list)
    for place in places.all():
        if not place.endswith(_REFERENCE):
            continue
        text = _plain(places.text(place))
        if len(text) >= _SHORTEST_LINK:
            referring[_section(place), text].append(place)
    return referring


def _spoken(places: "Places", sections: "set[str]") -> "Mapping[Key, list[str]]":
    """Return the blocks and rows of the narrative of some sections, by their words."""
    spoken: dict[Key, list[str]] = defaultdict(list)
    if not sections:
        return spoken
    rows: dict[str, list[str]] = defaultdict(list)
    for place in places.all():
        section, text, _ = place.rpartition("/h:text/")
        if not text or section not in sections:
            continue
        spoken[section, _plain(places.text(place))].append(place)
        row = _ROW.match(place)
        if row:
            rows[row.group()].append(places.text(place))
    for path, cells in rows.items():
        if len(cells) > 1:
            section = path.rpartition("/h:text/")[0]
            spoken[section, _plain(" ".join(cells))].append(path)
    return spoken


def _section(place: str) -> str:
    """Return the path of the section of an entry."""
    return place[: place.find("/h:entry", place.rfind("/h:section/") + 1)]


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
