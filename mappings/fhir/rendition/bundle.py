"""The rendition of a Bundle: entries that are hidden, and what they take with them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import uuid5

from mappings.fhir.elements import child, codings, items, string
from mappings.fhir.parse import dump
from mappings.fhir.rendition import canonical
from mappings.fhir.rendition.hidden import Hidden, but
from mappings.fhir.rendition.identity import REPLACED, current, is_the_patient, unnamed
from mappings.fhir.rendition.links import addresses, gone, targets
from mappings.fhir.rendition.order import numbered, unordered
from mappings.fhir.rendition.prune import Lost, Pruner
from mappings.fhir.rendition.sentences import Phrases, phrases
from mappings.submission import JsonObject, Traits
from mappings.terminology import document_type, uri

_NAMING = ("code", "display", "text", "coding")

Kept = dict[int, JsonObject]
"""The resources that stay, by the index of their entry."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """The resources of a Bundle that stay, and the words they may not repeat."""

    kept: Kept
    phrases: Phrases


def rendition(
    bundle: JsonObject, hidden: Hidden, identity: Traits
) -> JsonObject | None:
    """Return the rendition of a Bundle, None when nothing worth reading is left."""
    patients = _patients(bundle, identity)
    found = _settled(bundle, hidden, patients)
    kept = {index: one for index, one in found.kept.items() if index not in patients}
    untold = hidden.at("entry").at("0").at("resource").at("title")
    if not kept or (_is_document(bundle) and not _composed(bundle, found, untold)):
        return None
    shown = found.kept | {
        index: current(one, identity)
        for index, one in found.kept.items()
        if index in patients
    }
    named = {
        a for i, e in items(bundle, "entry") if i in patients for a in addresses(e)
    }
    return _canonical(
        bundle, {i: unnamed(r, named, identity) for i, r in shown.items()}
    )


def _is_document(bundle: JsonObject) -> bool:
    return string(bundle, "type") == "document"


def _patients(bundle: JsonObject, identity: Traits) -> frozenset[int]:
    """Return the entries that are the patient: by identifier, else the only Patient."""
    found = {
        index: child(entry, "resource")
        for index, entry in items(bundle, "entry")
        if string(child(entry, "resource"), "resourceType") == "Patient"
    }
    sure = {i for i, one in found.items() if is_the_patient(one, identity)}
    return frozenset(sure or (found if len(found) == 1 else ()))


def _settled(bundle: JsonObject, hidden: Hidden, patients: frozenset[int]) -> Pruned:
    """Prune until nothing more is lost: a resource that goes may take others along."""
    pruned = Pruned({}, Phrases())
    lost: frozenset[int] = frozenset()
    while True:
        pruner = Pruner(gone(bundle, lost), pruned.phrases)
        kept = {
            i: r for i, r in _pruned(bundle, hidden, pruner, patients) if i not in lost
        }
        out = _out(bundle, kept)
        told = [hidden_part(bundle, hidden), *(_resources(bundle, out))]
        again = Pruned(kept, phrases(told, kept.values()))
        if out == lost and again.phrases == pruned.phrases:
            return again
        lost, pruned = out, again


def _pruned(
    bundle: JsonObject, hidden: Hidden, pruner: Pruner, patients: frozenset[int]
) -> Iterator[tuple[int, JsonObject]]:
    for index, entry in items(bundle, "entry"):
        source = child(entry, "resource")
        at = hidden.at("entry").at(str(index))
        inside = at.at("resource")
        if index in patients:
            inside = replace(but(inside, *REPLACED), whole=False)
        elif at.whole:
            continue
        elif string(source, "resourceType") == "Composition":
            inside = but(inside, "title")
        found = pruner.resource(source, inside)
        if index in patients and isinstance(found, Lost):
            found = {n: source[n] for n in ("resourceType", "id") if n in source}
        if found and not isinstance(found, Lost) and not canonical.hollow(found):
            yield index, found


def _out(bundle: JsonObject, kept: Kept) -> frozenset[int]:
    """Return the entries that go: lost ones, and those that only these led to."""
    source = dict(_all(bundle))
    out = source.keys() - kept.keys()
    if _is_document(bundle) and 0 in kept:
        before, after = _reached(bundle, source), _reached(bundle, kept)
        out |= before - after
    return frozenset(out)


def _all(bundle: JsonObject) -> Iterator[tuple[int, JsonObject]]:
    for index, entry in items(bundle, "entry"):
        yield index, child(entry, "resource")


def _resources(bundle: JsonObject, indexes: frozenset[int]) -> list[JsonObject]:
    return [resource for index, resource in _all(bundle) if index in indexes]


def _reached(bundle: JsonObject, resources: Kept) -> set[int]:
    """Return the entries that the Composition leads to, in one step or many."""
    at = {a: i for i, entry in items(bundle, "entry") for a in addresses(entry)}
    waiting, found = [0], {0}
    while waiting:
        named = targets(resources.get(waiting.pop(), {}))
        new = {at[address] for address in named if address in at} - found
        found |= new
        waiting.extend(new)
    return found


def hidden_part(value: object, hidden: Hidden) -> object:
    """Return what of a value is hidden whole, in the structure it stands in."""
    if hidden.whole:
        return value
    if isinstance(value, dict):
        if "resourceType" not in value and any(hidden.at(n).whole for n in _NAMING):
            return value  # a code and its display, a text and its codes: one meaning
        return {
            k: hidden_part(v, hidden.at(k)) for k, v in value.items() if hidden.at(k)
        }
    if isinstance(value, list):
        at = ((v, hidden.at(str(i))) for i, v in enumerate(value))
        return [hidden_part(v, inside) for v, inside in at if inside]
    return None


def _composed(bundle: JsonObject, found: Pruned, untold: Hidden) -> bool:
    """Put the Composition in order; False when the document has nothing left to say.

    A title is mandatory: one that tells becomes the name of the class of the document.
    """
    composition = found.kept.get(0, {})
    sections = canonical.sections(composition)
    if not sections:
        return False
    origin = child(bundle, "identifier") or child(composition, "identifier")
    if untold or any(found.phrases.spans(string(composition, "title"))):
        composition["title"] = _neutral_title(composition)
    composition |= {
        "section": sections,
        "identifier": canonical.derived_identifier(bundle),
        "confidentiality": "N",
        "relatesTo": [{"code": "transforms", "targetIdentifier": origin}],
    }
    return True


def _neutral_title(composition: JsonObject) -> str:
    for coding in codings(child(composition, "type")):
        known = document_type.document_class(
            uri(string(coding, "system")), string(coding, "code")
        )
        if known:
            return known[1]
    return "Document"


def _canonical(bundle: JsonObject, kept: Kept) -> JsonObject:
    """Write the Bundle twice: its identifier, and so its addresses, name its content."""
    numbers = numbered(kept.values())
    shown = {index: unordered(one, numbers) for index, one in sorted(kept.items())}
    family = canonical.derived_identifier(bundle)
    content = dump(_written(bundle, shown, family))
    return _written(bundle, shown, canonical.derived_identifier(bundle, content))


def _written(bundle: JsonObject, shown: Kept, identifier: JsonObject) -> JsonObject:
    space = uuid5(canonical.RENDITIONS, string(identifier, "value"))
    staying = {
        **bundle,
        "entry": [e for i, e in items(bundle, "entry") if i in shown],
    }
    names = canonical.names(staying, space)
    found = {
        "resourceType": "Bundle",
        "identifier": identifier,
        "type": string(bundle, "type"),
        "timestamp": string(bundle, "timestamp"),
        "entry": [
            _entry(resource, names, uuid5(space, str(number)).urn)
            for number, resource in enumerate(shown.values())
        ],
    }
    return {name: value for name, value in found.items() if value}


def _entry(resource: JsonObject, names: dict[str, str], address: str) -> JsonObject:
    found = canonical.resource(resource, names)
    named = {
        "resourceType": string(found, "resourceType"),
        "id": address.removeprefix("urn:uuid:"),
    }
    return {"fullUrl": address, "resource": {**named, **found, **named}}
