"""What was found while a document is read, before it becomes labels."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from labels.codes import Category, Confidentiality


Span = tuple[int, int]
"""Where words begin and end in the text of a place, in characters."""

Seen = tuple[str, Span | None]
"""Words, and where they stand; a code stands nowhere in the text."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A category seen: by which rule, from what, where, and its own level if any.

    ``deniable``: a *no* beside it takes it away; ``unless``: so do these words.
    ``span`` is where its words stand in the text of the place, ``None`` when it is said
    of the place as a whole.
    """

    category: "Category"
    rule: str
    source: str
    what: str
    level: "Confidentiality | None"
    place: str
    deniable: bool = False
    unless: str = ""
    span: Span | None = None

    @property
    def own_level(self) -> "Confidentiality":
        """The level of the rule, or of its category."""
        return self.category.facts.adult if self.level is None else self.level


@dataclass(slots=True)
class Reading:
    """What was found at one place: by itself, only in company, and the facts seen.

    ``signals`` gives the first words of each fact, ``seen`` all and where they stand;
    ``texts`` is how many texts were read.
    """

    direct: list[Finding] = field(default_factory=list)
    joining: list[Finding] = field(default_factory=list)
    signals: dict[str, str] = field(default_factory=dict)
    seen: dict[str, list[Seen]] = field(default_factory=dict)
    texts: int = 0
    opaque: bool = False

    def raises(self, name: str, words: str, span: Span | None = None) -> None:
        """Note that these words, standing there, raise a signal."""
        self.signals.setdefault(name, words)
        self.seen.setdefault(name, []).append((words, span))

    def told(self, names: "Iterable[str]") -> "Iterator[Seen]":
        """Yield what raised these signals here, by their names in order."""
        for name in sorted(names):
            yield from self.seen.get(name, ())
