"""One clinical statement while it is mapped: what it says, and what stands inside it.

Mappers need not tell which children they did not read: :mod:`mappings.cda.to_fhir.carried`
compares what a statement says with what was made of it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

from mappings.cda import datatypes
from mappings.cda.datatypes import attribute, find
from mappings.cda.document import HL7, NAMESPACES
from mappings.cda.to_fhir import clinical_types
from mappings.cda.to_fhir.entries import kind, privacy
from mappings.cda.to_fhir.scope import Scope, Section
from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import translate

_H = f"{{{HL7}}}"
_HOLDERS = ("entryRelationship", "component")
_XHTML = "http://www.w3.org/1999/xhtml"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement of the CDA clinical model, the section it stands in, its kind.

    ``map_own`` maps any other statement to resources of its own and returns the
    reference to the first, or the empty string.
    """

    element: Element
    section: Section
    scope: Scope
    map_own: "Callable[[Statement], str]"
    known: kind.Kind
    children: dict[str, list[Element]]
    """By Clark name: a mapper asks for thirty of them, and three are there."""
    labels: tuple[JsonObject, ...] = ()
    """The security labels of privacy annotations, those of what encloses it included."""

    def within(self, element: Element) -> "Statement":
        """Return a statement that stands inside this one."""
        inner = statement_of(element, self.section, self.scope, self.map_own)
        return replace(inner, labels=self.labels + inner.labels)

    @property
    def mood(self) -> str:
        """The mood: EVN happened, INT is intended, RQO ordered, GOL wished; EVN if unsaid."""
        return attribute(self.element, "moodCode") or "EVN"

    @property
    def negated(self) -> bool:
        """Whether the statement says that something is not so, or was not done.

        One in a negated relation (*not manifested by*) is never told as if it were so.
        """
        holder = self.element.getparent()
        return "true" in {
            attribute(self.element, "negationInd"),
            attribute(holder, "negationInd"),
        }

    def all(self, name: str) -> list[Element]:
        """Return the children of a name: ``code``, or ``sdtc:x`` with its prefix."""
        return self.children.get(_clark(name), [])

    def first(self, name: str, *path: str) -> Element | None:
        """Return the first child of a name, or what is found from it along a path."""
        found = self.all(name)
        return find(found[0], *path) if found else None

    def concept(self, name: str) -> JsonObject | None:
        """Map the first child of a name to a CodeableConcept."""
        return clinical_types.concept(self.first(name), self.scope)

    def concepts(self, name: str) -> list[JsonObject]:
        """Map every child of a name to a CodeableConcept."""
        found = (clinical_types.concept(one, self.scope) for one in self.all(name))
        return [one for one in found if one]

    def when(self, name: str) -> JsonObject:
        """Map effectiveTime to ``<name>DateTime`` or ``<name>Period``."""
        return clinical_types.when(self.first("effectiveTime"), self.scope, name)

    def words(self) -> str:
        """Return the text of the statement: its own, or the narrative it refers to."""
        return clinical_types.said(self.first("text"), self.scope)

    def status(self, resource: str, default: str) -> str:
        """Return the status of a FHIR resource that statusCode means (act-status.csv)."""
        said = attribute(self.first("statusCode"), "code")
        return translate("act-status", f"{resource}/{said}") or default

    def person(self, *names: str) -> JsonObject | None:
        """Return a Reference to the first who took part under one of these names."""
        return next(iter(self.people(*names)), None)

    def people(self, *names: str) -> list[JsonObject]:
        """Return a Reference to each person or structure under these names, once.

        A device is none of them: few elements of FHIR take it for an author.
        """
        found = (one for name in names for one in self.all(name))
        return self._persons(
            one
            for one in found
            if next(one.iter(f"{_H}assignedAuthoringDevice"), None) is None
        )

    def participants(self, *types: str) -> list[JsonObject]:
        """Return a Reference to each participant of some types (typeCode), once."""
        found = self.all("participant")
        return self._persons(o for o in found if attribute(o, "typeCode") in types)

    def _persons(self, elements: Iterable[Element]) -> list[JsonObject]:
        found = (self.scope.person(one) for one in elements)
        return list({one["reference"]: one for one in found if one}.values())

    def authored(self) -> str:
        """Return when the statement was written, as its author says."""
        return clinical_types.start(self.first("author", "time"), self.scope)

    def base(self, resource: str) -> JsonObject:
        """Return what any resource of this statement begins with."""
        answer: JsonObject = {"resourceType": resource}
        words = self.words()
        if words:
            answer["text"] = narrative(words)
        found = [datatypes.identifier(one) for one in self.all("id")]
        identifiers = [datatypes.as_fhir(one) for one in found if one is not None]
        return answer | ({"identifier": identifiers} if identifiers else {})

    def related(self) -> "list[Related]":
        """Return the statements inside this one, each with how it is related."""
        found = []
        for holder in (one for name in _HOLDERS for one in self.all(name)):
            for element in holder:
                if kind.is_statement(element):
                    link = attribute(holder, "typeCode") or "COMP"
                    found.append(Related(link, holder, self.within(element)))
        return [one for one in found if one.kind != privacy.KIND]

    def keep(self, resource: JsonObject) -> str:
        """Keep a resource without its absent elements and return its reference."""
        reference = self.scope.add(compact(resource), self.element)
        labels = self.labels + privacy.below(self.element)
        privacy.mark(self.scope.derived[-1].resource, labels)
        return reference


def statement_of(
    element: Element,
    section: Section,
    scope: Scope,
    map_own: Callable[[Statement], str],
) -> Statement:
    """Return a statement with its kind and its children looked up."""
    children: dict[str, list[Element]] = {}
    for child in element:
        children.setdefault(str(child.tag), []).append(child)
    known = kind.of(element, section)
    holders = [one for name in _HOLDERS for one in children.get(_clark(name), [])]
    labels = privacy.annotations(holders)
    return Statement(element, section, scope, map_own, known, children, labels)


@cache
def _clark(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix or 'h']}}}{local}"


@dataclass(frozen=True, slots=True, eq=False)
class Related:
    """A statement inside another: ``link`` is the typeCode, ``holder`` what holds it."""

    link: str
    holder: Element
    statement: Statement

    @property
    def kind(self) -> str:
        """The kind of the inner statement."""
        return self.statement.known.name

    @property
    def sequence(self) -> str:
        """The number of the statement among its siblings, if they are ordered."""
        return attribute(find(self.holder, "sequenceNumber"), "value")

    def own(self) -> str:
        """Map the inner statement to resources of its own, and return its reference."""
        return self.statement.map_own(self.statement)

    def made(self) -> tuple[str, str]:
        """Map the inner statement; return its reference and the type of resource."""
        reference = self.own()
        made = (one.resource for one in reversed(self.statement.scope.derived))
        types = (
            str(one["resourceType"])
            for one in made
            if f"urn:uuid:{one['id']}" == reference
        )
        return reference, next(types, "") if reference else ""

    def apart(self) -> str:
        """Map the inner statement to resources of its own, and tell the lost relation."""
        reference = self.own()
        if reference:
            self.statement.scope.lost(self.holder, "relation")
        return reference


def narrative(words: str) -> JsonObject:
    """Return a Narrative; it may say more than the fields of its resource do."""
    div = f'<div xmlns="{_XHTML}">{words.translate(_ESCAPES)}</div>'
    return {"status": "additional", "div": div}


def compact(resource: JsonObject) -> JsonObject:
    """Return a resource without its absent elements: FHIR has no null and no empty one."""
    return {
        k: v for k, v in resource.items() if v is not None and v not in ("", [], {})
    }


def references(found: Iterable[str]) -> list[JsonObject]:
    """Return a Reference for each reference that is not empty."""
    return [{"reference": one} for one in found if one]
