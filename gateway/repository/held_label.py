"""The label of an item as it is kept: each source apart, the effective one joined.

``effective = join(submitted, computed, inherited, what the patient added)`` less what
the patient took away, at the level the patient chose if one was chosen: a depositor can
raise, only the patient lowers. The patient's words speak of what was worked out or
inherited, never of what a depositor submitted.
"""

import json
from dataclasses import dataclass, replace
from typing import Any

from gateway.repository import word_json
from labels.codes import Category, Confidentiality, Mark
from labels.item import Item
from labels.label import NOTHING, Evidence, Label, high_water_mark, join
from labels.last_word import Word, spoken


@dataclass(frozen=True, slots=True)
class HeldLabel:
    """The sources of an item's label and the patient's word on it.

    ``submitted_before`` is what depositors of replaced versions asked for. ``words`` are
    those of the patient that concern this item; ``version`` is that of the labelling
    rules that computed (empty: before labels named one). ``fixed`` and
    ``inherited_fixed`` are the parts of ``computed`` and ``inherited`` that no rendition
    can leave out; None: all of it, for what is seen whole or not at all. ``said`` is the
    part of ``computed`` that the document says by itself, to who does not know the person;
    None: all of it.
    """

    submitted: Label = NOTHING
    computed: Label = NOTHING
    inherited: Label = NOTHING
    added: frozenset[Mark] = frozenset()
    lifted: frozenset[Mark] = frozenset()
    level: Confidentiality | None = None
    submitted_before: Label = NOTHING
    words: frozenset[Word] = frozenset()
    version: str = ""
    fixed: Label | None = None
    inherited_fixed: Label | None = None
    said: Label | None = None

    @property
    def effective(self) -> Label:
        """The label that policy goes by."""
        whole = high_water_mark(
            self.submitted,
            self.submitted_before,
            spoken(self.computed, self.words),
            spoken(self.inherited, self.words),
            Label(marks=self.added),
        )
        level = whole.confidentiality if self.level is None else self.level
        return replace(whole, confidentiality=level, marks=whole.marks - self.lifted)

    @property
    def separable(self) -> bool:
        """Whether a rendition can leave out what was found in places of the document."""
        return self.fixed is not None

    @property
    def frame(self) -> Label:
        """The label of the item less what a rendition leaves out: the least one sees.

        What was submitted, and what the patient says of the whole, is about the whole.
        """
        if self.fixed is None:
            return self.effective
        inherited = self.inherited
        if self.inherited_fixed is not None:
            inherited = self.inherited_fixed
        whole = frozenset(w for w in self.words if not (w.sensitive and w.place))
        return replace(
            self, computed=self.fixed, inherited=inherited, words=whole, fixed=None
        ).effective

    def at_place(self, found: Label) -> Label:
        """Return the label of one place after what the patient said and chose."""
        said = spoken(found, [w for w in self.words if not w.sensitive])
        level = said.confidentiality
        if self.level is not None:
            level = min(level, max(self.level, Confidentiality.N))
        return replace(said, confidentiality=level, marks=said.marks - self.lifted)

    @property
    def of_content(self) -> Label:
        """What the document itself says and was submitted with: nothing of the patient's.

        Neither masks nor words: what others are shown does not change with them. Nor what
        only the record knows: an author would learn a former name by what he deposits.
        """
        said = self.computed if self.said is None else self.said
        return replace(high_water_mark(self.submitted, said), marks=frozenset())

    def knowing(self, told: Label) -> "HeldLabel":
        """Return the label with what only the record knows of the whole document."""
        said = self.computed if self.said is None else self.said
        return replace(self, computed=join(self.computed, told), said=said)

    @property
    def heritage(self) -> Label:
        """What stays on the next version: all of it but what a *yes* added.

        A *yes* is extended to the new version by itself, so that it can be taken back.
        """
        return replace(self, words=self._denied).effective

    @property
    def framing(self) -> Label:
        """What of the heritage is about the whole, and in no place a rendition leaves out."""
        return replace(self, words=self._denied).frame

    @property
    def _denied(self) -> frozenset[Word]:
        return frozenset(word for word in self.words if not word.sensitive)

    def with_marks(self, marks: frozenset[Mark]) -> "HeldLabel":
        """Return the label after the patient set the marks to exactly ``marks``."""
        sources = join(self.submitted, self.computed, self.inherited).marks
        return replace(self, added=marks - sources, lifted=sources - marks)


def to_json(label: HeldLabel, item: Item) -> bytes:
    """Write the label, with the facts that policy is asked about, for sealing."""
    held: dict[str, Any] = {
        name: written(getattr(label, name))
        for name in ("submitted", "computed", "inherited", "submitted_before")
    }
    held["words"] = [
        word_json.written(each) for each in sorted(label.words, key=word_json.order)
    ]
    held["version"] = label.version
    for name, part in (
        ("fixed", label.fixed),
        ("inherited_fixed", label.inherited_fixed),
        ("said", label.said),
    ):
        held[name] = None if part is None else written(part)
    held["added"], held["lifted"] = sorted(label.added), sorted(label.lifted)
    held["level"] = None if label.level is None else int(label.level)
    held["facts"] = [item.type, item.author, item.organization]
    return json.dumps(held).encode()


def from_json(data: bytes, item_id: str) -> tuple[HeldLabel, Item]:
    """Read what :func:`to_json` wrote."""
    held = json.loads(data)
    label = HeldLabel(
        read(held["submitted"]),
        read(held["computed"]),
        read(held["inherited"]),
        frozenset(map(Mark, held["added"])),
        frozenset(map(Mark, held["lifted"])),
        None if held["level"] is None else Confidentiality(held["level"]),
        # Labels kept before these were there: nothing submitted before, nothing said.
        read(held["submitted_before"]) if "submitted_before" in held else NOTHING,
        frozenset(map(word_json.read, held.get("words", ()))),
        str(held.get("version", "")),
        _part(held.get("fixed")),
        _part(held.get("inherited_fixed")),
        _part(held.get("said")),
    )
    told = label.effective
    known = facts(item_id, label.frame, *held["facts"])
    unread = Mark.OPAQUE in told.marks
    return label, replace(known, told=told.categories, unread=unread)


def _part(held: list[Any] | None) -> Label | None:
    return None if held is None else read(held)


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


def written(label: Label) -> list[Any]:
    """Write one label as JSON values."""
    evidence = [[e.rule, e.source, e.place, e.what] for e in label.evidence]
    return [
        int(label.confidentiality),
        sorted(label.categories),
        sorted(label.marks),
        evidence,
    ]


def read(held: list[Any]) -> Label:
    """Read what :func:`written` wrote."""
    level, categories, marks, evidence = held
    return Label(
        Confidentiality(level),
        frozenset(map(Category, categories)),
        frozenset(map(Mark, marks)),
        tuple(Evidence(*each) for each in evidence),
    )
