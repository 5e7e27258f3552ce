"""Words that only introduce what follows, *Sérologies :*, and what to do when nothing does."""

from mappings.cda.rendition.tags import (
    ITEM,
    LIST,
    PARAGRAPH,
    PICTURE,
    TABLE,
    remove,
    said,
    says,
)
from mappings.cda.xml import Element

_INTRODUCED = frozenset({LIST, TABLE})


def introduces(holder: Element, part: Element) -> bool:
    """Tell whether all that an item or cell says besides a part introduces that part."""
    whole, told = said(holder), said(part)
    return whole.endswith(told) and whole.removesuffix(told).rstrip().endswith(":")


def introduction(unit: Element) -> Element | None:
    """Return the paragraph that introduces a list or table and nothing after it."""
    before, after = unit.getprevious(), unit.getnext()
    while before is not None and not says(before) and not (before.tail or "").strip():
        before = before.getprevious()
    if before is None or (before.tail or "").strip() or not _look(before):
        return None
    if after is not None and after.tag in _INTRODUCED and not (unit.tail or "").strip():
        return None
    return before


def drop_introductions(holder: Element) -> None:
    """Remove paragraphs or items that introduce nothing from the children of ``holder``.

    They stand last, or before another of the same look.
    """
    below: str | None = None
    for child in reversed(list(holder)):
        spoken = bool((child.tail or "").strip())
        if not spoken and not says(child):
            continue  # a break, an anchor
        look = "" if spoken else _look(child)
        if look and below in {None, look}:
            remove(child)
        else:
            below = look


def _look(child: Element) -> str:
    """Return how a paragraph or item looks that ends with a colon, else nothing."""
    if child.tag not in {PARAGRAPH, ITEM}:
        return ""
    if next(child.iter(PICTURE), None) is not None or not said(child).endswith(":"):
        return ""
    return " ".join(str(one.get("styleCode", "plain")) for one in child.iter())
