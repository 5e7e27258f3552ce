"""The names of CDA elements as the steps of a rendition need them."""

from mappings.cda.document import HL7
from mappings.cda.xml import Element

H = f"{{{HL7}}}"


def names(words: str) -> frozenset[str]:
    """Return the Clark names of HL7 elements, given by their local names."""
    return frozenset(f"{H}{word}" for word in words.split())


DOCUMENT, BODY, SECTION = f"{H}ClinicalDocument", f"{H}structuredBody", f"{H}section"
COMPONENT, ENTRY, RELATION = f"{H}component", f"{H}entry", f"{H}entryRelationship"
ACT, ORGANIZER, MEDIA = f"{H}act", f"{H}organizer", f"{H}observationMedia"
TEXT, TABLE, HEAD, ROW = f"{H}text", f"{H}table", f"{H}thead", f"{H}tr"
LIST, ITEM, BREAK, CAPTION = f"{H}list", f"{H}item", f"{H}br", f"{H}caption"
REFERENCE, PICTURE, LINK = f"{H}reference", f"{H}renderMultiMedia", f"{H}linkHtml"
FOOTNOTE_MARK = f"{H}footnoteRef"
PARAGRAPH, CODE, TITLE = f"{H}paragraph", f"{H}code", f"{H}title"

_SAYING = names("renderMultiMedia footnoteRef linkHtml")
CELLS, DATA_CELL = names("td th"), f"{H}td"
INLINE = names("content sub sup linkHtml br")
"""What a person reads as part of the block around it (mappings.cda.content)."""
CONTAINERS = names("table thead tbody tfoot list text")
STATEMENTS = names(
    "act encounter observation observationMedia organizer procedure"
    " regionOfInterest substanceAdministration supply"
)
ORGANIZATIONS = names(
    "representedOrganization representedCustodianOrganization receivedOrganization"
    " scopingOrganization providerOrganization serviceProviderOrganization"
    " manufacturerOrganization wholeOrganization guardianOrganization"
)


def is_element(node: Element) -> bool:
    """Tell an element from a comment or a processing instruction."""
    return isinstance(node.tag, str)


def said(element: Element) -> str:
    """Return all text below an element on one line."""
    return " ".join("".join(str(piece) for piece in element.itertext()).split())


def says(element: Element) -> bool:
    """Tell whether an element has words, a picture, or a note in it."""
    for node in element.iter():
        if node.tag in _SAYING:
            return True
        if is_element(node) and (node.text or "").strip():
            return True
        if node is not element and (node.tail or "").strip():
            return True
    return False


def narrative(element: Element) -> Element | None:
    """Return the section text an element lies in, or is; None outside narrative."""
    node: Element | None = element
    while node is not None:
        parent = node.getparent()
        if node.tag == TEXT and parent is not None and parent.tag == SECTION:
            return node
        node = parent
    return None


def remove(element: Element) -> None:
    """Take an element out of its tree; the text after it stays where it was."""
    parent = element.getparent()
    if parent is None:
        return
    keep_tail(element, element.tail)
    element.tail = None
    parent.remove(element)


def keep_tail(element: Element, text: str | None) -> None:
    """Add a text to what stands before an element."""
    if not text:
        return
    parent, before = element.getparent(), element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + text
    elif parent is not None:
        parent.text = (parent.text or "") + text
