"""The resources of a Bundle while it becomes a CDA: what leads where, what was lost."""

from dataclasses import dataclass, field

from mappings.fhir.elements import child, children, items, step, string
from mappings.fhir.references import Found, Scope, by_address
from mappings.mapped import Issue
from mappings.submission import JsonObject


@dataclass(slots=True)
class Source:
    """One Bundle; ``issues`` collects what CDA cannot hold, ``written`` what is in it."""

    scope: Scope
    issues: dict[Issue, None] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    def find(self, reference: JsonObject, owner: Found | None = None) -> Found | None:
        """Return what a Reference leads to, as seen from the resource ``owner``."""
        scope = self.scope if owner is None else self.scope.at(owner)
        return scope.resolve(reference)

    def resource(self, reference: JsonObject, owner: Found) -> JsonObject:
        """Return the resource a Reference leads to, or an empty one."""
        found = self.find(reference, owner)
        return found.resource if found else {}

    def lost(self, expression: str, text: str, texte: str) -> None:
        """Say that an element has no place in the CDA."""
        issue = Issue("information", "incomplete", expression, text, texte)
        self.issues[issue] = None


def source_of(bundle: JsonObject, composition: Found) -> Source:
    """Return the resources of a Bundle as seen from its Composition."""
    entries = by_address(bundle, "Bundle")
    # A Composition made here points to places: resources need no address of their own.
    places = {one.expression: one for one in everything(bundle)}
    return Source(Scope(composition, places | entries))


def main(bundle: JsonObject) -> Found | None:
    """Return the Composition of a document Bundle, None where there is none."""
    for index, entry in items(bundle, "entry"):
        resource = child(entry, "resource")
        if string(resource, "resourceType") == "Composition":
            place = step(step("Bundle.entry", index), "resource")
            return Found(resource, place)
    return None


def of_kind(bundle: JsonObject, kind: str) -> list[Found]:
    """Return the resources of one type."""
    return [
        one
        for one in everything(bundle)
        if string(one.resource, "resourceType") == kind
    ]


def everything(bundle: JsonObject) -> list[Found]:
    """Return every resource with its place."""
    return [
        Found(child(entry, "resource"), step(step("Bundle.entry", index), "resource"))
        for index, entry in items(bundle, "entry")
    ]


def references(owner: JsonObject, name: str) -> tuple[JsonObject, ...]:
    """Return the References of an element, whether it repeats or not."""
    value = owner.get(name)
    return (value,) if isinstance(value, dict) else children(owner, name)
