"""Elements of CDA as values, and how they become a tree."""

from dataclasses import dataclass
from typing import TypeAlias

from mappings.cda import xml
from mappings.cda.document import NAMESPACES

PREFIXES: dict[str | None, str] = {
    None if prefix == "h" else prefix: uri for prefix, uri in NAMESPACES.items()
}


@dataclass(frozen=True, slots=True)
class Tag:
    """One element: its name (``pharm:x`` outside HL7's namespace), attributes, parts."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    parts: "tuple[Tag | str, ...]" = ()


Parts: TypeAlias = Tag | str | list[Tag] | None


def tag(name: str, *parts: Parts, **attributes: str) -> Tag:
    """Return an element; what is None or empty among its parts and attributes is left out.

    An attribute ``type`` is ``xsi:type``: CDA has no other of that name.
    """
    said = tuple((k.rstrip("_"), v) for k, v in attributes.items() if v)
    flat: list[Tag | str] = []
    for part in parts:
        flat.extend(part if isinstance(part, list) else [part] if part else [])
    return Tag(name, said, tuple(flat))


def some(name: str, *parts: Parts, **attributes: str) -> Tag | None:
    """Return an element, or None when it would say nothing."""
    made = tag(name, *parts, **attributes)
    said = {key for key, _ in made.attributes} - {
        "classCode",
        "typeCode",
        "use",
        "type",
    }
    return made if made.parts or said else None


def document(root: Tag) -> bytes:
    """Return a whole document as bytes, UTF-8, in Canonical XML."""
    return xml.serialised(_element(root), PREFIXES)


def _element(one: Tag) -> xml.Element:
    parts = (part if isinstance(part, str) else _element(part) for part in one.parts)
    attributes = {_attribute(name): value for name, value in one.attributes}
    return xml.element(_clark(one.name), attributes, parts)


def _attribute(name: str) -> str:
    return f"{{{NAMESPACES['xsi']}}}type" if name == "type" else name


def _clark(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix or 'h']}}}{local}"
