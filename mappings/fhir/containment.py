"""Copying the resources a reference leads to into ``contained``."""

from dataclasses import dataclass, field

from mappings.fhir.elements import child, string
from mappings.fhir.identity import bare_patient
from mappings.fhir.references import Found, Scope
from mappings.submission import JsonObject

_FURTHER = ("practitioner", "organization")


@dataclass(slots=True)
class Contained:
    """The contained resources of a DocumentReference under construction.

    Filled by :meth:`reference`, read once at the end as ``resources``. Each resource is
    copied once, without its narrative and its former id, and without what it contained.
    """

    scope: Scope
    resources: list[JsonObject] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)

    def reference(self, given: JsonObject) -> JsonObject:
        """Return ``given``, leading to a contained copy when the request has its target."""
        return self._copy(self.scope, given, further=True)

    def without_link(self, given: JsonObject) -> JsonObject:
        """Return what a reference says by itself: its identifier, or nothing."""
        return (
            {"identifier": child(given, "identifier")} if "identifier" in given else {}
        )

    def _copy(self, scope: Scope, given: JsonObject, *, further: bool) -> JsonObject:
        target = scope.resolve(given)
        if target is None:
            # An address inside the request would lead nowhere once it stands alone.
            local = string(given, "reference").startswith(("#", "urn:"))
            return {k: v for k, v in given.items() if not (local and k == "reference")}
        name = self._names.get(target.expression)
        if name is None:
            name = f"{string(target.resource, 'resourceType').lower()}-{len(self._names) + 1}"
            self._names[target.expression] = name
            self._hold(target, name, scope, further=further)
        return given | {"reference": f"#{name}"}

    def _hold(self, target: Found, name: str, scope: Scope, *, further: bool) -> None:
        copy = {
            k: v
            for k, v in target.resource.items()
            if k not in {"id", "meta", "text", "contained", "resourceType"}
        }
        kind = {"resourceType": string(target.resource, "resourceType"), "id": name}
        held = kind | copy
        held = bare_patient(held)
        self.resources.append(held)
        inner = scope.at(target)
        for role in _FURTHER if further else ():
            if child(copy, role):
                held[role] = self._copy(inner, child(copy, role), further=False)
