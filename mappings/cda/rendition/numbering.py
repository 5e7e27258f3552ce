"""Identifiers and numbers: none is missing, none has an order that could miss one."""

import re
from uuid import uuid5

from mappings.cda import xml
from mappings.cda.document import NAMESPACES
from mappings.cda.rendition.links import pointed
from mappings.cda.rendition.neutral import NAMESPACE
from mappings.cda.rendition.tags import (
    FOOTNOTE_MARK,
    LINK,
    PICTURE,
    REFERENCE,
    STATEMENTS,
    H,
    names,
)
from mappings.cda.xml import Element

_NAMED = xml.query("descendant::*[@ID]", NAMESPACES)
_SEQUENCE = f"{H}sequenceNumber"
_NUMBERED = STATEMENTS | names("specimenRole section")
_SMALL = re.compile(r"[0-9]{1,18}")
_ID = f"{H}id"
_NAMED_AS_THEY_ARE = names("ClinicalDocument parentDocument patientRole")
_DIRECTORIES = frozenset({"1.2.250.1.71.4.2.1", "1.2.250.1.71.4.2.2"})
"""Persons (RPPS) and structures (FINESS) of the CI-SIS."""
_WORD, _LETTER = re.compile(r"[^\W\d_]{3}"), re.compile(r"[^\W\d_]")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def number(body: Element, origin: str) -> None:
    """Number anew what a document numbers; ``origin`` names the original."""
    _identify(body)
    _sequence(body)
    _number(body, origin)


def _identify(body: Element) -> None:
    """Number the IDs that something refers to in document order, and drop the others."""
    links = list(body.iter(REFERENCE, PICTURE, LINK, FOOTNOTE_MARK))
    used = {name for link in links for name in pointed(link)}
    new: dict[str, str] = {}
    for element in _NAMED(body):
        own = element.get("ID")
        if own in used and own not in new:
            new[str(own)] = f"n{len(new) + 1}"
            element.set("ID", new[str(own)])
        else:
            del element.attrib["ID"]
    for element in links:
        _refer(element, new)


def _refer(element: Element, new: dict[str, str]) -> None:
    known = [new[name] for name in pointed(element) if name in new]
    if element.tag == PICTURE:
        element.set("referencedObject", " ".join(known))
    elif known and element.tag == LINK:
        element.set("href", f"#{known[0]}")
    elif known and element.tag == FOOTNOTE_MARK:
        element.set("IDREF", known[0])
    elif known:
        element.set("value", f"#{known[0]}")


def _sequence(body: Element) -> None:
    """Renumber what is numbered among siblings, so that no number is missing."""
    siblings: dict[Element, list[Element]] = {}
    for element in body.iter(_SEQUENCE):
        relation = element.getparent()
        holder = None if relation is None else relation.getparent()
        if holder is not None and _SMALL.fullmatch(str(element.get("value", ""))):
            siblings.setdefault(holder, []).append(element)
    for elements in siblings.values():
        values = {int(str(one.get("value"))) for one in elements}
        ranks = {value: rank for rank, value in enumerate(sorted(values), start=1)}
        for one in elements:
            one.set("value", str(ranks[int(str(one.get("value")))]))


def _number(body: Element, origin: str) -> None:
    """Give statements that a sender numbered an identifier without order.

    A missing number would tell that something is missing; UUIDs have no order.
    """
    for element in body.iter(_ID):
        parent = element.getparent()
        root, extension = element.get("root"), element.get("extension")
        if parent is None or parent.tag not in _NUMBERED or not root:
            continue
        if extension or not _UUID.fullmatch(str(root)):
            _rename(element, origin)


def mute(root: Element, origin: str) -> None:
    """Replace identifiers in which there are words, and drop such versions of templates.

    A sender may write anything there: *VIH-2019*. Numbers of persons and structures in
    the national directories stay, and those of the original itself, which are its name.
    """
    for element in root.iter(_ID):
        parent = element.getparent()
        if parent is None or parent.tag in _NAMED_AS_THEY_ARE:
            continue
        given = f"{element.get('root', '')} {element.get('extension', '')}"
        registered = element.get("root") in _DIRECTORIES
        if not registered and _WORD.search(_UUID.sub("", given)):
            _rename(element, origin)
    for element in root.iter(f"{H}templateId"):
        if _LETTER.search(str(element.get("extension", ""))):
            del element.attrib["extension"]


def _rename(element: Element, origin: str) -> None:
    name = f"{origin}|{element.get('root')}|{element.get('extension') or ''}"
    element.attrib.clear()
    element.set("root", str(uuid5(NAMESPACE, name)).upper())
