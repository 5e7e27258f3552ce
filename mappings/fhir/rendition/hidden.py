"""The hidden places of a resource as a tree that is walked along with it."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from mappings.fhir.narrative import Span
from mappings.fhir.rendition.marks import Cuts

_TEXT = re.compile(
    r"(?:block=(?P<block>[0-9]{1,9}))?(?:#?char=(?P<start>[0-9]{1,9}),(?P<end>[0-9]{1,9}))?"
)


@dataclass(slots=True)
class Hidden:
    """What is hidden at one element: all of it, parts of its text, elements below."""

    whole: bool = False
    fragments: set[str] = field(default_factory=set)
    below: dict[str, "Hidden"] = field(default_factory=dict)

    def at(self, name: str) -> "Hidden":
        """Return what is hidden in the element ``name`` of this one."""
        return self.below.get(name, NOTHING)

    def __bool__(self) -> bool:
        """Tell whether anything is hidden here or below."""
        return bool(self.whole or self.fragments or self.below)


NOTHING = Hidden()
"""No place is hidden; never changed."""


def hidden_tree(places: Collection[str]) -> Hidden:
    """Return the tree of JSON pointers with fragments.

    The empty pointer is the resource itself. A fragment that names no block and no
    characters of a text (a page, a place in an attached document) hides the element
    whole: what is attached is seen whole or not at all.
    """
    root = Hidden()
    for place in places:
        pointer, _, fragment = place.partition("#")
        node = root
        for name in pointer.split("/")[1:]:
            plain = name.replace("~1", "/").replace("~0", "~")
            node = node.below.setdefault(plain, Hidden())
        if fragment and _TEXT.fullmatch(fragment):
            node.fragments.add(fragment)
        else:
            node.whole = True
    return root


def cuts(hidden: Hidden) -> Cuts:
    """Return what goes of the narrative at an element ``div``."""
    blocks: set[int] = set()
    characters: dict[int, tuple[Span, ...]] = {}
    for fragment in hidden.fragments:
        number, spans = _parts(fragment)
        if spans:
            characters[number] = characters.get(number, ()) + spans
        else:
            blocks.add(number)
    return Cuts(hidden.whole, frozenset(blocks), characters)


def spans(hidden: Hidden) -> tuple[Span, ...]:
    """Return the characters that go of a plain text, by offsets in it."""
    return tuple(span for fragment in hidden.fragments for span in _parts(fragment)[1])


def _parts(fragment: str) -> tuple[int, tuple[Span, ...]]:
    """Return the number of a block (1 when it is the only one) and the characters."""
    found = _TEXT.fullmatch(fragment)
    if found is None:  # it was not kept as a fragment
        return 1, ()
    characters = found["start"]
    span = ((int(characters), int(found["end"])),) if characters else ()
    return int(found["block"] or 1), span


def but(hidden: Hidden, *elements: str) -> Hidden:
    """Return what is hidden below an element, leaving these elements of it alone.

    They are replaced, or decided elsewhere; the element itself is not hidden then.
    """
    alone = {*elements, *(f"_{name}" for name in elements)}
    below = {name: one for name, one in hidden.below.items() if name not in alone}
    return Hidden(hidden.whole, hidden.fragments, below)
