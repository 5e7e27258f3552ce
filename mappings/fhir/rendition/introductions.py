"""Words that only introduce what follows, *Sérologies :*, and go when nothing does."""

from mappings.fhir.elements import words
from mappings.fhir.xhtml import Node, Part

_INTRODUCED = words("ul ol dl table")
_INTRODUCING = words("p li")


def take_introductions(parts: list[Part | None], emptied: set[int]) -> None:
    """Take the words away that introduced a list or table of which nothing is left.

    ``emptied`` are the indexes of these. The words right before go, unless another list
    or table follows.
    """
    for index in emptied:
        parts[index] = None
    for index in emptied:
        _take_introduction(parts, index)


def drop_introductions(parts: list[Part | None]) -> None:
    """Drop paragraphs or items that end with a colon and introduce nothing, in any source.

    They stand last, or before another.
    """
    last = True
    for index in range(len(parts) - 1, -1, -1):
        found = parts[index]
        if not _says(found):
            continue
        line = isinstance(found, Node) and found.tag in _INTRODUCING
        introduces = line and _introduces(found)
        if introduces and last:
            parts[index] = None
        last = introduces


def is_list(part: Part | None) -> bool:
    """Tell what words may introduce: a list or a table."""
    return isinstance(part, Node) and part.tag in _INTRODUCED


def _take_introduction(kept: list[Part | None], index: int) -> None:
    if is_list(next((part for part in kept[index + 1 :] if _says(part)), None)):
        return
    for place in range(index - 1, -1, -1):
        found = kept[place]
        if _says(found):
            line = isinstance(found, str) or (found is not None and found.tag == "p")
            if line and _introduces(found):
                kept[place] = None
            return


def _says(part: Part | None) -> bool:
    return bool(_text(part))


def _introduces(part: Part | None) -> bool:
    return _text(part).endswith(":")


def _text(part: Part | None) -> str:
    if part is None:
        return ""
    return part.strip() if isinstance(part, str) else part.text()
