"""What one reader may see of one record, in words about items only.

Permits bound an item from above, denials from below; so a label that is raised can only
close. Any denial beats all permits, and without a permit nothing is seen. The same value
becomes the WHERE of every query (``gateway/repository/where.py``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from labels.codes import Category, Confidentiality, Mark
from labels.consent import Period
from labels.item import LONG_AGO, Item, Place, within

ALWAYS = Period()


class Outcome(StrEnum):
    """The two answers there are."""

    PERMIT = "permit"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer with its reasons.

    ``because`` names the rules that settled it: the denials that bite, else the permits
    that admit; empty when no rule spoke. ``beyond`` then names the permits this reader
    holds whose bounds the item exceeds. ``obligations`` come with a permit.
    """

    outcome: Outcome
    because: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()

    @property
    def permitted(self) -> bool:
        """Whether the item may be seen."""
        return self.outcome is Outcome.PERMIT


@dataclass(frozen=True, slots=True)
class Permit:
    """Opens what lies within every bound that is stated; None states no bound."""

    rule: str
    confidentiality_at_most: Confidentiality = Confidentiality.V
    categories_within: frozenset[Category] | None = None
    types_within: frozenset[str] | None = None
    items: frozenset[str] | None = None
    own_of: frozenset[str] | None = None
    marks_within: frozenset[Mark] | None = None
    places: frozenset[Place] | None = None
    authored_by: frozenset[str] | None = None
    dated: Period = ALWAYS
    obligations: frozenset[str] = frozenset()

    @property
    def bounded(self) -> bool:
        """Whether it speaks of a kind of items rather than naming some."""
        return self.items is None and self.places is None and self.own_of is None

    def admits(self, item: Item) -> bool:
        """Whether every bound holds."""
        return (
            item.confidentiality <= self.confidentiality_at_most
            and (
                self.categories_within is None
                or item.categories <= self.categories_within
            )
            and (self.marks_within is None or item.marks <= self.marks_within)
            and (self.types_within is None or item.type in self.types_within)
            and (self.items is None or item.id in self.items)
            and (self.places is None or _in_places(item, self.places))
            and (self.own_of is None or _own(item, self.own_of))
            and (self.authored_by is None or _own(item, self.authored_by))
            and self.dated.holds(item.dated)
        )


@dataclass(frozen=True, slots=True)
class Denial:
    """Closes what meets every condition that is stated; stating none closes everything.

    A condition of several categories, marks, items or places is met by any one of them.
    A place (item id, path) is itself and all below it; no item as a whole is in a place.
    ``anywhere``: categories and OPAQUE count wherever they stand in the document, also in
    places that a rendition could leave out. ``announced_from``: only what has waited for
    its announcement since then or later.
    """

    rule: str
    categories: frozenset[Category] | None = None
    marks: frozenset[Mark] | None = None
    items: frozenset[str] | None = None
    places: frozenset[Place] | None = None
    confidentiality_from: Confidentiality = Confidentiality.U
    authored_by: frozenset[str] | None = None
    dated: Period = ALWAYS
    except_own_of: frozenset[str] = frozenset()
    except_items: frozenset[str] = frozenset()
    except_places: frozenset[Place] = frozenset()
    anywhere: bool = False
    announced_from: datetime = LONG_AGO

    def bites(self, item: Item) -> bool:
        """Whether the item is closed."""
        return (
            (self.categories is None or bool(self._told(item) & self.categories))
            and (self.marks is None or bool(self._marks(item) & self.marks))
            and (self.items is None or item.id in self.items)
            and (self.places is None or _in_places(item, self.places))
            and item.confidentiality >= self.confidentiality_from
            and (self.authored_by is None or _own(item, self.authored_by))
            and self.dated.holds(item.dated)
            and item.announced >= self.announced_from
            and not self._excepted(item)
        )

    def _told(self, item: Item) -> frozenset[Category]:
        return item.categories | item.told if self.anywhere else item.categories

    def _marks(self, item: Item) -> frozenset[Mark]:
        unread = self.anywhere and item.unread
        return item.marks | {Mark.OPAQUE} if unread else item.marks

    def _excepted(self, item: Item) -> bool:
        return (
            item.id in self.except_items
            or _in_places(item, self.except_places)
            or _own(item, self.except_own_of)
        )


@dataclass(frozen=True, slots=True)
class Clearance:
    """Permits and denials; with no permit, nothing is seen."""

    permits: tuple[Permit, ...] = ()
    denials: tuple[Denial, ...] = ()

    def judge(self, item: Item) -> Decision:
        """Decide on one item: deny overrides, silence denies.

        An obligation is due only when every permit that admits the item asks for it: one
        that opens without condition is enough.
        """
        if denied := _rules(d.rule for d in self.denials if d.bites(item)):
            return Decision(Outcome.DENY, denied)
        admitting = [p for p in self.permits if p.admits(item)]
        if not admitting:
            beyond = _rules(p.rule for p in self.permits if p.bounded)
            return Decision(Outcome.DENY, beyond=beyond)
        due = frozenset.intersection(*(p.obligations for p in admitting))
        because = _rules(p.rule for p in admitting)
        return Decision(Outcome.PERMIT, because, tuple(sorted(due)))


def _in_places(item: Item, places: frozenset[Place]) -> bool:
    return bool(item.place) and any(
        item.id == item_id and within(item.place, place) for item_id, place in places
    )


def _own(item: Item, owners: frozenset[str]) -> bool:
    return item.author in owners or item.organization in owners


def _rules(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
