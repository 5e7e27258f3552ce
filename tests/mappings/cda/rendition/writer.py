"""The hand that writes an invented fact into a document, somewhere by chance.

The words are nonsense on purpose: what matters is where they stand.
"""

import random
from dataclasses import dataclass

from mappings.cda.document import place
from mappings.cda.rendition import tables
from mappings.cda.rendition.tags import (
    BODY,
    CELLS,
    COMPONENT,
    HEAD,
    SECTION,
    TABLE,
    TEXT,
    H,
)
from mappings.cda.xml import Element

SECRET = "Zorglub"
"""A word of no document: whatever still holds it has kept the fact."""
Places = list[str]
"""What must be hidden so that the fact never was; empty where there is no room for it."""


def says(element: Element) -> bool:
    """Tell whether an element holds words."""
    return any(str(piece).strip() for piece in element.itertext())


def above(element: Element) -> Element:
    """Return the parent of an element that has one."""
    parent = element.getparent()
    assert parent is not None
    return parent


def text_of(section: Element) -> Element:
    """Return the narrative of a section that has one."""
    text = section.find(TEXT)
    assert text is not None
    return text


def code_of(element: Element) -> str:
    """Return the place of the code of the statement in an element."""
    return f"{place(next(element.iter(f'{H}observation')))}/h:code/@code"


@dataclass(slots=True)
class Writer:
    """Writes into one document; ``chance`` decides where and how."""

    root: Element
    chance: random.Random
    _names: int = 0

    def new(
        self, tag: str, attributes: dict[str, str] | None = None, text: str = ""
    ) -> Element:
        """Make an element of the HL7 namespace."""
        element = self.root.makeelement(f"{H}{tag}", attributes or {})
        element.text = text or None
        return element

    def name(self) -> str:
        """Return an ID that the document does not use."""
        self._names += 1
        return f"zz-{self._names}-{self.chance.randrange(10**6)}"

    def likely(self, share: float) -> bool:
        """Answer yes in this share of cases."""
        return self.chance.random() < share

    def put(self, parent: Element, child: Element, first: int = 0) -> None:
        """Put a child at a random position, by chance with spaces after it."""
        parent.insert(self.chance.randint(first, len(parent)), child)
        child.tail = self.chance.choice([None, " ", "\n\t  "])

    def section(self) -> Element:
        """Choose a section that says something: an empty one goes for everyone."""
        body = next(self.root.iter(BODY))
        found = [one for one in body.iter(SECTION) if one.find(TEXT) is not None]
        return self.chance.choice([one for one in found if says(text_of(one))])

    def statement(self, reference: str = "") -> Element:
        """Make an observation that tells, with a reference to its narrative if any."""
        made = self.new("observation", {"classCode": "OBS", "moodCode": "EVN"})
        made.append(self.new("id", {"root": "1.2.250.1.999.9", "extension": "7"}))
        made.append(self.new("code", {"code": SECRET, "codeSystem": "1.2.250.1.999.8"}))
        if reference:
            text = self.new("text")
            text.append(self.new("reference", {"value": f"#{reference}"}))
            made.append(text)
        made.append(self.new("statusCode", {"code": "completed"}))
        return made

    def entry(self, reference: str = "") -> Element:
        """Make an entry, by chance inside an organizer or an act."""
        entry, inner = self.new("entry"), self.statement(reference)
        shape = self.chance.randrange(3)
        if shape == 0:
            entry.append(inner)
            return entry
        outer = self.new(("organizer", "act")[shape - 1], {"moodCode": "EVN"})
        link = self.new(("component", "entryRelationship")[shape - 1])
        if shape == 2:
            link.set("typeCode", self.chance.choice(["SUBJ", "COMP"]))
        link.append(inner)
        outer.extend([self.new("code", {"code": SECRET}), link])
        entry.append(outer)
        return entry

    def file(self, entry: Element, section: Element) -> None:
        """Put an entry among the entries of a section, before its inner sections."""
        children = list(section)
        first = children.index(text_of(section)) + 1
        inner = section.find(COMPONENT)
        last = len(section) if inner is None else children.index(inner)
        section.insert(self.chance.randint(first, max(first, last)), entry)

    def row(self, name: str = "") -> Element | None:
        """Write a row into the body of a table, under the cells that span it."""
        found = [t for t in self.root.iter(TABLE) if tables.body_rows(t)]
        if not found:
            return None
        groups = list(tables.groups(self.chance.choice(found)))
        rows = self.chance.choice([g for g in groups if above(g[0]).tag != HEAD])
        cells, at = tables.grid(rows), self.chance.randint(0, len(rows))
        crossing = [c for c in cells if c.row < at < c.row + c.rows]
        taken = {n for c in crossing for n in range(c.column, c.column + c.columns)}
        made = self.new("tr", {"styleCode": "Odd"} if self.likely(0.3) else {})
        for column in range(max((c.column + c.columns for c in cells), default=1)):
            if column not in taken:
                made.append(self.new("td", {}, f"{SECRET} {column}"))
        if not len(made):
            return None
        for cell in crossing:
            cell.element.set("rowspan", str(cell.rows + 1))
        if name:
            made[0].append(self.new("content", {"ID": name}, f"{SECRET} row"))
        if at < len(rows):
            rows[at].addprevious(made)
        else:
            rows[-1].addnext(made)
        return made


def cells_of(row: Element) -> list[Element]:
    """Return the cells of a row."""
    return [cell for cell in row if cell.tag in CELLS]
