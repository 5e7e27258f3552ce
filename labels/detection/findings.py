"""What was found while a document is read, before it becomes labels."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labels.codes import Category, Confidentiality


@dataclass(frozen=True, slots=True)
class Finding:
    """A category seen: by which rule, from what, where, and its own level if any.

    ``deniable``: a *no* beside it takes it away; ``unless``: so do these words.
    """

    category: "Category"
    rule: str
    source: str
    what: str
    level: "Confidentiality | None"
    place: str
    deniable: bool = False
    unless: str = ""

    @property
    def own_level(self) -> "Confidentiality":
        """The level of the rule, or of its category."""
        return self.category.facts.adult if self.level is None else self.level


@dataclass(slots=True)
class Reading:
    """What was found at one place: by itself, only in company, and the facts seen."""

    direct: list[Finding] = field(default_factory=list)
    joining: list[Finding] = field(default_factory=list)
    signals: dict[str, str] = field(default_factory=dict)
    opaque: bool = False
