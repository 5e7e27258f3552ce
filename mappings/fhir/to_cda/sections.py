"""The sections of a Composition as those of a structuredBody."""

from collections.abc import Iterator

from mappings.fhir.about import about
from mappings.fhir.elements import child, children, string, words
from mappings.fhir.references import Found
from mappings.fhir.rendition.sentences import folded
from mappings.fhir.to_cda import carried
from mappings.fhir.to_cda.bundle import Source
from mappings.fhir.to_cda.datatypes import concept
from mappings.fhir.to_cda.entries import MAPPERS, statement
from mappings.fhir.to_cda.narrative import listed, text
from mappings.fhir.to_cda.statement import Resource
from mappings.fhir.to_cda.tag import Tag, tag
from mappings.submission import JsonObject

_HOLDERS = words("result hasMember")
_HEADER = words("Patient Practitioner PractitionerRole Organization Composition")


def body(composition: Found, source: Source) -> Tag | None:
    """Return the component that holds the structured body, None without a section."""
    inside = _inside(composition, source)
    components = [
        tag("component", section(one, composition, source, inside))
        for one in children(composition.resource, "section")
    ]
    return tag("component", tag("structuredBody", components)) if components else None


def section(
    found: JsonObject, composition: Found, source: Source, inside: frozenset[str]
) -> Tag:
    """Return one section: code, title, narrative, entries, sub-sections.

    ``inside`` are the resources that stand within another statement.
    """
    resources = list(_entries(found, composition, source))
    typed, untold = [], []
    for one in resources:
        if one.found.expression in inside | source.written:
            continue
        source.written.add(one.found.expression)
        made = statement(one)
        if made is None:
            carried.untyped(one.found, source)
            untold.append(one)
        else:
            typed.append(tag("entry", made))
    return tag(
        "section",
        concept("code", child(found, "code")),
        tag("title", string(found, "title")) if string(found, "title") else None,
        _narrative(found, untold, resources),
        typed,
        [
            tag("component", section(one, composition, source, inside))
            for one in children(found, "section")
        ],
    )


def _entries(
    found: JsonObject, composition: Found, source: Source
) -> Iterator[Resource]:
    for reference in children(found, "entry"):
        target = source.find(reference, composition)
        if target is not None:
            yield Resource(target, source)


def _narrative(
    found: JsonObject, untold: list[Resource], resources: list[Resource]
) -> Tag:
    """Return the narrative, and in it whatever no statement says.

    A section without one gets a list of what its entries are about: in CDA the text is
    what a person reads.
    """
    said = text(string(child(found, "text"), "div"))
    missing = untold if said else resources
    known = folded(_words(said)) if said else ""
    lines = [
        line
        for one in missing
        if (line := about(one.json)) and folded(line) not in known
    ]
    more = listed(list(dict.fromkeys(lines)))
    parts = [*(said.parts if said else ()), *(more.parts if more else ())]
    return tag("text", *parts) if parts else tag("text", tag("paragraph", "-"))


def _words(one: Tag) -> str:
    return " ".join(p if isinstance(p, str) else _words(p) for p in one.parts)


def _inside(composition: Found, source: Source) -> frozenset[str]:
    """Return the resources that another resource of a section holds as its result."""
    waiting = [
        one
        for section_ in _all(composition.resource)
        for one in _entries(section_, composition, source)
    ]
    found: set[str] = set()
    while waiting:
        one = waiting.pop()
        for name in _HOLDERS & one.json.keys():
            for reference in children(one.json, name):
                target = source.find(reference, one.found)
                if _holds(one, target) and target and target.expression not in found:
                    found.add(target.expression)
                    waiting.append(Resource(target, source))
    return frozenset(found)


def _holds(one: Resource, target: Found | None) -> bool:
    kind = string(target.resource, "resourceType") if target else ""
    return kind == "Observation" and one.kind in {"DiagnosticReport", "Observation"}


def _all(owner: JsonObject) -> Iterator[JsonObject]:
    for one in children(owner, "section"):
        yield one
        yield from _all(one)


def untold(bundle: list[Found], source: Source) -> None:
    """Report each resource that nothing of the CDA tells."""
    for one in bundle:
        kind = string(one.resource, "resourceType")
        if one.expression in source.written:
            carried.report(one, source)
        elif kind in MAPPERS:
            carried.unplaced(one, source)
        elif kind in _HEADER:
            carried.report(one, source) if kind in {"Composition", "Patient"} else None
