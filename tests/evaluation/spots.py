"""Where the truth of a document and its labels meet: places, and sentences of places."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from labels.codes import Category

Span = tuple[int, int]

_CHARACTERS = re.compile(r"(?P<place>.*)#char=(?P<start>\d+),(?P<end>\d+)", re.DOTALL)
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the truth: what it tells, and in which words."""

    place: str
    category: Category
    text: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A labelled place; ``span`` where it is only a part of a text."""

    place: str
    category: Category
    span: Span | None = None

    def __str__(self) -> str:
        """Return the place as the service names it."""
        return self.place + (
            f"#char={self.span[0]},{self.span[1]}" if self.span else ""
        )


def area(place: str, category: Category) -> Area:
    """Return a labelled place; ``#char=`` names a part of a text (RFC 5147)."""
    found = _CHARACTERS.fullmatch(place)
    if found is None:
        return Area(place, category)
    return Area(found["place"], category, (int(found["start"]), int(found["end"])))


def spots(truth: Mapping[str, Any]) -> Iterator[Spot]:
    """Yield each spot that can be read; what is only an image says no category."""
    for spot in truth.get("spots", ()):
        if spot.get("pdf", {}).get("text_layer", True):
            category, text = Category(spot["category"]), str(spot.get("text", ""))
            yield Spot(_place(spot), category, " ".join(text.split()))


def found(spot: Spot, areas: Iterable[Area], texts: Mapping[str, str]) -> bool:
    """Tell whether a spot is labelled: its place, or sentences that hold all its words."""
    parts: list[Span] = []
    for one in areas:
        if one.category is not spot.category or not touches(one.place, spot.place):
            continue
        if one.span is None or one.place != spot.place:
            return True
        parts.append(one.span)
    where = _where(spot.text, texts.get(spot.place, ""))
    return bool(parts) and any(_covered(texts[spot.place], w, parts) for w in where)


def right(one: Area, spots: Iterable[Spot], texts: Mapping[str, str]) -> bool:
    """Tell whether a labelled place meets a spot of its category."""
    return any(
        spot.category is one.category
        and touches(one.place, spot.place)
        and (
            one.span is None
            or one.place != spot.place
            or any(_meet(one.span, w) for w in _where(spot.text, texts[one.place]))
        )
        for spot in spots
    )


def standing(words: str, areas: Iterable[Area], texts: Mapping[str, str]) -> bool:
    """Tell whether words are said somewhere outside every labelled place."""
    labelled = tuple(areas)
    return any(
        not any(
            within(place, one.place) and (one.span is None or _meet(one.span, where))
            for one in labelled
        )
        for place, text in texts.items()
        for where in _where(words, text)
    )


def touches(one: str, other: str) -> bool:
    """Tell whether one place is the other, contains it, or is contained in it."""
    return within(one, other) or within(other, one)


def within(inner: str, outer: str) -> bool:
    """Tell whether a place is another or below it."""
    return inner == outer or inner.startswith((f"{outer}/", f"{outer}#"))


def _where(words: str, text: str) -> Iterator[Span]:
    start = text.find(words) if words else -1
    while start >= 0:
        yield start, start + len(words)
        start = text.find(words, start + 1)


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _covered(text: str, where: Span, parts: Iterable[Span]) -> bool:
    """Tell whether every letter of a span is in one of the parts."""
    kept = tuple(parts)
    letters = (m.start() for m in _WORD.finditer(text, *where))
    return all(any(start <= at < end for start, end in kept) for at in letters)


def _place(spot: Mapping[str, Any]) -> str:
    if "pdf" in spot:
        where = spot["pdf"].get("xpath") or spot["pdf"]["pointer"]
        return f"{where}#page={spot['pdf']['page']}"
    return str(spot.get("xpath") or spot["pointer"])
