"""Which places of a document tell one fact: a table row, a list item, an entry, a resource.

Places are XPaths or JSON pointers, and their form alone gives the structure: nothing
here knows what a place says. A *fact* is the path of the smallest part that is read as
one statement; its members are the places below it.
"""

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from labels.detection.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_ROW = 600
"""A row or an item with more characters is a layout, not one statement."""
_STATEMENT = re.compile(
    r"/h:(?:observation|substanceAdministration|supply|procedure|encounter)(?![A-Za-z])"
)
_GROUP = re.compile(r"/h:(?:act|organizer)(?![A-Za-z])")
_NARRATIVE = re.compile(
    r"(?P<row>.*/h:(?:tr|item)(?:\[\d+\])?)(?:/|$)", flags=re.DOTALL
)
_ITEM = re.compile(r"/h:item(?:\[\d+\])?$")
_RESOURCE = re.compile(
    r"(?P<whole>(?:.*?/entry/\d+/resource)?)(?:/contained/\d+)?"
    r"/(?P<field>[A-Za-z]+)(?P<part>/\d+)?"
)
_TELLING = frozenset(
    "code medicationCodeableConcept medicationReference vaccineCode reasonCode"
    " reasonReference valueCodeableConcept valueString valueQuantity note bodySite"
    " dosage dosageInstruction component text contained".split()
)
"""The elements of a clinical resource that say what it is about."""
_SUBJECTS = ("/code/", "/medicationCodeableConcept/", "/vaccineCode/", "/medicationR")


class Places:
    """The places of one document in order, to ask what lies below a path."""

    __slots__ = ("_order", "_rows", "_sorted", "_texts")

    def __init__(self, texts: "dict[str, str]") -> None:
        """Sort the places once; ``texts`` gives what each says, in document order."""
        self._texts = texts
        self._sorted = sorted(texts)
        self._order: dict[str, int] = {}
        self._rows: dict[str, bool] = {}

    def below(self, path: str, at_most: int | None = None) -> list[str]:
        """Return the places below ``path``, which itself is not among them.

        All of them, or the first ``at_most`` in the order of their names.
        """
        first = bisect_left(self._sorted, f"{path}/")
        last = bisect_left(self._sorted, f"{path}0", first)
        return self._sorted[
            first : last if at_most is None else min(last, first + at_most)
        ]

    def in_order(self, path: str) -> list[str]:
        """Return every place below ``path`` in the order of the document."""
        if not self._order:
            self._order = {place: number for number, place in enumerate(self._texts)}
        return sorted(self.below(path), key=self._order.__getitem__)

    def text(self, place: str) -> str:
        """Return what a place says, empty for a path that is no place."""
        return self._texts.get(place, "")

    def all(self) -> "Iterator[str]":
        """Yield every place in the order of the document."""
        return iter(self._texts)

    def fact(self, place: str) -> str:
        """Return the path of the fact a place belongs to: itself when it stands alone."""
        head, narrative, inside = place.rpartition("/h:text/")
        if narrative and "/h:entry" not in inside and "/h:entry" not in _section(head):
            return self._row(place, head)
        _, entry, _ = place.rpartition("/h:entry")
        if entry and place.startswith(("/h:", "/entry")):
            return _statement(place)
        if "/h:" in place:
            return place
        return self._resource(place)

    def _row(self, place: str, head: str) -> str:
        found = _NARRATIVE.match(place)
        if (
            found is None
            or len(found["row"]) <= len(head)
            or "/h:thead" in found["row"]
        ):
            return place
        row = found["row"]
        one = self._rows.get(row)
        if one is None:
            members = self.below(row, at_most=LONGEST_ROW + 1)
            one = self._rows[row] = self._is_one(row, members)
        return row if one else place

    def _is_one(self, row: str, members: "Sequence[str]") -> bool:
        if len(members) == 1 and _ITEM.search(row):
            return len(sentences(self._texts[members[0]])) == 1
        length = cells = 0
        for member in members:
            cells += "/h:td" in member[len(row) :] or "/h:item" in row[-12:]
            length += len(self._texts[member])
            if length > LONGEST_ROW or "/h:table" in member[len(row) :]:
                return False
        return cells > 0

    def _resource(self, place: str) -> str:
        found = _RESOURCE.match(place)
        if found is None or found["field"] not in _TELLING:
            return place
        whole = found["whole"]
        if found["field"] == "component" and found["part"]:
            return f"{whole}/component{found['part']}"
        return whole if self._is_statement(whole) else place

    def _is_statement(self, resource: str) -> bool:
        """Tell a clinical resource from a List, a document or a person."""
        if not resource or f"{resource}/mode" in self._texts:
            return False
        return any(
            member.startswith(_SUBJECTS, len(resource))
            for member in self.below(resource)
        )


def section_title(place: str) -> str:
    """Return where the title of the section of a place stands."""
    head, section, tail = place.rpartition("/h:section/")
    return f"{head}{section}h:title/text()[1]" if tail else ""


def _section(head: str) -> str:
    """Return the part of a path below its last section."""
    return head.rpartition("/h:section")[2]


def _statement(place: str) -> str:
    """Return the outermost clinical statement that holds a place of an entry.

    An act or an organizer only groups statements; alone it is one.
    """
    start = place.rindex("/h:entry")
    entry = place.find("/h:entry", place.rfind("/h:section/") + 1)
    start = entry if entry >= 0 else start
    found = _STATEMENT.search(place, start)
    if found is None:
        groups = list(_GROUP.finditer(place, start))
        if not groups:
            return place
        found = groups[-1]
    end = place.find("/", found.end())
    return place[: end if end >= 0 else len(place)]
