"""``rendition``: hiding facts of a FHIR resource or document so that they never were."""

from collections.abc import Collection

from mappings.fhir.elements import children, string
from mappings.fhir.rendition import bundle, canonical
from mappings.fhir.rendition.hidden import Hidden, hidden_tree
from mappings.fhir.rendition.identity import current, unnamed
from mappings.fhir.rendition.links import Gone
from mappings.fhir.rendition.order import numbered, unordered
from mappings.fhir.rendition.prune import Lost, Pruner
from mappings.fhir.rendition.sentences import Phrases, phrases
from mappings.submission import JsonObject, Traits


def rendition(
    resource: JsonObject, hidden: Collection[str], identity: Traits
) -> JsonObject | None:
    """Return ``resource`` without the ``hidden`` places, or None when nothing is left.

    ``hidden`` are JSON pointers with fragments, as in the README of this package's
    parent; ``identity`` is the patient's current one. A Bundle, best a document, or any
    other resource. The source is not changed. Promises that what comes out equals the
    rendition of the same source in which the hidden fact was never written.
    """
    tree = hidden_tree(hidden)
    if tree.whole:
        return None
    if string(resource, "resourceType") == "Bundle":
        return bundle.rendition(resource, tree, identity)
    return _alone(resource, tree, identity)


def _alone(resource: JsonObject, hidden: Hidden, identity: Traits) -> JsonObject | None:
    if string(resource, "resourceType") == "Patient":
        return canonical.resource(current(resource, identity), {})
    first = Pruner(Gone(), Phrases()).resource(resource, hidden)
    told = bundle.hidden_part(resource, hidden)
    if isinstance(first, Lost):
        return None
    found = Pruner(Gone(), phrases([told], [first])).resource(resource, hidden)
    if isinstance(found, Lost) or canonical.hollow(found):
        return None
    inner = [
        current(one, identity) if string(one, "resourceType") == "Patient" else one
        for one in children(found, "contained")
    ]
    named = {
        f"#{string(o, 'id')}" for o in inner if string(o, "resourceType") == "Patient"
    }
    bare = unnamed({**found, "contained": inner}, named, identity)
    whole = unordered(bare, numbered([found]))
    return canonical.resource(whole, {}) or None
