"""References between entries and narrative: who speaks of what, both ways."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import cast

from mappings.cda import xml
from mappings.cda.rendition.tags import LINK, PICTURE, REFERENCE, H, names
from mappings.cda.xml import Element

QUALIFIERS = names(
    "methodCode interpretationCode targetSiteCode approachSiteCode routeCode"
    " priorityCode qualifier referenceRange specimen author performer informant"
)
"""What only qualifies a statement: the words it refers to are not the statement."""


def pointed(element: Element) -> tuple[str, ...]:
    """Return the IDs a reference, picture, link or footnote mark names."""
    if element.tag == REFERENCE:
        value = str(element.get("value", "")).strip()
        return (value.removeprefix("#"),) if value else ()
    if element.tag == PICTURE:
        return tuple(str(element.get("referencedObject", "")).split())
    if element.tag == LINK:
        href = str(element.get("href", "")).strip()
        return (href[1:],) if href.startswith("#") else ()
    return tuple(str(element.get("IDREF", "")).split())


@dataclass(slots=True)
class Links:
    """The IDs of a document, and the references and pictures that name them."""

    targets: dict[str, Element]
    referrers: dict[str, list[Element]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @classmethod
    def of(cls, root: Element) -> "Links":
        """Read the links of a document."""
        links = cls(xml.identified(root))
        for element in root.iter(REFERENCE, PICTURE):
            for name in pointed(element):
                if name in links.targets:
                    links.referrers[name].append(element)
        return links

    def to(self, unit: Element) -> list[Element]:
        """Return every reference and picture that names something in ``unit``."""
        found = []
        for element in cast("list[Element]", unit.xpath("descendant-or-self::*[@ID]")):
            name = str(element.get("ID"))
            if self.targets.get(name) is element:
                found += self.referrers.get(name, [])
        return found

    def out_of(self, unit: Element) -> list[tuple[str, Element]]:
        """Return the IDs that ``unit`` names, each with the element that has it."""
        found = []
        for element in unit.iter(REFERENCE, PICTURE):
            if element.tag == REFERENCE and qualifies(element, unit):
                continue
            found += [
                (name, self.targets[name])
                for name in pointed(element)
                if name in self.targets
            ]
        return found


def qualifies(reference: Element, unit: Element | None = None) -> bool:
    """Tell a reference of a qualifier (a method, a site) from one of the statement."""
    node = reference.getparent()
    while node is not None and node is not unit and node.tag != f"{H}entry":
        if node.tag in QUALIFIERS:
            return True
        node = node.getparent()
    return False
