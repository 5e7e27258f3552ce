"""METADATA.XML as registry objects (ebRIM 3.0), each with its place.

Sources: OASIS ebRIM 3.0; IHE ITI TF-3 4.2 (which object, scheme and slot says what).
Objects are read, never trusted: a classification counts for its object whether it
stands in it or beside it, so that no label is lost by where it was put.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from mappings.cda import xml
from mappings.cda.xml import Element
from mappings.mapped import Refused, refuse
from mappings.xdm import refusals

RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
BYTES_AT_MOST = 5_000_000
"""Of METADATA.XML: a thousand documents need less."""

_R = f"{{{RIM}}}"
_OBJECTS = frozenset({"ExtrinsicObject", "RegistryPackage", "Association"})
_BESIDE = frozenset({"Classification", "ObjectRef"})


@dataclass(frozen=True, slots=True)
class RegistryObject:
    """One object of the list: ``place`` is its XPath in METADATA.XML.

    ``beside`` are classifications that stand outside of it and name it.
    """

    element: Element
    place: str
    beside: tuple[Element, ...] = ()

    @property
    def id(self) -> str:
        """The name by which other objects of the list speak of it."""
        return attribute(self.element, "id")

    def values(self, slot: str) -> tuple[str, ...]:
        """Return the values of the slots of this name, in order, none when absent."""
        return values(self.element, slot)

    def value(self, slot: str) -> str:
        """Return the first value of a slot, empty when there is none."""
        return next(iter(self.values(slot)), "")

    def said(self, name: str) -> str:
        """Return what ``Name`` or ``Description`` says, in all its languages."""
        return said(self.element, name)

    @property
    def classifications(self) -> tuple[Element, ...]:
        """Its classifications: those in it, then those beside it."""
        return (*self.element.findall(f"{_R}Classification"), *self.beside)

    def classified(self, scheme: str) -> tuple[Element, ...]:
        """Return the classifications of a scheme, in order."""
        return tuple(
            one
            for one in self.classifications
            if attribute(one, "classificationScheme") == scheme
        )

    def marked(self, node: str) -> bool:
        """Tell whether it is classified as ``node``, as packages are by their kind."""
        return any(
            attribute(one, "classificationNode") == node for one in self.classifications
        )

    def identifier(self, scheme: str) -> str:
        """Return the value of the external identifier of a scheme; empty without one."""
        for one in self.element.findall(f"{_R}ExternalIdentifier"):
            if attribute(one, "identificationScheme") == scheme:
                return attribute(one, "value")
        return ""


@dataclass(frozen=True, slots=True)
class Registry:
    """The objects of a submission by kind, in their order."""

    documents: tuple[RegistryObject, ...] = ()
    packages: tuple[RegistryObject, ...] = ()
    associations: tuple[RegistryObject, ...] = ()


def registry(data: bytes, place: str) -> Registry:
    """Return the registry objects of METADATA.XML, found at ``place``.

    Raises :class:`~mappings.mapped.Refused`: 400 for what is no XML or no list of
    registry objects, 413 for too much of it, 422 for objects of other kinds.
    """
    if len(data) > BYTES_AT_MOST:
        raise refusals.too_much(place)
    try:
        root = xml.parse(data)
    except Refused as refused:
        raise Refused(
            refused.status,
            *(replace(issue, expression=place) for issue in refused.issues),
        ) from None
    lists = list(root.iter(f"{_R}RegistryObjectList"))
    if len(lists) != 1:
        raise refuse(
            400,
            "structure",
            place,
            "METADATA.XML holds exactly one RegistryObjectList of ebRIM 3.0",
            "METADATA.XML contient une RegistryObjectList d'ebRIM 3.0 et une seule",
        )
    return _sorted(lists[0])


def _sorted(listed: Element) -> Registry:
    elements = [one for one in listed if isinstance(one.tag, str)]
    beside = _beside(elements)
    kinds: dict[str, list[RegistryObject]] = {name: [] for name in _OBJECTS}
    for element in elements:
        name = str(element.tag).removeprefix(_R)
        if name in _BESIDE:
            continue
        if name not in kinds:
            raise refusals.not_supported("//rim:RegistryObjectList")
        place = f"//rim:{name}[{len(kinds[name]) + 1}]"
        classes = beside.get(attribute(element, "id"), ())
        kinds[name].append(RegistryObject(element, place, tuple(classes)))
    if set(beside) - {attribute(one, "id") for one in elements}:
        raise refusals.not_supported("//rim:RegistryObjectList/rim:Classification")
    return Registry(
        tuple(kinds["ExtrinsicObject"]),
        tuple(kinds["RegistryPackage"]),
        tuple(kinds["Association"]),
    )


def _beside(elements: list[Element]) -> Mapping[str, list[Element]]:
    found: dict[str, list[Element]] = {}
    for one in elements:
        if one.tag == f"{_R}Classification":
            found.setdefault(attribute(one, "classifiedObject"), []).append(one)
    return found


def attribute(element: Element, name: str) -> str:
    """Return an attribute without white space around, empty when there is none."""
    return str(element.get(name, "")).strip()


def values(element: Element, slot: str) -> tuple[str, ...]:
    """Return the values of the slots of this name in an object or a classification."""
    return tuple(value for name, _, value in slots(element) if name == slot and value)


def slots(element: Element) -> Iterator[tuple[str, int, str]]:
    """Give name, number and value for each value of each slot of an element."""
    for number, one in enumerate(element.findall(f"{_R}Slot"), start=1):
        for value in one.iter(f"{_R}Value"):
            yield attribute(one, "name"), number, " ".join((value.text or "").split())


def said(element: Element, name: str) -> str:
    """Return the texts of ``Name`` or ``Description``, one after the other."""
    texts = (
        attribute(one, "value")
        for one in element.findall(f"{_R}{name}/{_R}LocalizedString")
    )
    return " / ".join(dict.fromkeys(" ".join(text.split()) for text in texts if text))
