"""A CDA document rebuilt for a reader who may not see some places of it (DESIGN 8).

Pure. The law: rendering a document from which a fact is hidden equals, byte for byte,
rendering the same document in which the fact was never written (README.md).
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from uuid import uuid5

from mappings.cda import xml
from mappings.cda.document import NAMESPACES, clinical_document
from mappings.cda.rendition import canonical, header, identity, parentage, units
from mappings.cda.rendition.carry import carry_out
from mappings.cda.rendition.contacts import hide_contacts
from mappings.cda.rendition.links import Links
from mappings.cda.rendition.marks import Marks
from mappings.cda.rendition.neutral import NAMESPACE
from mappings.cda.rendition.places import Target, targets
from mappings.cda.rendition.pointers import mark_pointers
from mappings.cda.rendition.prune import prune
from mappings.cda.rendition.renaming import (
    former_header,
    mark_former,
    rename,
    tells_former,
)
from mappings.cda.rendition.tags import DOCUMENT, TITLE, said
from mappings.cda.xml import Element
from mappings.former import NO_ONE, Former, Renaming
from mappings.pdf import PdfReader
from mappings.submission import Traits

_PREFIXES: dict[str | None, str] = {
    (None if prefix == "h" else prefix): uri for prefix, uri in NAMESPACES.items()
}


@dataclass(frozen=True, slots=True)
class Rendition:
    """A document for a reader: its bytes (UTF-8), its title, its own identifier.

    Everything else that a DocumentReference says is read from ``body`` as from any
    document (:func:`mappings.cda.submission.read`).
    """

    body: bytes
    title: str
    identifier: str


def rendition(
    document: bytes,
    hidden: Collection[str],
    identity: Traits,
    pdf: PdfReader,
    former: Former = NO_ONE,
) -> Rendition | None:
    """Rebuild a document without the places of ``hidden``, for the current ``identity``.

    None when nothing may be shown: an unstructured document with something hidden in
    it, a hidden place that nothing can do without, or nothing left. A place that does
    not exist hides what is nearest above it. Raises
    :class:`~mappings.mapped.Refused` when the bytes are no CDA document.
    """
    root = clinical_document(document).root
    found = list(targets(root, hidden))
    renaming = Renaming.of(former, identity)
    marks = _marked(root, found, renaming, pdf)
    if marks is None:
        return None
    told = [one for one in found if not units.within_body(one.element)]
    if renaming is not None:
        told += former_header(root, renaming)
    told += parentage.orphaned(root, marks)
    if not header.hide(root, told):
        return None
    carry_out(marks)
    if canonical.has_foreign(document):
        canonical.drop_foreign(root)
    if renaming is not None:
        rename(root, renaming)
    return _written(root, identity, renaming)


def _marked(
    root: Element, found: list[Target], renaming: Renaming | None, pdf: PdfReader
) -> Marks | None:
    """Return what is to go from the body; None when all of it is."""
    whole = root.find("{*}component/{*}nonXMLBody") is not None
    if any(one.element is root or _is_body(one.element) for one in found):
        return None
    if whole and found:
        return None
    marks = Marks(Links.of(root) if found or renaming else Links({}))
    for one in found:
        if units.within_body(one.element):
            marks.hide(one)
    if renaming is not None and not mark_former(root, renaming, marks, pdf):
        return None
    marks.follow()
    return marks if mark_pointers(root, marks) else None


def _is_body(element: Element) -> bool:
    return element.tag != DOCUMENT and units.is_body(element)


def _written(root: Element, who: Traits, renaming: Renaming | None) -> Rendition | None:
    xml.drop_remarks(root)
    canonical.drop_inner(root)
    if not prune(root):
        return None
    identity.show_identity(root, who)
    hide_contacts(root)
    origin = parentage.original(root)
    parentage.descend(root)
    canonical.canonical(root, origin)
    if renaming is not None and tells_former(root, renaming):
        return None
    title = root.find(TITLE)
    shown = "" if title is None else said(title)
    content = xml.serialised(root, _PREFIXES)
    digest = hashlib.sha256(content).hexdigest()
    identifier = str(uuid5(NAMESPACE, f"{origin}|{digest}"))
    body = parentage.identified(content, identifier)
    return Rendition(body, shown, identifier)
