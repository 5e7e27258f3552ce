"""What a document shows, whatever its format: the model of the page."""

from dataclasses import dataclass, field

from mappings.fhir.xhtml import Node


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part: its narrative, lines where it has none, parts below it.

    ``kind`` is the type of its resources, where the document gives it no title.
    """

    title: str
    body: Node | None = None
    lines: tuple[str, ...] = ()
    sections: "tuple[Section, ...]" = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A document: its title, facts about it (a key of ``words.csv`` and a value), parts.

    ``language`` is the one it is written in. ``message`` is the key of a sentence said
    in place of a content that cannot be shown; ``text`` a document without structure;
    ``kind`` the key of a title for what has none of its own.
    """

    title: str = ""
    language: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    text: str = ""
    message: str = ""
    kind: str = "untitled"


NOTHING = View(message="unreadable")
"""What nothing can be shown of."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Gathers facts; those without a value are left out."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, key: str, value: str) -> None:
        """Keep a fact that has a value."""
        if value.strip():
            self.found.append((key, " ".join(value.split())))

    def all(self) -> tuple[tuple[str, str], ...]:
        """Return the facts in the order they were found."""
        return tuple(dict.fromkeys(self.found))
