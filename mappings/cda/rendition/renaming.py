"""Carrying a renaming out on the tree of a document, unit by unit."""

from collections.abc import Collection, Iterator

from mappings.cda import encapsulated
from mappings.cda.rendition import units
from mappings.cda.rendition.marks import Marks
from mappings.cda.rendition.places import Target
from mappings.cda.rendition.prose import Prose
from mappings.cda.rendition.sentences import around
from mappings.cda.rendition.tags import (
    INLINE,
    TITLE,
    H,
    is_element,
    narrative,
    said,
)
from mappings.cda.xml import Element
from mappings.former import Renaming
from mappings.pdf import PdfReader

_NAME, _FAMILY, _NUMBER = f"{H}name", f"{H}family", f"{H}id"
_ROLE = f"{H}recordTarget/{H}patientRole"
_OWN = (*(f"{H}{one}" for one in ("id", "addr", "telecom")), f"{H}patient/{H}name")
"""What every rendition takes from the record."""
_NAMES_NOTHING = frozenset({"ID", "representation", "mediaType"})
"""Attributes that are numbered anew, or hold no words."""


def mark_former(
    root: Element, renaming: Renaming, marks: Marks, pdf: PdfReader
) -> bool:
    """Mark whatever repeats a former name that :func:`rename` will not replace.

    False when it stands in a body that is shown whole or not at all.
    """
    for element in list(_body(root)):
        if not units.within_body(element):
            if _told(element, renaming, pdf):
                return False
        elif _is_file(element):
            if _told(element, renaming, pdf):
                marks.hide(Target(element))
        else:
            _mark(element, renaming, marks)
    return True


def former_header(root: Element, renaming: Renaming) -> list[Target]:
    """Return what repeats a former name in the header, where the record replaces nothing.

    The patient who is also the author or informant is renamed there; somebody with the
    same family name and the former first name may be the patient, and goes.
    """
    renamed = set(_renamed(root))
    told = [one for one in _header(root) if one not in renamed]
    return [
        Target(element)
        for element in told
        if _says(element, renaming) and not of_another(element, renaming)
    ]


def rename(root: Element, renaming: Renaming) -> None:
    """Replace the former by the current identity where that is safe."""
    own, title = set(_renamed(root)), root.find(TITLE)
    if title is not None and renaming.within(str(title.get("ID", ""))):
        del title.attrib["ID"]
    for element in list(root.iter("{*}*")):
        if element.tag in INLINE or element in own or of_another(element, renaming):
            continue
        if _has_words(element) and not element.get("mediaType"):
            for start, end, words in renaming.changes(Prose.of(element).text):
                Prose.of(element).replace((start, end), words)


def tells_former(root: Element, renaming: Renaming) -> bool:
    """Tell whether a finished rendition still says a former name anywhere: it must not."""
    return any(
        any(map(renaming.said, (_text(element), *_attributes(element, ()))))
        and not of_another(element, renaming)
        for element in root.iter("{*}*")
    )


def of_another(element: Element, renaming: Renaming) -> bool:
    """Tell whether an element is, or is part of, the name of somebody else."""
    node = element if element.tag == _NAME else element.getparent()
    if node is None or node.tag != _NAME:
        return False
    families = [said(one) for one in node.findall(_FAMILY)]
    return bool(families) and not any(map(renaming.same_family, families))


def _says(element: Element, renaming: Renaming) -> bool:
    """Tell whether an element says a former name that :func:`rename` does not replace."""
    told = any(map(renaming.said, _attributes(element)))
    return told or bool(renaming.left(_text(element)))


def _text(element: Element) -> str:
    """Return the words of a block, nothing for what is part of one."""
    spoken = element.tag not in INLINE and _has_words(element)
    return Prose.of(element).text if spoken else ""


def _attributes(
    element: Element, unread: Collection[str] = _NAMES_NOTHING
) -> list[str]:
    return [str(value) for name, value in element.items() if name not in unread]


def _body(root: Element) -> Iterator[Element]:
    for component in root.findall(f"{H}component"):
        yield from component.iter("{*}*")


def _header(root: Element) -> Iterator[Element]:
    """Yield the elements of the header that no rendition replaces."""
    own = {one for path in _OWN for one in root.findall(f"{_ROLE}/{path}")}
    for part in root:
        if is_element(part) and part.tag != f"{H}component":
            yield from _apart(part, own)


def _apart(element: Element, own: Collection[Element]) -> Iterator[Element]:
    if element in own:
        return
    yield element
    for child in element:
        if is_element(child):
            yield from _apart(child, own)


def _renamed(root: Element) -> Iterator[Element]:
    """Yield the names of the patient, by number, wherever the record replaces them."""
    numbers = root.findall(f"{_ROLE}/{_NUMBER}")
    own = {(one.get("root"), one.get("extension")) for one in numbers}
    for number in root.iter(_NUMBER):
        holder = number.getparent()
        if holder is not None and (number.get("root"), number.get("extension")) in own:
            for name in holder.iterfind(f"*/{_NAME}"):
                yield from name.iter("{*}*")


def _has_words(element: Element) -> bool:
    pieces = [element.text, *(child.tail for child in element)]
    inline = any(is_element(child) and child.tag in INLINE for child in element)
    return inline or any((piece or "").strip() for piece in pieces)


def _mark(element: Element, renaming: Renaming, marks: Marks) -> None:
    """Mark the attributes and sentences of an element that repeat a former name."""
    for name, value in element.items():
        if name not in _NAMES_NOTHING and renaming.said(str(value)):
            marks.hide(Target(element, attribute=str(name)))
    text = _text(element)
    found = renaming.left(text)
    if not found or of_another(element, renaming):
        return
    prose = narrative(element) is not None and element.tag != TITLE
    for start, end in found:
        span = around(text, start, end) if prose else None
        marks.hide(Target(element, span=span))


def _is_file(element: Element) -> bool:
    """Tell whether an element holds a file, which is read like one."""
    known = bool(element.attrib) or element.tag == f"{H}text"
    return known and element.tag not in INLINE and encapsulated.is_file(element)


def _told(element: Element, renaming: Renaming, pdf: PdfReader) -> bool:
    """Tell whether an element, or the file it holds, repeats a former name."""
    if not _is_file(element):
        return _says(element, renaming)
    found = encapsulated.contents(element, "", pdf)
    return any(renaming.said(each.text) for each in found)
