"""FHIR JSON as FHIR XML: the same statements, in the order XML asks for."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from mappings.cda import xml
from mappings.cda.xml import Element
from mappings.fhir.numbers import WrittenDecimal
from mappings.fhir.xml import schema
from mappings.fhir.xml.schema import Member, Shape
from mappings.mapped import Refused
from mappings.submission import JsonObject

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"


def written(resource: JsonObject) -> bytes:
    """Return a resource as XML in UTF-8.

    The resource must be FHIR R4; an element that FHIR has not is not written. A
    narrative that is no XHTML is written as its text. Raises ValueError for a
    ``resourceType`` that FHIR has not.
    """
    return xml.serialised(_resource(resource), {None: FHIR})


def _resource(resource: JsonObject) -> Element:
    kind = str(resource.get("resourceType"))
    shape = schema.of_resource(kind)
    if shape is None:
        raise ValueError(kind)
    return xml.element(f"{{{FHIR}}}{kind}", {}, _parts(shape, resource))


def _parts(shape: Shape, value: JsonObject) -> Iterator[Element]:
    present = {name.removeprefix("_") for name in value}
    for member in shape.members:
        if member.name not in present or shape.attribute(member.name):
            continue
        values = _listed(value.get(member.name))
        extensions = _listed(value.get(f"_{member.name}"))
        for held, extended in zip_longest(values, extensions):
            yield _one(member, held, extended)


def _listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _one(member: Member, held: Any, extended: Any) -> Element:  # noqa: ANN401 - any JSON
    tag = f"{{{FHIR}}}{member.name}"
    if member.kind == schema.XHTML:
        return _narrative(str(held))
    if member.kind == schema.RESOURCE:
        return xml.element(tag, {}, [_resource(held)])
    if member.kind:
        return _primitive(tag, held, extended or {})
    shape = schema.of_type(member.type)
    attributes = {n: str(t) for n, t in held.items() if shape.attribute(n)}
    return xml.element(tag, attributes, _parts(shape, held))


def _primitive(tag: str, held: object, extended: JsonObject) -> Element:
    attributes = {"id": str(extended["id"])} if "id" in extended else {}
    if held is not None:
        attributes["value"] = _text(held)
    return xml.element(tag, attributes, _extensions(extended))


def _extensions(extended: JsonObject) -> Iterator[Element]:
    shape = schema.of_resource("Patient")
    assert shape is not None  # noqa: S101 - FHIR has Patients
    member = shape.named["extension"]
    for each in extended.get("extension", ()):
        yield _one(member, each, None)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, WrittenDecimal):
        return value.text
    if isinstance(value, Decimal | float):
        return str(value)
    return str(value)


def _narrative(div: str) -> Element:
    try:
        return xml.parse(div.encode("utf-8", "replace"))
    except Refused:
        return xml.element(f"{{{XHTML}}}div", {}, [div])
