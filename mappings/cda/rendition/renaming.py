"""Carrying a renaming out on the tree of a document, unit by unit."""

from mappings.cda import encapsulated
from mappings.cda.rendition import units
from mappings.cda.rendition.former import Renaming, folded
from mappings.cda.rendition.marks import Marks
from mappings.cda.rendition.places import Target
from mappings.cda.rendition.prose import Prose
from mappings.cda.rendition.sentences import around
from mappings.cda.rendition.tags import INLINE, TITLE, H, is_element, narrative
from mappings.cda.xml import Element
from mappings.pdf import PdfReader


def mark_former(
    root: Element, renaming: Renaming, marks: Marks, pdf: PdfReader
) -> bool:
    """Mark whatever repeats a former name that :func:`rename` will not replace.

    False when it stands in a body that is shown whole or not at all.
    """
    for element in list(root.iter("{*}*")):
        if element.tag in INLINE or _in_header_of_patient(element):
            continue
        if element.attrib and encapsulated.is_file(element):
            if not _mark_file(element, renaming, marks, pdf):
                return False
            continue
        _mark_attributes(element, renaming, marks)
        text = Prose.of(element).text if _has_words(element) else ""
        for start, end in renaming.left(text) if text else []:
            _mark(element, around(text, start, end), marks)
    return True


def rename(root: Element, renaming: Renaming) -> None:
    """Replace the former by the current identity where that is safe."""
    for element in list(root.iter("{*}*")):
        if element.tag in INLINE or _in_header_of_patient(element):
            continue
        if _has_words(element) and not element.get("mediaType"):
            for start, end, words in renaming.changes(Prose.of(element).text):
                Prose.of(element).replace((start, end), words)


def _has_words(element: Element) -> bool:
    pieces = [element.text, *(child.tail for child in element)]
    inline = any(is_element(child) and child.tag in INLINE for child in element)
    return inline or any((piece or "").strip() for piece in pieces)


def _in_header_of_patient(element: Element) -> bool:
    """Tell names that are no words: they are replaced, or those of somebody else."""
    node = element if element.tag == f"{H}name" else element.getparent()
    return node is not None and node.tag in {f"{H}name", f"{H}addr"}


def _mark(element: Element, sentence: tuple[int, int], marks: Marks) -> None:
    if not units.within_body(element):
        return  # the title of the document: see rendition.py
    prose = narrative(element) is not None and element.tag != TITLE
    marks.hide(Target(element, span=sentence) if prose else Target(element))


def _mark_attributes(element: Element, renaming: Renaming, marks: Marks) -> None:
    if not units.within_body(element):
        return
    for name in ("displayName", "title", "alt", "summary"):
        if renaming.left(str(element.get(name, ""))):
            marks.hide(Target(element, attribute=name))


def _mark_file(
    element: Element, renaming: Renaming, marks: Marks, pdf: PdfReader
) -> bool:
    said = (one.text for one in encapsulated.contents(element, "", pdf))
    if not any(renaming.names and renaming.names.search(folded(text)) for text in said):
        return True
    if not units.within_body(element):
        return False
    marks.hide(Target(element))
    return True
