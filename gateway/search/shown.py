"""Documents and sets by what a reader is shown of them: authors, periods, labels, links.

The names of authors are looked up in what the resource itself contains: no other resource
is asked, so these are no chains, though MHD writes them like chains.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from gateway import disclosure
from gateway.disclosure import Page
from gateway.inquiry import Inquiry
from gateway.repository.search import Search
from gateway.search.matching import Condition
from gateway.view import IS_ARCHIVED

Json = dict[str, Any]

MHD = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-"
EXTENSIONS = {
    f"{MHD}designationType": ("@designationType", "valueCodeableConcept"),
    f"{MHD}sourceId": ("@sourceId", "valueIdentifier"),
}
AUTHOR_ORG = f"{MHD}authorOrg"
LINKS = ("practitioner", "organization")


def find(
    asked: Inquiry,
    kind: str,
    wanted: Search,
    criteria: Iterable[Condition],
    query: str = "",
) -> Page:
    """Return a page of what also meets the criteria, as this reader is shown it."""
    all_of_them = tuple(criteria)

    def matches(resource: Json) -> bool:
        said = told(resource)
        return all(each.matches(said) for each in all_of_them)

    return disclosure.matching(asked, kind, wanted, matches, query)


def told(resource: Json) -> Json:
    """Return a resource with the values beside that do not stand where a path leads."""
    return resource | _elsewhere(resource)


def _elsewhere(resource: Json) -> Json:
    """Return the values that do not stand where a path could lead."""
    held: Json = {
        f"@{name}": list(_names(resource, resource.get(name, [])))
        for name in ("author", "source")
    }
    sources = resource.get("source", {}).get("extension", ())
    named = [e.get("valueReference") for e in sources if e.get("url") == AUTHOR_ORG]
    held["@authorOrg"] = [each for each in named if isinstance(each, dict)]
    archived = [e for e in resource.get("extension", ()) if e.get("url") == IS_ARCHIVED]
    held["@isArchived"] = [any(each.get("valueBoolean") for each in archived)]
    for each in resource.get("extension", ()):
        name, element = EXTENSIONS.get(each.get("url"), ("", ""))
        if name and element in each:
            held.setdefault(name, []).append(each[element])
    return held


def _names(resource: Json, references: Json | list[Json]) -> Iterator[Json]:
    """Yield the names of contained persons that references lead to."""
    inside = {f"#{each.get('id')}": each for each in resource.get("contained", ())}
    listed = references if isinstance(references, list) else [references]
    waiting = [each.get("reference") for each in listed]
    met = set()
    while waiting:
        name = waiting.pop()
        if name not in inside or name in met:
            continue
        met.add(name)
        found = inside[name]
        if found.get("resourceType") != "Patient":
            yield from (
                found.get("name", ()) if isinstance(found.get("name"), list) else ()
            )
        waiting += [found.get(link, {}).get("reference") for link in LINKS]
