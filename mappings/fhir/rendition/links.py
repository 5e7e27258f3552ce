"""Which references lead to what is no longer there."""

from collections.abc import Iterator
from dataclasses import dataclass

from mappings.fhir.elements import children, items, string
from mappings.fhir.references import identifiers, logical, token
from mappings.submission import Identifier, JsonObject


@dataclass(frozen=True, slots=True)
class Gone:
    """Resources that are left out: their addresses, and identifiers only they have.

    ``there`` are the addresses of those that stay.
    """

    addresses: frozenset[str] = frozenset()
    identifiers: frozenset[Identifier] = frozenset()
    there: frozenset[str] = frozenset()

    def holds(self, reference: JsonObject) -> bool:
        """Tell whether a Reference leads to something that is gone."""
        address = unversioned(string(reference, "reference"))
        if address:
            return address in self.addresses
        known = (token(one) for one in logical(reference))
        return any(one in self.identifiers for one in known if one)


def unversioned(address: str) -> str:
    """Return an address without its version and its fragment inside the target."""
    bare = address.partition("/_history/")[0]
    return bare if bare.startswith("#") else bare.partition("#")[0]


def addresses(entry: JsonObject) -> Iterator[str]:
    """Yield every address of the resource of an entry: fullUrl and ``Type/id``."""
    resource = entry.get("resource")
    if isinstance(resource, dict):
        kind, name = string(resource, "resourceType"), string(resource, "id")
        if kind and name:
            yield f"{kind}/{name}"
    if url := string(entry, "fullUrl"):
        yield url


def gone(bundle: JsonObject, indexes: frozenset[int]) -> Gone:
    """Return what leaving out the entries with these indexes makes unreachable."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    named: dict[bool, set[Identifier]] = {True: set(), False: set()}
    for index, entry in items(bundle, "entry"):
        out = index in indexes
        found[out].update(addresses(entry))
        resource = entry.get("resource")
        if isinstance(resource, dict):
            named[out].update(t for i in identifiers(resource) if (t := token(i)))
    return Gone(
        frozenset(found[True] - found[False]),
        frozenset(named[True] - named[False]),
        frozenset(found[False]),
    )


def contained_gone(resource: JsonObject, indexes: frozenset[int]) -> frozenset[str]:
    """Return the addresses of contained resources that are left out."""
    inner = children(resource, "contained")
    return frozenset(
        f"#{string(one, 'id')}" for n, one in enumerate(inner) if n in indexes
    )


def targets(value: object) -> Iterator[str]:
    """Yield every address that a resource names, in references and in plain links."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name in {"reference", "url", "valueUri", "valueUrl"}:
                yield unversioned(item) if isinstance(item, str) else ""
            if not isinstance(item, str):
                yield from targets(item)
    elif isinstance(value, list):
        for item in value:
            yield from targets(item)
