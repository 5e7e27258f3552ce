"""The patient's last word: *this is not sensitive*, *this is*, applied to a label.

A word takes evidence away or adds categories; it never touches a mark, and what a
depositor submitted is joined after it, so a word cannot lower that.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labels.codes import Category, Confidentiality, Mark
from labels.item import within
from labels.label import Evidence, Label, join

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

RULE = "patient"
"""The last part of the rule id of evidence that is the patient's own word."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a patient said about an item, a place in one, or a rule on the whole record.

    ``items`` are ids; none means every item of the record, now and later. ``categories``
    may be empty in a *not*: whatever is found there. ``place`` stands for itself and all
    below it, ``rule`` for one rule id (``hiv/term/virus``). Raises ValueError for a *yes*
    without item or category or with a rule, for a place without item, and for a word on
    the whole record that names no rule.
    """

    sensitive: bool
    categories: frozenset[Category] = frozenset()
    items: frozenset[str] = frozenset()
    place: str = ""
    rule: str = ""

    def __post_init__(self) -> None:
        """Refuse here what would say more than a patient can mean."""
        if not self.items and (self.place or not self.rule):
            raise ValueError("a word on the whole record names a rule and no place")
        if self.sensitive and (self.rule or not self.categories):
            raise ValueError("what is sensitive is named by category")


def concerns(word: Word, item_id: str) -> bool:
    """Whether the word speaks of this item."""
    return not word.items or item_id in word.items


def apply(label: Label, item_id: str, words: "Iterable[Word]") -> Label:
    """Return ``label``, which was worked out for the item, after what the patient said.

    Words about other items do nothing; the order of words does not matter.
    """
    return spoken(label, [word for word in words if concerns(word, item_id)])


def spoken(label: Label, words: "Collection[Word]") -> Label:
    """Return ``label`` after words that all concern its item.

    A *not* takes away the evidence it matches; a category stays while evidence for it is
    left, and one that has no evidence (it was inherited) goes only by a *not* on the item
    as a whole. The level stays unless no category is left: then it falls to N, but not
    that of what could not be read. A *yes* adds its categories at the stricter of their
    default levels, since a label knows no age. Marks stay as they are.
    """
    denied = [word for word in words if not word.sensitive]
    more = [added(word) for word in words if word.sensitive]
    left = _less(label, denied) if denied else label
    return join(left, *sorted(more, key=_order)) if more else left


def category_of(evidence: Evidence) -> str:
    """Return the category an evidence is for, as its rule id begins; or another word."""
    return evidence.rule.partition("/")[0]


def _less(label: Label, denied: list[Word]) -> Label:
    left = tuple(e for e in label.evidence if not any(_takes(w, e) for w in denied))
    told_before = frozenset(map(category_of, label.evidence))
    told = frozenset(map(category_of, left))
    gone = frozenset(
        category
        for category in label.categories - told
        if category in told_before or any(_takes_whole(w, category) for w in denied)
    )
    categories = label.categories - gone
    level = label.confidentiality
    if gone and not categories and Mark.OPAQUE not in label.marks:
        level = min(level, Confidentiality.N)
    return Label(level, categories, label.marks, left)


def _takes(word: Word, evidence: Evidence) -> bool:
    """Whether a *not* takes this evidence away; never what was submitted."""
    category = category_of(evidence)
    return (
        category in (word.categories or frozenset(Category))
        and word.rule in ("", evidence.rule)
        and within(evidence.place, word.place)
    )


def _takes_whole(word: Word, category: Category) -> bool:
    named = category in (word.categories or frozenset(Category))
    return named and not word.place and not word.rule


def added(word: Word) -> Label:
    """Return the label that a *yes* adds, with the patient's own word as the evidence."""
    level = max(category.facts.minor for category in word.categories)
    evidence = tuple(
        Evidence(f"{category}/{RULE}", RULE, word.place, "")
        for category in Category
        if category in word.categories
    )
    return Label(level, word.categories, evidence=evidence)


def _order(label: Label) -> tuple[tuple[str, str], ...]:
    return tuple((each.rule, each.place) for each in label.evidence)
