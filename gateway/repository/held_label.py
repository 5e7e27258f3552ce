"""The label of an item as it is kept: each source apart, the effective one joined.

``effective = join(submitted, computed, inherited, what the patient added)`` less what
the patient took away, at the level the patient chose if one was chosen: a depositor can
raise, only the patient lowers.
"""

import json
from dataclasses import dataclass, replace
from typing import Any

from labels.codes import Category, Confidentiality, Mark
from labels.item import Item
from labels.label import NOTHING, Evidence, Label, high_water_mark, join


@dataclass(frozen=True, slots=True)
class HeldLabel:
    """The sources of an item's label and the patient's word on its marks."""

    submitted: Label = NOTHING
    computed: Label = NOTHING
    inherited: Label = NOTHING
    added: frozenset[Mark] = frozenset()
    lifted: frozenset[Mark] = frozenset()
    level: Confidentiality | None = None

    @property
    def effective(self) -> Label:
        """The label that policy goes by."""
        patient = Label(marks=self.added)
        whole = high_water_mark(self.submitted, self.computed, self.inherited, patient)
        level = whole.confidentiality if self.level is None else self.level
        return replace(whole, confidentiality=level, marks=whole.marks - self.lifted)

    @property
    def of_content(self) -> Label:
        """What the document itself says and was submitted with: nothing of masks."""
        own = high_water_mark(self.submitted, self.computed)
        return replace(own, marks=frozenset())

    def with_marks(self, marks: frozenset[Mark]) -> "HeldLabel":
        """Return the label after the patient set the marks to exactly ``marks``."""
        sources = join(self.submitted, self.computed, self.inherited).marks
        return replace(self, added=marks - sources, lifted=sources - marks)


def to_json(label: HeldLabel, item: Item) -> bytes:
    """Write the label, with the facts that policy is asked about, for sealing."""
    held: dict[str, Any] = {
        name: _written(getattr(label, name))
        for name in ("submitted", "computed", "inherited")
    }
    held["added"], held["lifted"] = sorted(label.added), sorted(label.lifted)
    held["level"] = None if label.level is None else int(label.level)
    held["facts"] = [item.type, item.author, item.organization]
    return json.dumps(held).encode()


def from_json(data: bytes, item_id: str) -> tuple[HeldLabel, Item]:
    """Read what :func:`to_json` wrote."""
    held = json.loads(data)
    label = HeldLabel(
        _read(held["submitted"]),
        _read(held["computed"]),
        _read(held["inherited"]),
        frozenset(map(Mark, held["added"])),
        frozenset(map(Mark, held["lifted"])),
        None if held["level"] is None else Confidentiality(held["level"]),
    )
    return label, facts(item_id, label.effective, *held["facts"])


def facts(
    item_id: str, label: Label, type_: str, author: str, organization: str
) -> Item:
    """Return the item that policy judges."""
    return Item(
        item_id,
        type_,
        label.confidentiality,
        label.categories,
        label.marks,
        author,
        organization,
    )


def _written(label: Label) -> list[Any]:
    evidence = [[e.rule, e.source, e.place, e.what] for e in label.evidence]
    return [
        int(label.confidentiality),
        sorted(label.categories),
        sorted(label.marks),
        evidence,
    ]


def _read(held: list[Any]) -> Label:
    level, categories, marks, evidence = held
    return Label(
        Confidentiality(level),
        frozenset(map(Category, categories)),
        frozenset(map(Mark, marks)),
        tuple(Evidence(*each) for each in evidence),
    )
