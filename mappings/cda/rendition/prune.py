"""What became empty goes, and so does whatever was empty already in the source.

The same for every reader: an empty place never tells whether something stood there.
"""

from typing import cast

from mappings.cda.rendition.introductions import drop_introductions
from mappings.cda.rendition.links import pointed
from mappings.cda.rendition.tables import body_rows, drop_rows, lone_heads, rows_of
from mappings.cda.rendition.tags import (
    ACT,
    BODY,
    COMPONENT,
    ENTRY,
    FOOTNOTE_MARK,
    LINK,
    LIST,
    ORGANIZER,
    PICTURE,
    REFERENCE,
    RELATION,
    SECTION,
    STATEMENTS,
    TABLE,
    TEXT,
    TITLE,
    H,
    is_element,
    keep_tail,
    names,
    remove,
    says,
)
from mappings.cda.rendition.units import telling_parts
from mappings.cda.xml import Element

_BLOCKS = names("paragraph footnote caption item list title")
_MARKED = names("content sub sup")
_CARRIERS = names("text originalText thumbnail")
_ALWAYS_EMPTY = names("col colgroup")


def prune(root: Element) -> bool:
    """Remove what is empty from entries, narrative and sections; False if nothing is left.

    Never touches a nonXMLBody.
    """
    body = root.find(f"{COMPONENT}/{BODY}")
    if body is None:
        return root.find(f"{COMPONENT}/{H}nonXMLBody") is not None
    _entries(body)
    for element in reversed(list(body.iter(*_ALWAYS_EMPTY))):
        remove(element)
    for section in list(body.iter(SECTION)):
        text = section.find(TEXT)
        if text is not None:
            _narrative(text)
    while _dangling(body):
        pass
    _sections(body)
    return body.find(COMPONENT) is not None


def _entries(body: Element) -> None:
    """Remove batteries without results and links without a statement, inner first."""
    tags = (ORGANIZER, RELATION, ENTRY, COMPONENT)
    kept = {SECTION, *STATEMENTS}
    for element in reversed(list(body.iter(*tags, ACT))):
        if element.tag == ACT:
            empty = element.find(RELATION) is not None and not telling_parts(element)
        elif element.tag == ORGANIZER:
            empty = not telling_parts(element)
        else:
            empty = not any(child.tag in kept for child in element)
        if empty:
            remove(element)


def _narrative(text: Element) -> None:
    for element in reversed(list(text.iter())):
        if not is_element(element) or element is text:
            continue
        if element.tag == LIST:
            drop_introductions(element)
        if element.tag == TABLE:
            _table(element)
        elif element.tag in _BLOCKS and not says(element):
            remove(element)
        elif element.tag in _MARKED and not element.get("ID") and not says(element):
            keep_tail(element, " " if _spaced(element) else None)
            remove(element)
    drop_introductions(text)


def _spaced(element: Element) -> bool:
    return any(str(piece) for piece in element.itertext())


def _table(table: Element) -> None:
    drop_rows(table, {row for row in rows_of(table) if not says(row)})
    drop_rows(table, set(lone_heads(table)))
    if not body_rows(table):
        remove(table)
        return
    for group in list(table):
        if group.tag in names("thead tbody tfoot") and not len(group):
            remove(group)


def _dangling(body: Element) -> bool:
    """Remove what refers to nothing; True when something was, for others may follow."""
    known = {str(e) for e in cast("list[str]", body.xpath("descendant::*/@ID"))}
    gone = [
        element
        for element in body.iter(REFERENCE, PICTURE, LINK, FOOTNOTE_MARK)
        if _dangles(element, known)
    ]
    texts = dict.fromkeys(_text_of(element) for element in gone)
    for element in gone:
        _unlink(element)
    for text in texts:
        if text is not None:
            _narrative(text)
    return bool(gone)


def _dangles(element: Element, known: set[str]) -> bool:
    if element.tag == LINK:
        href = str(element.get("href", "")).strip()
        return href.startswith("#") and href[1:] not in known
    if element.tag == FOOTNOTE_MARK:
        return str(element.get("IDREF", "")) not in known
    if element.tag == PICTURE:
        return not any(name in known for name in pointed(element))
    parent = element.getparent()
    if parent is None or parent.tag not in _CARRIERS or len(element):
        return False
    name = "".join(pointed(element))
    return not name or (name not in known and not _outside(name))


def _outside(name: str) -> bool:
    """Tell a reference to something else than this document: it has a scheme or path."""
    return ":" in name or "/" in name


def _text_of(element: Element) -> Element | None:
    node = element.getparent()
    while node is not None and node.tag not in {TEXT, SECTION}:
        node = node.getparent()
    parent = None if node is None else node.getparent()
    return node if parent is not None and parent.tag == SECTION else None


def _unlink(element: Element) -> None:
    carrier = element.getparent()
    remove(element)
    if carrier is not None and carrier.tag in _CARRIERS and _hollow(carrier):
        remove(carrier)


def _hollow(carrier: Element) -> bool:
    parent = carrier.getparent()
    inside = parent is not None and parent.tag != SECTION
    return inside and not len(carrier) and not (carrier.text or "").strip()


def _sections(body: Element) -> None:
    for section in reversed(list(body.iter(SECTION))):
        text, title = section.find(TEXT), section.find(TITLE)
        if text is not None and not says(text):
            remove(text)
            text = None
        if title is not None and not says(title):
            remove(title)
        if (
            text is None
            and not section.findall(ENTRY)
            and not section.findall(COMPONENT)
        ):
            holder = section.getparent()
            remove(section if holder is None or holder.tag == BODY else holder)
