"""The ClinicalDocument in what was sent, and the name of each place in it.

Real senders wrap the document (an ``xsl:stylesheet`` that presents itself, a
FactModel), prefix it, or leave its namespace out; whatever the wrapper, the document
found here is the same tree, and nothing of a wrapper is ever run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from mappings.cda import xml
from mappings.cda.xml import Element
from mappings.mapped import Refused, refuse

HL7 = "urn:hl7-org:v3"
NAMESPACES = {
    "h": HL7,
    "lab": "urn:oid:1.3.6.1.4.1.19376.1.3.2",
    "pharm": "urn:ihe:pharm:medication",
    "sdtc": "urn:hl7-org:sdtc",
    "ps3-20": "urn:dicom-org:ps3-20",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
"""The prefixes of every place; an element of another namespace is named ``*``."""

_PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()}
_ROOT = f"{{{HL7}}}ClinicalDocument"


@dataclass(frozen=True, slots=True)
class ClinicalDocument:
    """A CDA document as a tree: ``root`` is its ClinicalDocument element."""

    root: Element


def clinical_document(data: bytes) -> ClinicalDocument:
    """Parse ``data`` and find the one ClinicalDocument in it.

    Raises :class:`~mappings.mapped.Refused` (400) when the bytes are no XML, when
    there is no ClinicalDocument, several, or one in a namespace that is not HL7's.
    """
    root = xml.parse(data)
    found = list(_candidates(root))
    if len(found) > 1:
        raise _refused(
            "//ClinicalDocument",
            "several ClinicalDocuments",
            "plusieurs ClinicalDocument",
        )
    if not found:
        raise _refused("/", "no ClinicalDocument", "pas de ClinicalDocument")
    return ClinicalDocument(_normalised(found[0]))


def _candidates(root: Element) -> Iterator[Element]:
    return root.iter("{*}ClinicalDocument")


def _normalised(element: Element) -> Element:
    """Cut the document out of its wrapper and give it the namespace it forgot."""
    namespace = str(element.tag).rpartition("}")[0].removeprefix("{")
    if not namespace:
        for bare in element.iter("{}*"):
            bare.tag = f"{{{HL7}}}{bare.tag}"
    elif namespace != HL7:
        raise _refused(
            "/ClinicalDocument",
            "ClinicalDocument in a namespace other than urn:hl7-org:v3",
            "ClinicalDocument dans un autre espace de noms que urn:hl7-org:v3",
        )
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
    return element


def _refused(expression: str, text: str, texte: str) -> Refused:
    return refuse(400, "structure", expression, text, texte)


@lru_cache(maxsize=4096)
def step(tag: str) -> str:
    """Return the name of an element in a place: ``h:section`` for its Clark name.

    An element outside the known namespaces is ``*[local-name()='x']``; a comment and a
    processing instruction, whose tag is no name, have an empty step.
    """
    if not isinstance(tag, str):
        return ""
    namespace, _, local = tag.rpartition("}")
    prefix = _PREFIXES.get(namespace[1:])
    return f"{prefix}:{local}" if prefix else f"*[local-name()='{local}']"


def steps(parent: Element) -> Iterator[tuple[Element, str]]:
    """Give each child with its step, indexed only among its namesakes.

    Comments and processing instructions, which part text nodes, have an empty step.
    """
    children = list(parent)
    return zip(children, numbered([step(child.tag) for child in children]), strict=True)


def numbered(names: list[str]) -> list[str]:
    """Return the steps of the children of one element, with an index where one is due."""
    if len(set(names)) == len(names):
        return names
    seen: dict[str, int] = {}
    numbers = []
    for name in names:
        seen[name] = number = seen.get(name, 0) + 1
        numbers.append(number)
    seen[""] = 1
    return [
        name if seen[name] == 1 else f"{name}[{number}]"
        for name, number in zip(names, numbers, strict=True)
    ]


def place(element: Element) -> str:
    """Return the XPath of an element, from the ClinicalDocument, in :data:`NAMESPACES`.

    For one element; a walk over a whole document builds places from :func:`steps`.
    """
    parent = element.getparent()
    if parent is None:
        return f"/{step(element.tag)}"
    own = next(name for child, name in steps(parent) if child is element)
    return f"{place(parent)}/{own}"
