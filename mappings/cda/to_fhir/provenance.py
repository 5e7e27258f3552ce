"""Where each resource comes from: the document, the place in it, who wrote it.

``entity.what`` names the document by its identifier and, in ``display``, the place by
its XPath (prefixes of mappings/cda/README.md). FHIR has no element for a path inside a
source; display is the one part of a Reference that is free for it.
"""

from typing import TYPE_CHECKING

from mappings.cda.datatypes import attribute, date_time, find
from mappings.cda.document import HL7
from mappings.cda.to_fhir.names import kept
from mappings.cda.xml import Element
from mappings.submission import JsonObject

if TYPE_CHECKING:
    from mappings.cda.to_fhir.scope import Derived, Scope

_H = f"{{{HL7}}}"
_TYPES = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_ASSEMBLER = {"display": "Paravent"}


def provenances(scope: "Scope", source: JsonObject, recorded: str) -> None:
    """Keep a Provenance for each resource kept so far.

    ``source`` is the reference to the document, ``recorded`` the instant of the
    mapping. Authors are those of the element or of the nearest one around it.
    """
    written: list[tuple[JsonObject, Element]] = []
    known: dict[Element, list[Element]] = {}
    told: dict[tuple[Element, ...], JsonObject] = {}
    for one, element in scope.made():
        authors = tuple(_authors(element, known))
        if authors not in told:
            told[authors] = _written(authors, scope)
        where = source | {"display": one.place}
        resource = _provenance(one, where, told[authors], recorded)
        written.append((resource, element))
    for resource, element in written:
        scope.add(resource, element)


def _written(authors: tuple[Element, ...], scope: "Scope") -> JsonObject:
    """Return who wrote it and when: the same for all that have the same authors."""
    agents = [_agent("author", who) for who in kept(map(scope.person, authors))]
    when = next((time for time in map(_time, authors) if time), "")
    answer: JsonObject = {"agent": [*agents, _agent("assembler", _ASSEMBLER)]}
    return answer | ({"occurredDateTime": when} if when else {})


def _provenance(
    one: "Derived", source: JsonObject, told: JsonObject, recorded: str
) -> JsonObject:
    return {
        "resourceType": "Provenance",
        "target": [{"reference": f"urn:uuid:{one.resource['id']}"}],
        "agent": told["agent"],
        "entity": [{"role": "source", "what": source}],
        "recorded": recorded,
        **{name: said for name, said in told.items() if name != "agent"},
    }


def _agent(kind: str, who: JsonObject) -> JsonObject:
    return {"type": {"coding": [{"system": _TYPES, "code": kind}]}, "who": who}


def _authors(
    element: Element | None, known: dict[Element, list[Element]]
) -> list[Element]:
    """Return the authors of an element: its own, else those of the one around it."""
    if element is None:
        return []
    if element not in known:
        own = list(element.iterchildren(f"{_H}author"))
        known[element] = own or _authors(element.getparent(), known)
    return known[element]


def _time(author: Element) -> str:
    return date_time(attribute(find(author, "time"), "value"))
