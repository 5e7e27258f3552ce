"""The ground that is probed: the patients, the items of each, what may be guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from leakbench.capability import Offers
from leakbench.facts import Facts
from leakbench.profile import Profile


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a patient; ``key`` is its name in templates: ``v0``, ``h0``."""

    key: str
    type: str
    id: str
    word: str = ""
    facts: Facts = field(default_factory=Facts)

    @property
    def hidden(self) -> bool:
        """Whether the restricted reader may not see it."""
        return self.key.startswith("h")

    def place(self, what: str) -> str:
        """Return the place of one of its values in a template."""
        return f"${{{self.key}.{what}}}"


@dataclass(slots=True)
class Side:
    """One patient: what fills the places of a probe, and what is renamed in answers."""

    name: str
    values: dict[str, str]
    items: list[Item] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """Values that must differ between two patients, and the one name of both."""
    instants: dict[str, str] = field(default_factory=dict)
    """Instants at which the same happened to both patients, by that name."""

    def call(self, value: str, name: str) -> None:
        """Let a value of this side be known by a name that the other side has too."""
        if value:
            self.names.setdefault(value, name)

    def call_of(self, identifier: str, name: str) -> None:
        """Let the value of ``system|value`` be known by a name; the system is of both."""
        value = identifier.rpartition("|")[2]
        self.call(value, name)
        self.call(value.removeprefix("urn:oid:"), name)


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that probes are made of."""

    profile: Profile
    offers: Offers
    sides: tuple[Side, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    """Canaries: words that only hidden items hold, and whose they are."""

    @property
    def real(self) -> Side:
        """The patient who has hidden items."""
        return self.sides[0]

    @property
    def hidden(self) -> tuple[Item, ...]:
        """The items that may not be noticed."""
        return tuple(each for each in self.real.items if each.hidden)

    @property
    def visible(self) -> tuple[Item, ...]:
        """The items that the reader may see."""
        return tuple(each for each in self.real.items if not each.hidden)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The types of hidden items, each once: where leaks are looked for first."""
        return tuple(dict.fromkeys(each.type for each in self.hidden))

    def of(self, kind: str) -> tuple[Item, ...]:
        """Return the hidden items of one type."""
        return tuple(each for each in self.hidden if each.type == kind)

    def scoped(self, kind: str) -> str:
        """Return the start of a search of one patient's items: ``Type?parameters``."""
        return f"{kind}?{self.profile.scoped(kind)}"
