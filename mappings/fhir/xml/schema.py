"""What XML does not say of itself: order, repetition and type of FHIR's elements.

Read from the R4B models of fhir.resources, as :mod:`mappings.fhir.shape` does; the models
are only looked at, since they do not write back what they read.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

RESOURCE = "Resource"
XHTML = "xhtml"
STRING, BOOLEAN, INTEGER, DECIMAL = "string", "boolean", "integer", "decimal"

_KIND = re.compile(r"[A-Z][A-Za-z]{1,63}")
_ABSTRACT = frozenset({"Resource", "DomainResource", "Element", "BackboneElement"})
_PRIMITIVES = {"bool": BOOLEAN, "int": INTEGER, "Decimal": DECIMAL}


@dataclass(frozen=True, slots=True)
class Member:
    """One element of a type: a primitive, a resource, or another type (``type``).

    ``kind`` is one of the constants above, empty for a type with elements of its own.
    """

    name: str
    kind: str
    type: Any
    many: bool
    summary: bool
    required: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """The elements of one type, in the order XML asks for."""

    named: Mapping[str, Member]
    resource: bool
    extension: bool = False

    @property
    def members(self) -> Iterable[Member]:
        """The elements, in order."""
        return self.named.values()

    def attribute(self, name: str) -> bool:
        """Whether XML writes the element as an attribute: ids, and urls of extensions."""
        if self.resource:
            return False
        return name == "id" or (name == "url" and self.extension)


@cache
def of_resource(kind: str) -> Shape | None:
    """Return the shape of a type of resource, None when FHIR has no such resource."""
    if not _KIND.fullmatch(kind) or kind in _ABSTRACT:
        return None
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415 - slow import
    from fhir.resources.R4B.resource import Resource  # noqa: PLC0415 - slow import

    try:
        model = get_fhir_model_class(kind)
    except (ValueError, KeyError, AttributeError):
        return None
    return of_type(model) if issubclass(model, Resource) else None


@cache
def of_type(model: Any) -> Shape:  # noqa: ANN401 - the library's models have no useful type
    """Return the shape of a model of the library."""
    from fhir.resources.R4B.resource import Resource  # noqa: PLC0415 - slow import

    fields = {f.alias or n: f for n, f in model.model_fields.items()}
    named = {name: _member(name, fields[name]) for name in model.elements_sequence()}
    extension = model.get_resource_type() == "Extension"
    return Shape(named, issubclass(model, Resource), extension)


def _member(name: str, field: Any) -> Member:  # noqa: ANN401 - as above
    kind, type_, many = _typed(field.annotation)
    said = field.json_schema_extra or {}
    required = field.is_required() or bool(said.get("element_required"))
    summary = bool(said.get("summary_element_property"))
    return Member(name, kind, type_, many, summary, required)


def _typed(annotation: Any) -> tuple[str, Any, bool]:  # noqa: ANN401 - as above
    """Return kind, type and repetition of an annotation of the library."""
    many = False
    while get_origin(annotation) is not Annotated and get_args(annotation):
        many = many or get_origin(annotation) is list
        annotation = _something(get_args(annotation))
    if get_origin(annotation) is Annotated:
        python, *said = get_args(annotation)
        if any(type(each).__name__ == "Xhtml" for each in said):
            return XHTML, None, many
        return _PRIMITIVES.get(python.__name__, STRING), None, many
    if not hasattr(annotation, "get_model_klass"):
        return _PRIMITIVES.get(annotation.__name__, STRING), None, many
    if annotation.__name__ == "ResourceType":
        return RESOURCE, None, many
    return "", annotation.get_model_klass(), many


def _something(alternatives: Iterable[Any]) -> Any:  # noqa: ANN401 - as above
    """Return the one alternative that is not None."""
    return next(each for each in alternatives if each not in (type(None), Union))
