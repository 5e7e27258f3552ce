"""What is to go from the body of one document, gathered before anything is touched."""

from collections import defaultdict
from dataclasses import dataclass, field

from mappings.cda.rendition import tables, units
from mappings.cda.rendition.introductions import introduces, introduction
from mappings.cda.rendition.links import Links, pointed, qualifies
from mappings.cda.rendition.places import Span, Target
from mappings.cda.rendition.prose import Prose, block
from mappings.cda.rendition.sentences import around
from mappings.cda.rendition.tags import (
    CELLS,
    COMPONENT,
    CONTAINERS,
    ITEM,
    LIST,
    MEDIA,
    PICTURE,
    RELATION,
    ROW,
    TABLE,
    TEXT,
    narrative,
    said,
)
from mappings.cda.xml import Element


@dataclass(slots=True)
class Marks:
    """The elements, cells and stretches of prose that go; filled by :meth:`hide`.

    ``doomed`` are elements that go with all that is in them, ``cuts`` stretches of the
    text of a block, ``narrowed`` by how many columns a cell shrinks, ``titles`` those
    of sections that go alone.
    """

    links: Links
    doomed: dict[Element, None] = field(default_factory=dict)
    cuts: dict[Element, set[Span]] = field(default_factory=lambda: defaultdict(set))
    narrowed: dict[Element, int] = field(default_factory=lambda: defaultdict(int))
    titles: dict[Element, None] = field(default_factory=dict)
    _followed: set[Element] = field(default_factory=set)

    def hide(self, target: Target) -> None:
        """Mark the unit around a place of a section."""
        element = target.element
        if narrative(element) is None:
            if units.is_section_title(element):
                self.titles[element] = None
                return
            unit = units.statement(element)
            self._doom(unit if unit is not None else units.section(element))
        elif target.span is not None:
            self._cut(block(element), target.span)
        else:
            self._passage(element, spoken=target.spoken)

    def _passage(self, element: Element, *, spoken: bool = False) -> None:
        """Mark the unit of a narrative element."""
        head = units.head_cell(element)
        if head is not None:
            self._column(head)
            return
        here = block(element)
        cell = here if here.tag in CELLS else None
        bare = spoken or element is not here
        unit = units.passage(here)
        if here.tag in CONTAINERS and bare:
            unit = None
        if unit is None:
            self._words(element, here)
        elif cell is not None and unit.tag == ROW:
            for row in tables.spanned(cell):
                self._doom(row)
        else:
            self._doom(unit)

    def _words(self, element: Element, here: Element) -> None:
        """Mark all words of a block that no unit holds; its inner blocks stay."""
        if element.tag == TEXT:
            self._doom(element)
        else:
            self._cut(here, (0, len(Prose.of(here).text)))

    def _column(self, head: Element) -> None:
        gone, narrowed = tables.column(head)
        table = tables.table_of(head)
        if table is not None and not narrowed and _all_cells(table) <= set(gone):
            self._doom(table)
            return
        for cell in gone:
            self._doom(cell)
        for cell, columns in narrowed.items():
            self.narrowed[cell] += columns

    def _cut(self, here: Element, span: Span) -> None:
        text = Prose.of(here).text
        start, end = span
        if not 0 <= start < end <= len(text):
            start, end = 0, len(text)  # a stretch that is not there hides the block
        all_of_it = _covers(text, {*self.cuts.get(here, ()), (start, end)})
        unit = units.passage(here)
        if all_of_it and here.tag not in CONTAINERS and unit is not None:
            self._passage(here)
        else:
            self.cuts[here].add((start, end))

    def _doom(self, unit: Element | None) -> None:
        if unit is not None and unit not in self.doomed:
            self.doomed[unit] = None

    def gone(self, element: Element) -> bool:
        """Tell whether an element is marked, itself or with what it is part of."""
        node: Element | None = element
        while node is not None:
            if node in self.doomed:
                return True
            node = node.getparent()
        return False

    def follow(self) -> None:
        """Follow references both ways, and containers whose every part goes, to the end."""
        before = -1
        while before != self._size():
            before = self._size()
            for unit in [u for u in self.doomed if u not in self._followed]:
                self._followed.add(unit)
                self._speakers(self.links.to(unit))
                self._container(unit)
            self._cut_speakers()
            self._spoken_of()

    def _size(self) -> int:
        return len(self.doomed) + sum(len(spans) for spans in self.cuts.values())

    def _speakers(self, referrers: list[Element]) -> None:
        """Mark whoever refers to words that go: its statement, or the picture."""
        for referrer in referrers:
            if self.gone(referrer):
                continue
            if referrer.tag == PICTURE:
                if not self._shows_more(referrer):
                    self._passage(referrer)
            elif not qualifies(referrer):
                self._doom(units.statement(referrer))

    def _shows_more(self, picture: Element) -> bool:
        """Tell whether a picture also shows something that stays."""
        shown = (self.links.targets.get(name) for name in pointed(picture))
        return any(one is not None and not self.gone(one) for one in shown)

    def _cut_speakers(self) -> None:
        for here, spans in list(self.cuts.items()):
            prose = Prose.of(here)
            for inline, (start, end) in prose.spans.items():
                if start < end and any(s <= start and end <= e for s, e in spans):
                    self._speakers(self.links.to(inline))

    def _spoken_of(self) -> None:
        """Mark the words and files that nobody but marked units refers to."""
        for unit in list(self.doomed):
            for name, target in self.links.out_of(unit):
                if self.gone(target) or self._is_cut(target):
                    continue
                if target.tag == MEDIA:
                    self._doom(units.statement(target))
                elif all(self.gone(one) for one in self.links.referrers[name]):
                    self._told(target)

    def _told(self, target: Element) -> None:
        """Mark words that told what goes: the unit, or the sentence in plain prose."""
        if narrative(target) is None:
            self._doom(target)
            return
        here = block(target)
        unit = units.passage(here)
        if target is here or (unit is not None and unit.tag in {ROW, ITEM}):
            self._passage(target)
            return
        prose = Prose.of(here)
        start, end = prose.spans[target]
        self._cut(here, around(prose.text, start, end))
        if not self.gone(target) and not self._is_cut(target):
            self._doom(target)

    def _is_cut(self, target: Element) -> bool:
        here = block(target)
        spans = self.cuts.get(here)
        if not spans or here is target:
            return False
        start, end = Prose.of(here).spans[target]
        return any(s <= start and end <= e for s, e in spans)

    def _container(self, unit: Element) -> None:
        """Mark what holds a unit when nothing of its kind is left in it."""
        parent = unit.getparent()
        if parent is None:
            return
        if unit.tag == ROW:
            table = tables.table_of(unit)
            if table is not None and self._none_left(tables.body_rows(table)):
                self._doom(table)
        elif unit.tag == ITEM and parent.tag == LIST:
            if self._none_left(parent.findall(ITEM)):
                self._doom(parent)
                self._emptied(parent)
        elif unit.tag in {RELATION, COMPONENT}:
            self._holder(parent, unit)
        if unit.tag in {LIST, TABLE}:
            self._doom(introduction(unit))

    def _holder(self, parent: Element, unit: Element) -> None:
        """Mark the statement that held a part which goes, when it says nothing more."""
        if not self._none_left(units.telling_parts(parent)):
            return
        if units.statement(unit) is unit:
            self._doom(units.statement(parent))
        elif units.is_frame(parent):
            self._doom(parent.getparent())

    def _emptied(self, part: Element) -> None:
        """Mark the row or item that held nothing but a part that goes, or introduced it."""
        holder = part.getparent()
        if holder is None:
            return
        if said(holder) != said(part) and not introduces(holder, part):
            return
        if holder.tag in CELLS:
            for row in tables.spanned(holder):
                self._doom(row)
        elif holder.tag == ITEM:
            self._doom(holder)

    def _none_left(self, parts: list[Element]) -> bool:
        return all(part in self.doomed for part in parts)


def _all_cells(table: Element) -> set[Element]:
    return {cell for row in tables.rows_of(table) for cell in row if cell.tag in CELLS}


def _covers(text: str, spans: set[Span]) -> bool:
    """Tell whether spans leave nothing of a text but spaces."""
    left = list(text)
    for start, end in spans:
        left[start:end] = " " * (end - start)
    return not "".join(left).strip()
