"""FHIR XML as FHIR JSON: strictly, since what is not understood would not be labelled."""

import re
from collections.abc import Iterator
from typing import Any

from mappings.cda import xml
from mappings.cda.xml import Element
from mappings.fhir import numbers
from mappings.fhir.numbers import Unusable
from mappings.fhir.xml import schema
from mappings.fhir.xml.schema import Member, Shape
from mappings.fhir.xml.write import FHIR, XHTML
from mappings.mapped import Refused, refuse
from mappings.submission import JsonObject

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_BOOLEANS = {"true": True, "false": False}
_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"


def read(data: bytes) -> JsonObject:
    """Return the resource in ``data`` as FHIR JSON.

    Comments are left out. Raises Refused: 413 for what is too large, 400 with the place
    for XML that is not well-formed or has a DOCTYPE, for an element or attribute that
    FHIR has not, in another namespace, given too often or with text beside it.
    """
    return _resource(xml.parse(data), "")


def _resource(root: Element, above: str) -> JsonObject:
    kind = _name(root, above)
    place = f"{above}.{kind}" if above else kind
    shape = schema.of_resource(kind)
    if shape is None:
        raise _refused(place, "not-supported")
    held = _members(root, shape, place)
    _only(root, frozenset(), place)
    return {"resourceType": kind} | held


def _members(element: Element, shape: Shape, place: str) -> JsonObject:
    """Return the elements below one, each as JSON writes it."""
    named, found = shape.named, dict[str, Any]()
    _no_text(element, place)
    for child in _children(element):
        name = _name(child, place, xhtml="div" in named)
        member = named.get(name)
        at = f"{place}.{name}"
        if member is None or shape.attribute(name):
            raise _refused(at, "structure")
        value, extended = _one(child, member, at)
        _add(found, member, value, extended, at)
    return {name: value for name, value in found.items() if not _all_none(value)}


def _add(
    found: JsonObject, member: Member, value: object, extended: object, place: str
) -> None:
    """Put a value where JSON has it; its id and extensions beside it, under ``_name``."""
    beside = f"_{member.name}"
    if not member.many:
        if member.name in found:
            raise _refused(place, "structure")
        found[member.name] = value
        if extended is not None:
            found[beside] = extended
        return
    found.setdefault(member.name, []).append(value)
    if member.kind and member.kind != schema.RESOURCE:
        found.setdefault(beside, []).append(extended)


def _one(element: Element, member: Member, place: str) -> tuple[Any, JsonObject | None]:
    """Return what an element says, and for a primitive what stands beside it."""
    if member.kind == schema.XHTML:
        return _narrative(element), None
    if member.kind == schema.RESOURCE:
        _only(element, frozenset(), place)
        _no_text(element, place)
        inner = list(_children(element))
        if len(inner) != 1:
            raise _refused(place, "structure")
        return _resource(inner[0], place), None
    if member.kind:
        return _primitive(element, member.kind, place)
    shape = schema.of_type(member.type)
    own = {n: t for n, t in xml.attributes_of(element).items() if shape.attribute(n)}
    _only(element, frozenset(own), place)
    return own | _members(element, shape, place), None


def _primitive(
    element: Element, kind: str, place: str
) -> tuple[Any, JsonObject | None]:
    _only(element, frozenset({"value", "id"}), place)
    text = element.get("value")
    value = None if text is None else _value(str(text), kind, place)
    _no_text(element, place)
    beside: JsonObject = {}
    if element.get("id") is not None:
        beside["id"] = str(element.get("id"))
    member = _extension()
    extensions = []
    for child in _children(element):
        if _name(child, place) != "extension":
            raise _refused(place, "structure")
        extensions.append(_one(child, member, f"{place}.extension")[0])
    if extensions:
        beside["extension"] = extensions
    if value is None and not beside:
        raise _refused(place, "required")
    return value, beside or None


def _extension() -> Member:
    shape = schema.of_resource("Patient")
    assert shape is not None  # noqa: S101 - FHIR has Patients
    return shape.named["extension"]


def _value(text: str, kind: str, place: str) -> object:
    if kind == schema.BOOLEAN:
        if text not in _BOOLEANS:
            raise _refused(place, "value")
        return _BOOLEANS[text]
    if kind not in (schema.INTEGER, schema.DECIMAL):
        return text
    if not (_INTEGER if kind == schema.INTEGER else _NUMBER).fullmatch(text):
        raise _refused(place, "value")
    whole = _INTEGER.fullmatch(text)
    number = numbers.integer(text) if whole else numbers.decimal(text)
    if isinstance(number, Unusable):
        raise _refused(place, "value")
    return number


def _narrative(element: Element) -> str:
    written = xml.serialised(element, {None: XHTML}).decode()
    return written.partition("?>")[2].strip()


def _children(element: Element) -> Iterator[Element]:
    """Yield the elements below one; comments and instructions are none."""
    yield from (each for each in element if isinstance(each.tag, str))


def _name(element: Element, place: str, *, xhtml: bool = False) -> str:
    """Return the name of an element; 400 for one of a namespace that is not FHIR's."""
    space, _, name = str(element.tag).rpartition("}")
    if space == f"{{{FHIR}" or (xhtml and name == "div" and space == f"{{{XHTML}"):
        return name
    raise _refused(place or "/", "structure")


def _only(element: Element, names: frozenset[str], place: str) -> None:
    """Refuse an attribute that means something and is not expected."""
    for name in xml.attributes_of(element):
        if name not in names and not name.startswith(_SCHEMA):
            raise _refused(place, "structure")


def _no_text(element: Element, place: str) -> None:
    """Refuse text between elements: FHIR has none, so nobody would label it."""
    texts = [element.text, *(each.tail for each in element)]
    if any(text and str(text).strip() for text in texts):
        raise _refused(place, "structure")


def _all_none(value: object) -> bool:
    if isinstance(value, list):
        return all(each is None for each in value)
    return value is None


def _refused(place: str, code: str) -> Refused:
    return refuse(
        400,
        code,
        place,
        "FHIR R4 has nothing of this kind here in XML.",
        "FHIR R4 n'a rien de ce genre ici en XML.",
    )
