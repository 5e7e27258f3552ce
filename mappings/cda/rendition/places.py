"""From the name of a place to the element it stands for (mappings/cda/README.md)."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from mappings.cda.document import NAMESPACES, step
from mappings.cda.xml import Element

Span = tuple[int, int]
"""Offsets in the text of a block, the end exclusive (RFC 5147)."""

_STEP = re.compile(
    r"(?P<name>[\w.-]+:[\w.-]+|\*\[local-name\(\)='[^']*'\])(?:\[(?P<n>\d+)\])?"
)
_CHARACTERS = re.compile(r"char=(\d{1,9}),(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Target:
    """What a place names: an element, or a part of its text.

    ``spoken`` says that the place is a text node of the element, ``attribute`` the
    name of an attribute, ``span`` a stretch of the text of its block.
    """

    element: Element
    spoken: bool = False
    attribute: str = ""
    span: Span | None = None


def targets(root: Element, places: Collection[str]) -> Iterator[Target]:
    """Give the target of every place, in the order of their names.

    A place that leads nowhere is the nearest one above it that exists: what cannot be
    found is hidden with what surrounds it, never shown.
    """
    known = _Known({f"/{step(str(root.tag))}": root})
    for place in sorted(places):
        path, _, fragment = place.partition("#")
        path, _, _ = path.partition("//")
        steps, last = _steps(path)
        element, found = known.element(root, steps)
        if not found:
            yield Target(element)
        elif last.startswith("@"):
            yield Target(element, attribute=last[1:])
        else:
            yield Target(element, last.startswith("text()"), span=_span(fragment))


def _steps(path: str) -> tuple[str, str]:
    """Split a path into the path of an element and a last step of another kind."""
    above, _, last = path.rpartition("/")
    if last.startswith(("@", "text()")):
        return above, last
    return path, ""


def _span(fragment: str) -> Span | None:
    found = _CHARACTERS.fullmatch(fragment)
    return (int(found[1]), int(found[2])) if found else None


@dataclass(frozen=True, slots=True)
class _Known:
    """The elements found so far, by path, and the children of each that bear one name.

    A parent is read once for each name: a thousand places in a thousand paragraphs would
    else read them a million times.
    """

    elements: dict[str, Element]
    children: dict[tuple[str, str], list[Element]] = field(default_factory=dict)

    def element(self, root: Element, path: str) -> tuple[Element, bool]:
        """Return the element of a path, or the nearest above it, and which of the two."""
        if path in self.elements:
            return self.elements[path], True
        above, _, last = path.rpartition("/")
        if not above:
            return root, False
        parent, found = self.element(root, above)
        child = self._child(above, parent, last) if found else None
        if child is None:
            return parent, False
        self.elements[path] = child
        return child, True

    def _child(self, above: str, parent: Element, last: str) -> Element | None:
        found = _STEP.fullmatch(last)
        if found is None:
            return None
        name = found["name"]
        if (above, name) not in self.children:
            self.children[above, name] = _named(parent, name)
        children = self.children[above, name]
        number = int(found["n"] or 1)
        return children[number - 1] if 0 < number <= len(children) else None


def _named(parent: Element, name: str) -> list[Element]:
    prefix, _, local = name.partition(":")
    if prefix in NAMESPACES:
        return parent.findall(f"{{{NAMESPACES[prefix]}}}{local}")
    return [one for one in parent if step(one.tag) == name]
