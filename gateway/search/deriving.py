"""The resources that one document gives to one reader: made of what that reader is given.

They are mapped from the very bytes the reader would get of the document (its original,
or the rendition from which all is left out that is hidden from him). So nothing here can
tell more than the document does, whatever the mapping makes of it.
"""

from collections.abc import Iterator
from typing import Any

from gateway.inquiry import Inquiry
from gateway.rendering import Shown
from gateway.repository.records import Record
from gateway.search import definitions
from gateway.search.addresses import Address
from gateway.view import public_id
from mappings.cda.document import clinical_document
from mappings.cda.to_fhir.document import mapped
from mappings.fhir.parse import dump, parse_json
from mappings.mapped import Refused

Json = dict[str, Any]

XML = ("text/xml", "application/xml", "application/hl7-cda+xml")
FHIR = ("application/fhir+json", "application/json")
URN = "urn:uuid:"
UNSAID = frozenset({"id", "meta", "text", "contained", "resourceType"})
"""What does not count for which fact a resource states."""


def derived(asked: Inquiry, given: Shown, body: bytes) -> list[tuple[Json, str]]:
    """Return the resources that can be searched, each complete in itself, and its place.

    The place is an XPath in a CDA document, a FHIRPath in a Bundle.
    References go to resources of the same document by their public ids, to the person's
    Patient, or to what is contained. Empty for what cannot be taken apart. Other readers
    are given the same: nothing here is of this reader or this hour; whoever gives them
    adds the version.
    """
    every = list(_resources(given, body))
    found = {name: resource for name, resource, _ in every}
    places = {name: place for name, _, place in every}
    known = definitions.load()
    names = _addresses(asked.record, given, found, frozenset(known))
    return [
        (_complete(asked.record, given, found, names, name), places[name])
        for name, each in found.items()
        if each["resourceType"] in known
    ]


def _resources(given: Shown, body: bytes) -> Iterator[tuple[str, Json, str]]:
    """Yield what the document holds: the reference its other parts use, it, its place."""
    recorded = given.stored.recorded.isoformat(timespec="milliseconds")
    media_type = given.content["content"][0]["attachment"]["contentType"]
    try:
        if media_type in XML:
            for each in mapped(clinical_document(body), recorded).value:
                yield f"{URN}{each.resource['id']}", each.resource, each.place
        elif media_type in FHIR:
            yield from _entries(parse_json(body))
    except Refused:  # what cannot be read gives no resources
        return


def _entries(bundle: Json) -> Iterator[tuple[str, Json, str]]:
    """Yield the resources of a FHIR document; each is referred to by one name only."""
    if bundle.get("type") != "document":
        return
    entries = {_name(each): each["resource"] for each in bundle["entry"]}
    also = {f"{r['resourceType']}/{r.get('id')}": name for name, r in entries.items()}
    places = {_name(e): f"Bundle.entry[{n}]" for n, e in enumerate(bundle["entry"])}
    for name, resource in entries.items():
        yield name, _renamed(resource, also), f"{places[name]}.resource"


def _name(entry: Json) -> str:
    resource = entry["resource"]
    return str(
        entry.get("fullUrl") or f"{resource['resourceType']}/{resource.get('id')}"
    )


def _renamed(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, list):
        return [_renamed(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    held = {n: _renamed(v, names) for n, v in value.items()}
    reference = held.get("reference")
    if isinstance(reference, str) and reference in names:
        held["reference"] = names[reference]
    return held


def _addresses(
    record: Record, given: Shown, found: dict[str, Json], known: frozenset[str]
) -> dict[str, str]:
    """Return the public reference of each resource that can be read by itself."""
    names: dict[str, str] = {}
    taken: dict[str, int] = {}
    for name, each in found.items():
        kind = each["resourceType"]
        if kind == "Patient":
            names[name] = f"Patient/{record.patient_id}"
        elif kind == "Binary":
            names[name] = f"Binary/{public_id(record, given.stored.id)}"
        elif kind in known:
            said = _said(each)
            taken[said] = taken.get(said, 0) + 1
            token = record.keys.token(
                "derived", f"{given.stored.id} {taken[said]} {said}"
            )
            address = Address(record.patient_id, given.stored.id, token[:32])
            names[name] = f"{kind}/{address}"
    return names


def _said(resource: Json) -> str:
    """Return what names a fact: what it says, less what depends on its surroundings."""
    kind = str(resource["resourceType"])
    if kind == "Composition":
        return kind  # one for each document
    held = {n: _bare(v) for n, v in resource.items() if n not in UNSAID}
    return f"{kind} {dump(held).decode()}"


def _bare(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a value without its references: whom they lead to may be hidden."""
    if isinstance(value, dict):
        return {n: _bare(v) for n, v in sorted(value.items()) if n != "reference"}
    return [_bare(each) for each in value] if isinstance(value, list) else value


def _complete(
    record: Record,
    given: Shown,
    found: dict[str, Json],
    names: dict[str, str],
    name: str,
) -> Json:
    """Return a resource with its public id, its references resolved, the rest contained."""
    inside = _inside(found[name], found, names)
    local = {each: f"part-{n}" for n, each in enumerate(inside, 1)}
    links = names | {each: f"#{own}" for each, own in local.items()}
    linked = _linked(_plain(found[name]), links)
    contained = [
        _linked(_plain(found[each]), links) | {"id": own} for each, own in local.items()
    ]
    stored = given.stored
    head: Json = {
        "resourceType": linked["resourceType"],
        "id": names[name].partition("/")[2],
        "meta": {
            "lastUpdated": stored.recorded.isoformat(timespec="milliseconds"),
            "source": f"DocumentReference/{public_id(record, stored.id)}",
        },
    }
    contained = [*linked.pop("contained", []), *contained]
    held = {n: v for n, v in linked.items() if n not in head}
    return head | ({"contained": contained} if contained else {}) | held


def _plain(resource: Json) -> Json:
    """Return a resource without what is made anew, or may not be in a contained one."""
    return {n: v for n, v in resource.items() if n != "meta"}


def _inside(resource: Json, found: dict[str, Json], names: dict[str, str]) -> list[str]:
    """Return what has to be contained: all that is referred to and has no address.

    In the order of the references: that of the names is chance.
    """
    wanted = list(_references(resource))
    inside: dict[str, None] = {}
    while wanted:
        name = wanted.pop()
        if name in found and name not in names and name not in inside:
            inside[name] = None
            wanted.extend(_references(found[name]))
    return list(inside)


def _references(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def _linked(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
    """Return a value with each reference to a part of the document resolved.

    One that leads nowhere in what the reader is given is left out.
    """
    if isinstance(value, list):
        return [v for each in value if (v := _linked(each, names)) != {}]
    if not isinstance(value, dict):
        return value
    held = {n: _linked(v, names) for n, v in value.items()}
    reference = held.get("reference")
    if isinstance(reference, str) and not reference.startswith("#"):
        held.pop("reference")
        if reference in names:
            held = {"reference": names[reference]} | held
    # FHIR has no empty object or array.
    return {n: v for n, v in held.items() if v not in ({}, [])}
