"""The smallest unit that stands alone around an element, in the body of a document.

A row and not a cell, a statement and not its value, a section when its title tells.
"""

from mappings.cda.rendition.tables import is_head
from mappings.cda.rendition.tags import (
    ACT,
    BODY,
    CELLS,
    CODE,
    COMPONENT,
    CONTAINERS,
    ENTRY,
    ITEM,
    MEDIA,
    ORGANIZER,
    PARAGRAPH,
    PICTURE,
    RELATION,
    ROW,
    SECTION,
    STATEMENTS,
    TABLE,
    TEXT,
    TITLE,
    H,
    names,
    narrative,
    said,
)
from mappings.cda.xml import Element

LONGEST_ROW = 600
"""A row with more characters is a layout: its cells are no single fact."""
_TEMPLATE = f"{H}templateId"
_LABORATORY = frozenset({"1.3.6.1.4.1.19376.1.3.1"})
_SPECIMENS = frozenset({"1.3.6.1.4.1.19376.1.3.1.2", "1.3.6.1.4.1.19376.1.3.1.3"})
"""IHE XD-LAB: the entry of the laboratory; specimen collection, specimen received."""
_SPECIMEN_CODES = frozenset({"33747-0", "SPRECEIVE"})
_FRAME = names("templateId id code statusCode effectiveTime entryRelationship author")
_NOTES = names("footnote caption")
_PARTICIPANTS = frozenset({f"{H}author", f"{H}informant"})


def statement(element: Element) -> Element | None:
    """Return the entry, or the component of a battery, that an element is part of.

    A component of an organizer or of an act stands alone; a file does not: the
    organizer around it says what the file is, so it goes with it.
    """
    media = False
    node: Element | None = element
    while node is not None and node.tag != SECTION:
        media = media or node.tag == MEDIA
        if node.tag == ENTRY or (not media and _is_component(node)):
            return node
        if media and node.tag == ORGANIZER:
            media = False
        node = node.getparent()
    return None


def _is_component(node: Element) -> bool:
    parent = node.getparent()
    if parent is None:
        return False
    if node.tag == COMPONENT:
        return bool(parent.tag == ORGANIZER)
    return bool(
        node.tag == RELATION and parent.tag == ACT and node.get("typeCode") == "COMP"
    )


def telling_parts(holder: Element) -> list[Element]:
    """Return the parts by which a battery or an act says something.

    Of a battery, and of the laboratory's act around batteries, what was taken or received
    says nothing without a result.
    """
    tag = COMPONENT if holder.tag == ORGANIZER else RELATION
    parts = [child for child in holder if child.tag == tag]
    if holder.tag == ORGANIZER or _has_template(holder, _LABORATORY):
        return [one for one in parts if not _is_specimen(one)]
    return parts


def _is_specimen(part: Element) -> bool:
    stated = [child for child in part if child.tag in STATEMENTS]
    return bool(stated) and all(_is_of_a_specimen(one) for one in stated)


def _has_template(statement: Element, roots: frozenset[str]) -> bool:
    return any(one.get("root") in roots for one in statement.iterfind(_TEMPLATE))


def _is_of_a_specimen(statement: Element) -> bool:
    code = statement.find(CODE)
    known = code is not None and code.get("code") in _SPECIMEN_CODES
    return known or _has_template(statement, _SPECIMENS)


def is_frame(element: Element) -> bool:
    """Tell an act that says nothing but through what it holds, a concern for instance."""
    code = element.find(CODE)
    named = "" if code is None else str(code.get("code", ""))
    return (
        element.tag == ACT
        and named in {"", "CONC"}
        and all(child.tag in _FRAME for child in element.iterchildren("{*}*"))
    )


def section(element: Element) -> Element | None:
    """Return what is to go when an element between section and entry tells.

    An author or informant goes alone; a code, or anything else but the title, says
    what the section is about: the component that holds the section.
    """
    if is_section_holder(element):
        return element
    below, node = element, element.getparent()
    if element.tag == SECTION:
        below, node = element, element
    while node is not None and node.tag != SECTION:
        below, node = node, node.getparent()
    if node is None:
        return None
    if below is not node and below.tag in _PARTICIPANTS:
        return below
    holder = node.getparent()
    return holder if holder is not None and holder.tag == COMPONENT else node


def is_section_title(element: Element) -> bool:
    """Tell the title of a section, which goes alone: what it heads may be harmless."""
    parent = element.getparent()
    return element.tag == TITLE and parent is not None and parent.tag == SECTION


def passage(element: Element) -> Element | None:
    """Return the unit of a narrative element; None for words that no block holds.

    A footnote or caption; else the row or item around it, whichever is nearer; else the
    paragraph, else the picture. A container is its own unit, and the caption of a
    picture goes with what holds it. Words that stand in the text of a section, or in a
    row that is a layout, have no unit but themselves.
    """
    text = narrative(element)
    if element.tag in CONTAINERS:
        return element
    block: Element | None = None
    node: Element | None = element
    while node is not None and node is not text:
        if node.tag in _NOTES and not _of_picture(node):
            return node
        if node.tag == ITEM or (node.tag == ROW and not is_layout(node)):
            return node
        if node.tag == ROW:
            return block
        if node.tag == PARAGRAPH and block is None:
            block = node
        node = node.getparent()
    return _picture(element) if block is None else block


def _picture(element: Element) -> Element | None:
    """Return the picture that an element is, or is the caption of."""
    if element.tag == PICTURE:
        return element
    return element.getparent() if _of_picture(element) else None


def _of_picture(note: Element) -> bool:
    parent = note.getparent()
    return parent is not None and parent.tag == PICTURE


def head_cell(element: Element) -> Element | None:
    """Return the cell in a head row of a table that an element lies in, if any."""
    cell: Element | None = None
    node: Element | None = element
    while node is not None and node.tag != TEXT:
        if node.tag in CELLS:
            cell = node
        if node.tag == ROW and is_head(node):
            return cell
        if node.tag == TABLE:
            cell = None
        node = node.getparent()
    return None


def is_layout(row: Element) -> bool:
    """Tell a row that arranges a page from one that states something."""
    return len(said(row)) > LONGEST_ROW or row.find(f".//{TABLE}") is not None


def is_section_holder(element: Element) -> bool:
    """Tell the component of a body or section that holds a section."""
    return element.tag == COMPONENT and element.find(SECTION) is not None


def within_body(element: Element) -> bool:
    """Tell whether an element lies in a section, or holds one."""
    node: Element | None = element
    if is_section_holder(element):
        return True
    while node is not None:
        if node.tag == SECTION:
            return True
        node = node.getparent()
    return False


def is_body(element: Element) -> bool:
    """Tell whether an element is the whole body or holds it."""
    return element.tag in {BODY, f"{H}nonXMLBody"} or any(
        child.tag in {BODY, f"{H}nonXMLBody"} for child in element
    )
