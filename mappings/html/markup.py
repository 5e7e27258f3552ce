"""HTML written from values: every text escaped, no attribute but our own.

The only place of the view where an angle bracket is written. Tags and attribute names
are constants of this package; a value of a document can become text, never markup.
"""

from dataclasses import dataclass
from html import escape
from typing import TypeAlias

_EMPTY = frozenset({"br", "link", "meta"})


@dataclass(frozen=True, slots=True)
class Tag:
    """An element of HTML; its text parts are not escaped yet."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    parts: "tuple[Tag | str, ...]"


Part: TypeAlias = Tag | str


def tag(name: str, /, *parts: Part | None, **attributes: str) -> Tag:
    """Return an element; parts that are None and empty attributes are left out.

    ``class_`` and ``for_`` lose their underscore; other underscores are hyphens.
    """
    said = tuple(
        (key.rstrip("_").replace("_", "-"), value)
        for key, value in attributes.items()
        if value
    )
    return Tag(name, said, tuple(part for part in parts if part is not None))


def written(part: Part) -> str:
    """Return an element as HTML, or a text escaped."""
    if isinstance(part, str):
        return escape(_visible(part))
    said = "".join(f' {key}="{escape(_visible(v))}"' for key, v in part.attributes)
    if part.name in _EMPTY:
        return f"<{part.name}{said}>"
    inside = "".join(written(one) for one in part.parts)
    return f"<{part.name}{said}>{inside}</{part.name}>"


def _visible(text: str) -> str:
    """Return ``text`` without control characters and marks that turn writing round."""
    return "".join(c for c in text if c in "\t\n" or (c >= " " and c not in _HIDDEN))


_HIDDEN = frozenset(map(chr, (*range(0x7F, 0xA0), *range(0x202A, 0x202F))))
"""Controls of ISO 8859, and the overrides of direction that hide what is written."""
