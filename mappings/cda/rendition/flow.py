"""White space in narrative, as a browser collapses it, written down once and for all."""

from dataclasses import dataclass

from mappings.cda.rendition.tags import BREAK, INLINE, keep_tail, names, remove
from mappings.cda.xml import Element

_OBJECTS = names("renderMultiMedia footnoteRef")
_WRAPPER = names("content")


def flow(block: Element) -> None:
    """Collapse the spaces of a block and of the blocks in it, and its line breaks.

    No space or line break stands at the edge of a block or of a line; no two follow
    each other; an inline element without attributes is dissolved.
    """
    for wrapper in list(block.iter(*_WRAPPER)):
        if not wrapper.attrib:
            _dissolve(wrapper)
    line = _Line()
    _inside(block, line)
    line.end()


@dataclass(slots=True)
class _Line:
    """Where a line of text stands: at its start, after a space, after a break."""

    start: bool = True
    spaced: bool = True
    last: tuple[Element, bool] | None = None
    broken: Element | None = None

    def say(self, owner: Element, *, tail: bool) -> None:
        text = owner.tail if tail else owner.text
        if not text:
            return
        words = " ".join(text.split())
        if not words:
            said = "" if self.spaced else " "
        else:
            before = " " if text[0].isspace() and not self.spaced else ""
            said = before + words + (" " if text[-1].isspace() else "")
        _set(owner, said, tail=tail)
        if not said:
            return
        self.spaced = said.endswith(" ")
        self.last = (owner, tail)
        if words:
            self.start, self.broken = False, None

    def trim(self) -> None:
        """Take the space at the end of a line away."""
        if self.last is not None and self.spaced:
            owner, tail = self.last
            _set(
                owner, ((owner.tail if tail else owner.text) or "").rstrip(), tail=tail
            )
        self.last, self.spaced = None, True

    def show(self) -> None:
        """Count something that is no text, a picture, as a word."""
        self.start, self.spaced, self.last, self.broken = False, False, None, None

    def end(self) -> None:
        """End a block: neither space nor break is left at its edge."""
        self.trim()
        if self.broken is not None:
            remove(self.broken)
        self.start, self.broken = True, None


def _set(owner: Element, said: str, *, tail: bool) -> None:
    if tail:
        owner.tail = said or None
    else:
        owner.text = said or None


def _inside(element: Element, line: _Line) -> None:
    if element.text:
        line.say(element, tail=False)
    for child in list(element):
        if child.tag == BREAK:
            _break(child, line)
        elif child.tag in _OBJECTS:
            line.show()
            line.say(child, tail=True)
        elif child.tag in INLINE:
            _inside(child, line)
            line.say(child, tail=True)
        else:
            _block(child, line)


def _block(block: Element, line: _Line) -> None:
    """Write an inner block down; the text after it begins a new line."""
    line.end()
    if len(block):
        _inside(block, line)
        line.end()
    elif block.text:
        block.text = " ".join(block.text.split()) or None
    if block.tail:
        line.say(block, tail=True)


def _break(element: Element, line: _Line) -> None:
    line.trim()
    if line.start:
        parent, before = element.getparent(), element.getprevious()
        tail = element.tail
        element.tail = None
        if parent is not None:
            parent.remove(element)
        _say_on(parent, before, tail, line)
        return
    line.start, line.broken = True, element
    line.say(element, tail=True)


def _say_on(
    parent: Element | None, before: Element | None, tail: str | None, line: _Line
) -> None:
    """Continue with the text after a break that went, where it now stands."""
    if not tail or parent is None:
        return
    words = " ".join(tail.split())
    said = words + (" " if words and tail[-1].isspace() else "")
    if before is not None:
        before.tail = (before.tail or "") + said
        owner, at_tail = before, True
    else:
        parent.text = (parent.text or "") + said
        owner, at_tail = parent, False
    if words:
        line.spaced = said.endswith(" ")
        line.start, line.broken, line.last = False, None, (owner, at_tail)


def _dissolve(wrapper: Element) -> None:
    """Put what an element holds in its place."""
    parent = wrapper.getparent()
    if parent is None:
        return
    keep_tail(wrapper, wrapper.text)
    children = list(wrapper)
    tail, wrapper.tail = wrapper.tail, None
    for child in children:
        wrapper.addprevious(child)
    if tail:
        keep_tail(wrapper, tail)
    parent.remove(wrapper)
