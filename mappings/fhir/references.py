"""Following a Reference inside one request: contained, by fullUrl, by type and id.

Nothing is ever fetched. What is not in the request resolves to nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mappings.fhir.elements import child, children, items, step, string
from mappings.submission import Identifier, JsonObject

_CONDITIONAL = re.compile(r"[A-Za-z]{1,64}\?identifier=([^|&]+)\|([^|&]+)")


@dataclass(frozen=True, slots=True)
class Found:
    """A resource of the request and the FHIRPath where it stands."""

    resource: JsonObject
    expression: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a reference may lead: the resource it stands in, and the Bundle's entries."""

    owner: Found
    entries: Mapping[str, Found] = field(default_factory=dict)

    def resolve(self, reference: JsonObject) -> Found | None:
        """Return what a literal reference points to inside the request, or None."""
        target = string(reference, "reference")
        if target.startswith("#"):
            return self._contained(target[1:])
        return self.entries.get(target)

    def at(self, owner: Found) -> "Scope":
        """Return the scope as seen from another resource of the same request.

        A contained resource sees its container's contained resources, as FHIR says.
        """
        within = owner.expression.startswith(f"{self.owner.expression}.contained[")
        return self if within else Scope(owner, self.entries)

    def _contained(self, name: str) -> Found | None:
        place = step(self.owner.expression, "contained")
        for index, resource in items(self.owner.resource, "contained"):
            if string(resource, "id") == name:
                return Found(resource, step(place, index))
        return None


def by_address(bundle: JsonObject, expression: str) -> dict[str, Found]:
    """Return the entries of ``bundle`` by fullUrl, and by ``Type/id`` where they have one."""
    found: dict[str, Found] = {}
    for index, entry in items(bundle, "entry"):
        resource = child(entry, "resource")
        place = step(step(step(expression, "entry"), index), "resource")
        kind, name = string(resource, "resourceType"), string(resource, "id")
        if kind and name:
            found.setdefault(f"{kind}/{name}", Found(resource, place))
        if url := string(entry, "fullUrl"):
            found[url] = Found(resource, place)
    return found


def identifiers(owner: JsonObject) -> Iterator[JsonObject]:
    """Yield the identifiers of a resource, whether FHIR allows it one or several."""
    value = owner.get("identifier")
    if isinstance(value, dict):
        yield value
    yield from children(owner, "identifier")


def logical(reference: JsonObject) -> Iterator[JsonObject]:
    """Yield the identifiers that a reference itself gives, as FHIR Identifiers.

    ``Reference.identifier``, or a conditional ``Patient?identifier=system|value``, as
    the examples of the draft PDSm for the DMP write it.
    """
    yield from identifiers(reference)
    asked = _CONDITIONAL.fullmatch(string(reference, "reference"))
    if asked:
        yield {"system": asked[1], "value": asked[2]}


def token(identifier: JsonObject) -> Identifier | None:
    """Return system and value of a FHIR Identifier, or None without a value."""
    value = string(identifier, "value")
    return Identifier(string(identifier, "system"), value) if value else None
