"""What one of two records brought, as a mask speaks of it: as a whole, named when seen.

Such a mask is said whether or not there was anything, and names what the person sees.
What waits for its announcement is masked with it, unnamed: no mask tells that it is there.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from labels.consent import Audience, Directive, Effect, Followed

BROUGHT = "urn:paravent:merge"
"""The system of what stands in a Consent for all that a record brought."""


@dataclass(frozen=True, slots=True)
class Share:
    """All items of one of the two; ``id`` stands for them, ``seen`` the person sees."""

    id: str
    items: frozenset[str]
    seen: frozenset[str]

    @property
    def episode(self) -> str:
        """What a Consent names all of it by."""
        return f"{BROUGHT}|{self.id}"

    def part(self, items: frozenset[str]) -> "Share":
        """Return some of it, as a mask speaks of that by itself."""
        return Share(uuid4().hex, self.items & items, self.seen & items)

    def mask(self, audience: Audience, at: datetime) -> Directive:
        """Return the mask of all of it, from an instant on."""
        said = Directive("", Effect.MASK, audience, self.items, start=at)
        return self.spoken(said, self.items)

    def spoken(self, said: Directive, named: frozenset[str]) -> Directive:
        """Return a directive that names, of some of its items, those that the person sees.

        And the places of those. The rest follow what stands for the whole, as copies do
        what is named.
        """
        named &= self.seen & said.items
        rest = spoken_of(said) - named - (_placed(said) & self.seen)
        steps = (
            *(Followed(each, self.id, same=True) for each in sorted(named | {self.id})),
            *(Followed(self.id, each, same=True) for each in sorted(rest)),
        )
        return replace(
            said,
            items=said.items | {self.id},
            episodes=said.episodes | {self.episode},
            followed=steps,
        )


def brought(said: Directive) -> frozenset[str]:
    """Return what a directive names for all that a record once brought."""
    return frozenset(each for each in said.episodes if each.startswith(f"{BROUGHT}|"))


def left(said: Directive, gone: Collection[str]) -> Directive:
    """Return a directive with what it came to speak of beside what is gone."""
    return replace(
        said,
        items=said.items.difference(gone),
        places=frozenset(each for each in said.places if each[0] not in gone),
        episodes=frozenset(),
        categories=frozenset(),
        everything=False,
    )


def spoken_of(said: Directive) -> frozenset[str]:
    """Return the items that a directive speaks of, whole or in a place."""
    return said.items | _placed(said)


def _placed(said: Directive) -> frozenset[str]:
    return frozenset(item for item, _ in said.places)
