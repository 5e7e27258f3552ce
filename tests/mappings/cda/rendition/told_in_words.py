"""Ways of writing a fact into narrative: rows, items, sentences, columns, notes."""

from mappings.cda.document import place
from mappings.cda.rendition import tables, units
from mappings.cda.rendition.introductions import introduction
from mappings.cda.rendition.prose import Prose, block
from mappings.cda.rendition.tags import (
    BODY,
    CAPTION,
    CELLS,
    HEAD,
    ITEM,
    LIST,
    PARAGRAPH,
    TABLE,
    H,
    narrative,
)
from mappings.cda.xml import Element
from tests.mappings.cda.rendition.writer import (
    SECRET,
    Places,
    Writer,
    above,
    cells_of,
    says,
    text_of,
)


def row(writer: Writer) -> Places:
    """Write a row; hide it, or one of its cells."""
    made = writer.row()
    if made is None:
        return []
    cells = cells_of(made)
    first, last = f"{place(cells[0])}/text()[1]", place(cells[-1])
    return [writer.chance.choice([place(made), first, last])]


def item(writer: Writer) -> Places:
    """Write an item into a list."""
    found = [one for one in writer.root.iter(LIST) if says(one)]
    if not found:
        return []
    parent, made = writer.chance.choice(found), writer.new("item", {}, f"{SECRET} item")
    writer.put(parent, made, int(parent[0].tag == CAPTION))
    return [f"{place(made)}/text()[1]"]


def paragraph(writer: Writer) -> Places:
    """Write a paragraph into the text of a section."""
    made = writer.new("paragraph", {}, f"{SECRET} paragraph.")
    writer.put(text_of(writer.section()), made)
    return [f"{place(made)}/text()[1]"]


def sentence(writer: Writer) -> Places:
    """Write a sentence into prose, where there is a space."""
    nodes = [
        (element, tail)
        for element in next(writer.root.iter(BODY)).iter("{*}*")
        for tail in (False, True)
        if _is_prose(element, tail=tail)
    ]
    if not nodes:
        return []
    owner, tail = writer.chance.choice(nodes)
    said = (owner.tail if tail else owner.text) or ""
    at = writer.chance.choice([n for n, c in enumerate(said) if c == " "])
    told = f" {SECRET} was told {writer.chance.randrange(99)}. "
    written = said[:at] + told + said[at:]
    if tail:
        owner.tail = written
    else:
        owner.text = written
    return _stretch(block(above(owner) if tail else owner), told)


def _is_prose(element: Element, *, tail: bool) -> bool:
    said = element.tail if tail else element.text
    holder = element.getparent() if tail else element
    inside = holder is not None and narrative(holder) is not None
    return inside and bool(said) and " " in str(said) and bool(str(said).strip())


def _stretch(here: Element, told: str) -> Places:
    """Return the place of the words just written into a block."""
    start = Prose.of(here).text.index(SECRET)
    return [f"{place(here)}#char={start},{start + len(told.strip())}"]


def line(writer: Writer) -> Places:
    """Write a line, parted by a break, at the start or end of a block of prose."""
    found = [
        one
        for one in writer.root.iter(PARAGRAPH, ITEM, *CELLS)
        if (one.text or "").strip() and units.head_cell(one) is None
    ]
    if not found:
        return []
    here, broken = writer.chance.choice(found), writer.new("br")
    told = f"{SECRET} line{writer.chance.choice(['', '.', ' '])}"
    if writer.likely(0.5):
        broken.tail, here.text = here.text, told
        here.insert(0, broken)
    else:
        broken.tail = told
        here.append(broken)
    return _stretch(here, told)


def column(writer: Writer) -> Places:
    """Write a column into a table with a head; only its head is hidden."""
    found = [
        groups
        for groups in (list(tables.groups(one)) for one in writer.root.iter(TABLE))
        if len(groups) > 1 and above(groups[0][0]).tag == HEAD
    ]
    found = [g for g in found if all(c.rows == 1 for r in g for c in tables.grid(r))]
    if not found:
        return []
    groups = writer.chance.choice(found)
    width = max(c.column + c.columns for rows in groups for c in tables.grid(rows))
    at = writer.chance.randint(0, width)
    made = [cell for rows in groups for cell in _column(writer, rows, at)]
    return [place(cell) for cell in made if cell.tag == f"{H}th"]


def _column(writer: Writer, rows: list[Element], at: int) -> list[Element]:
    cells, made = tables.grid(rows), []
    kind = "th" if above(rows[0]).tag == HEAD else "td"
    for number, one in enumerate(rows):
        mine = [c for c in cells if c.row == number]
        wide = next((c for c in mine if c.column < at < c.column + c.columns), None)
        if wide is not None:
            wide.element.set("colspan", str(wide.columns + 1))
            continue
        cell = writer.new(kind, {}, f"{SECRET} {number}")
        after = next((c.element for c in mine if c.column >= at), None)
        if after is None:
            one.append(cell)
        else:
            after.addprevious(cell)
        made.append(cell)
    return made


def caption(writer: Writer) -> Places:
    """Write a caption for a table that has none."""
    found = [
        one
        for one in writer.root.iter(TABLE)
        if tables.body_rows(one) and one.find(CAPTION) is None
    ]
    if not found:
        return []
    made = writer.new("caption", {}, SECRET)
    writer.chance.choice(found).insert(0, made)
    return [f"{place(made)}/text()[1]"]


def whole_table(writer: Writer) -> Places:
    """Write a table whose only row tells; the row is what is hidden.

    Not after words that would then introduce it, and go with it.
    """
    table, head, body = writer.new("table"), writer.new("thead"), writer.new("tbody")
    for group, cell, second in ((head, "th", "What"), (body, "td", SECRET)):
        made = writer.new("tr")
        made.extend([writer.new(cell, {}, "Date"), writer.new(cell, {}, second)])
        group.append(made)
    table.extend([head, body])
    writer.put(text_of(writer.section()), table)
    return [] if introduction(table) is not None else [place(body[0])]


def linked(writer: Writer) -> Places:
    """Write a paragraph and a link to it elsewhere; only the paragraph is hidden."""
    name, holder = writer.name(), writer.new("paragraph")
    target = writer.new("paragraph", {"ID": name}, f"{SECRET} target.")
    holder.append(writer.new("linkHtml", {"href": f"#{name}"}, "see below"))
    writer.put(text_of(writer.section()), target)
    writer.put(text_of(writer.section()), holder)
    return [f"{place(target)}/text()[1]"]


def noted(writer: Writer) -> Places:
    """Write a footnote, and a mark that refers to it; only the note is hidden."""
    name, text = writer.name(), text_of(writer.section())
    note = writer.new("footnote", {"ID": name}, f"{SECRET} note.")
    writer.put(text, note)
    spoken = [p for p in text.iter(PARAGRAPH, *CELLS) if says(p)] or [text]
    writer.chance.choice(spoken).append(writer.new("footnoteRef", {"IDREF": name}))
    return [f"{place(note)}/text()[1]"]


WAYS = (
    *(row, item, paragraph, sentence, line, column, caption, whole_table),
    *(linked, noted),
)
"""Every way of writing a fact into narrative."""
