"""The text of one block, and cutting a stretch out of it.

A block is what :mod:`mappings.cda.content` reads as one piece: its own words and those
of the inline elements in it. Offsets are those of ``Content.text``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from mappings.cda.rendition.places import Span
from mappings.cda.rendition.tags import BREAK, INLINE, is_element
from mappings.cda.xml import Element


def block(element: Element) -> Element:
    """Return the block an element belongs to: itself unless it is inline."""
    while element.tag in INLINE:
        parent = element.getparent()
        if parent is None:
            return element
        element = parent
    return element


@dataclass(slots=True)
class Prose:
    """The words of a block with the place of each character.

    ``text`` is what a browser shows, ``spans`` where each inline element stands in it.
    """

    text: str = ""
    spans: dict[Element, Span] = field(default_factory=dict)
    _origins: list[tuple[Element, bool, int]] = field(default_factory=list)
    _pending: str = ""

    @classmethod
    def of(cls, element: Element) -> "Prose":
        """Read a block."""
        prose = cls()
        characters: list[str] = []
        prose._inside(element, characters)
        prose.text = "".join(characters)
        return prose

    def _inside(self, element: Element, into: list[str]) -> None:
        self._say(element, element.text, into, tail=False)
        for child in element:
            if child.tag == BREAK or (is_element(child) and child.tag not in INLINE):
                self._pending = "\n" if into else ""
            if child.tag in INLINE:
                start = len(into)
                self._inside(child, into)
                self.spans[child] = _trimmed(into, start)
            self._say(child, child.tail, into, tail=True)

    def _say(
        self, owner: Element, text: str | None, into: list[str], *, tail: bool
    ) -> None:
        for number, character in enumerate(text or ""):
            if character.isspace():
                self._pending = self._pending or (" " if into else "")
                continue
            if self._pending:
                into.append(self._pending)
                self._origins.append((owner, tail, -1))
                self._pending = ""
            into.append(character)
            self._origins.append((owner, tail, number))

    def cut(self, spans: Iterable[Span]) -> None:
        """Take stretches of the text out of the block."""
        gone: dict[tuple[Element, bool], set[int]] = {}
        for start, end in spans:
            for owner, tail, number in self._origins[start:end]:
                gone.setdefault((owner, tail), set()).add(number)
        for (owner, tail), numbers in gone.items():
            text = (owner.tail if tail else owner.text) or ""
            left = "".join(c for n, c in enumerate(text) if n not in numbers)
            if tail:
                owner.tail = left
            else:
                owner.text = left

    def replace(self, span: Span, words: str) -> None:
        """Put words in the place of a stretch, where its first character stood."""
        start, end = span
        owner, tail, number = self._origins[start]
        self.cut([(start + 1, end)])
        text = (owner.tail if tail else owner.text) or ""
        replaced = text[:number] + words + text[number + 1 :]
        if tail:
            owner.tail = replaced
        else:
            owner.text = replaced


def _trimmed(said: list[str], start: int) -> Span:
    """Return what was said since ``start``, without the space before it."""
    if start < len(said) and said[start].isspace():
        start += 1
    return start, len(said)
