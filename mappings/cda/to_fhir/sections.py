"""The sections of a structured body: narrative, entries, sub-sections."""

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from mappings.cda import confidentiality, datatypes
from mappings.cda.datatypes import attribute, find
from mappings.cda.document import HL7
from mappings.cda.to_fhir import carried, subjects
from mappings.cda.to_fhir.entries import map_entry
from mappings.cda.to_fhir.names import kept
from mappings.cda.to_fhir.narrative import Picture, Surroundings, xhtml
from mappings.cda.to_fhir.scope import section_of
from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import translate

if TYPE_CHECKING:
    from mappings.cda.to_fhir.scope import Derived, Scope, Section

_H = f"{{{HL7}}}"
_EMPTY_REASONS = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
_INLINE_LABEL = (
    "http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/"
    "extension-inline-sec-label"
)
_BESIDE = ("author", "informant", "subject", "languageCode")
_STATEMENTS = frozenset(
    f"{_H}{name}"
    for name in (
        *("act", "encounter", "observation", "observationMedia", "organizer"),
        *("procedure", "regionOfInterest", "substanceAdministration", "supply"),
    )
)


def sections(body: Element, scope: "Scope") -> list[JsonObject]:
    """Return the sections of a structuredBody or of a section, in document order."""
    found = (find(component, "section") for component in body.findall(f"{_H}component"))
    return [_section(one, scope) for one in found if one is not None]


def _section(element: Element, scope: "Scope") -> JsonObject:
    about = section_of(element)
    for name in _BESIDE:
        for one in element.findall(f"{_H}{name}"):
            scope.check(one, len(scope.derived))
    entries = [
        reference
        for entry in element.findall(f"{_H}entry")
        for reference in _entry(entry, about, scope)
    ]
    code = datatypes.concept(find(element, "code"))
    found: JsonObject = {
        "extension": _label(element),
        "title": _title(about.title, code),
        "code": code,
        "author": kept(scope.person(one) for one in element.findall(f"{_H}author")),
        "focus": subjects.focus(element, scope),
        "text": _text(element, scope),
        "entry": [{"reference": one} for one in dict.fromkeys(entries)],
        "section": sections(element, scope),
    }
    said = {name: value for name, value in found.items() if value}
    return said if _filled(said) else said | _empty(element, said)


def _filled(said: JsonObject) -> bool:
    """FHIR cmp-1: a section has a text, entries or sections."""
    return not said.keys().isdisjoint({"text", "entry", "section"})


def _empty(element: Element, said: JsonObject) -> JsonObject:
    """Return text and reason of a section that says nothing but that it exists."""
    null = attribute(element, "nullFlavor") or attribute(
        find(element, "text"), "nullFlavor"
    )
    code = translate("empty-reason", null) or "unavailable"
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{escape(said.get("title", "-"))}</div>'
    return {
        "text": {"status": "empty", "div": div},
        "emptyReason": {"coding": [{"system": _EMPTY_REASONS, "code": code}]},
    }


def _title(said: str, code: JsonObject | None) -> str:
    """Return the title, or what the code is called."""
    codings = (code or {}).get("coding", [])
    names = (one["display"] for one in codings if "display" in one)
    return said or next(names, "")


def _label(element: Element) -> list[JsonObject]:
    """Return the level that the section states, where FHIR lets a part carry one.

    Composition.section has no meta: the inline label of DS4P stands for it.
    """
    if find(element, "confidentialityCode") is None:
        return []
    coding = confidentiality.stated_for(element)
    return [{"url": _INLINE_LABEL, "valueCoding": coding}] if coding else []


def _text(element: Element, scope: "Scope") -> JsonObject | None:
    block = find(element, "text")
    if block is None:
        return None
    around = Surroundings(scope.ids, lambda name: _picture(name, scope))
    div = xhtml(block, around)
    return {"status": "additional", "div": div} if div else None


def _picture(name: str, scope: "Scope") -> Picture | None:
    """Return what ``referencedObject`` names: a media of the document that was mapped."""
    element = scope.identified(name)
    while element is not None and element not in scope.references:
        element = next(element.iterchildren(f"{_H}observationMedia"), None)
    if element is None:
        return None
    value = find(element, "value")
    image = attribute(value, "mediaType").lower().startswith("image/")
    return Picture(scope.references[element], image)


def _entry(entry: Element, about: "Section", scope: "Scope") -> list[str]:
    """Map each statement of an entry; return the references of what it states."""
    return [
        reference
        for statement in entry
        if statement.tag in _STATEMENTS
        for reference in _statement(statement, about, scope)
    ]


def _statement(statement: Element, about: "Section", scope: "Scope") -> list[str]:
    before = len(scope.derived)
    if not map_entry(statement, about, scope):
        scope.lost(statement, "entry")
        return []
    made = scope.derived[before:]
    scope.check(statement, before)
    return list(_stated(made))


def _stated(made: list["Derived"]) -> Iterator[str]:
    """Give what an entry states: what no other resource of the entry refers to."""
    referred = set(carried.references(one.resource for one in made))
    for one in made:
        reference = f"urn:uuid:{one.resource['id']}"
        if (
            one.resource["resourceType"] not in carried.SHARED
            and reference not in referred
        ):
            yield reference
