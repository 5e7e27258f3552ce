"""Numbers that a sender counted up: a missing one would tell that something is missing."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid5

from mappings.fhir.elements import string, words
from mappings.fhir.references import identifiers, token
from mappings.fhir.rendition.canonical import RENDITIONS
from mappings.submission import Identifier, JsonObject

_COUNTED_OTHERWISE = words(
    "Binary Composition Device DocumentReference HealthcareService Location Medication "
    "Organization Patient Practitioner PractitionerRole RelatedPerson"
)
"""People, places and things: their identifiers come from registries, not from this
document; those of documents are decided elsewhere."""

_RANKED = words("dosage dosageInstruction")


def numbered(resources: Iterable[JsonObject]) -> frozenset[Identifier]:
    """Return the identifiers of the statements among ``resources``."""
    return frozenset(
        known
        for one in resources
        if string(one, "resourceType") not in _COUNTED_OTHERWISE
        for identifier in identifiers(one)
        if (known := token(identifier))
    )


def unordered(resource: JsonObject, numbers: frozenset[Identifier]) -> JsonObject:
    """Return ``resource`` with these identifiers as UUIDs, wherever they are named.

    Dosages are numbered again from one.
    """
    found = _value(resource, numbers)
    return found if isinstance(found, dict) else {}


def _value(value: Any, numbers: frozenset[Identifier]) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, list):
        return [_value(one, numbers) for one in value]
    if not isinstance(value, dict):
        return value
    known = token(value)
    if known in numbers:
        named = {
            "system": "urn:ietf:rfc:3986",
            "value": uuid5(RENDITIONS, str(known)).urn,
        }
        return value | named
    return {
        name: _ranked(item) if name in _RANKED else _value(item, numbers)
        for name, item in value.items()
    }


def _ranked(items: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Number dosages by rank: those that are taken one after the other, and together."""
    if not isinstance(items, list):
        return items
    given = [one.get("sequence") for one in items if isinstance(one, dict)]
    ranks = sorted({number for number in given if isinstance(number, int)})
    return [
        one | {"sequence": ranks.index(one["sequence"]) + 1}
        if isinstance(one, dict) and one.get("sequence") in ranks
        else one
        for one in items
    ]
