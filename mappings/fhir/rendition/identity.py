"""The patient of a rendition: the current identity of the record, never a former one.

DESIGN 9: outside an original, a former first name or sex marker is shown to nobody but
the patient. Who has a first name in use is shown with it and with no other; the name of
a source is never copied.
"""

from collections.abc import Collection
from typing import Any

from mappings.fhir.elements import child, string, words
from mappings.fhir.references import identifiers, token
from mappings.submission import JsonObject, Traits

_KEPT = ("generalPractitioner", "managingOrganization")
"""What a document says of the person that no former identity can hide in."""

REPLACED = ("identifier", "name", "gender", "birthDate", "resourceType", "id")
"""What the record says instead of the document; no hidden place counts there."""


def current(source: JsonObject, identity: Traits) -> JsonObject:
    """Return the Patient that every reader of renditions is shown.

    Contact details are left out: they may spell a former name or name a home that tells.
    Everything else but who is in charge is ``identity``.
    """
    found: JsonObject = {
        "resourceType": "Patient",
        "id": string(source, "id"),
        "identifier": [
            {"system": one.system, "value": one.value} for one in identity.identifiers
        ],
        "name": _names(identity),
        "gender": identity.gender,
        "birthDate": identity.birth_date,
    }
    found |= {name: source[name] for name in _KEPT if name in source}
    return {name: value for name, value in found.items() if value}


def is_the_patient(resource: JsonObject, identity: Traits) -> bool:
    """Tell whether a Patient has one of the identifiers of the record."""
    known = {token(one) for one in identifiers(resource)}
    return not known.isdisjoint(identity.identifiers)


def _names(identity: Traits) -> list[JsonObject]:
    used = [identity.used_given] if identity.used_given else list(identity.given)
    family = identity.used_family or identity.family
    shown = {"use": "usual", "family": family, "given": used}
    if identity.used_given not in {"", *identity.given[:1]}:
        return [_said(shown)]
    official = {
        "use": "official",
        "family": identity.family,
        "given": list(identity.given),
    }
    same = (shown["family"], shown["given"]) == (official["family"], official["given"])
    return [one for one in ([official] if same else [official, shown]) if _said(one)]


def _said(name: JsonObject) -> JsonObject:
    return {part: value for part, value in name.items() if value}


_DENOTE_THE_PATIENT = words("subject patient beneficiary for")


def unnamed(value: Any, addresses: Collection[str], who: Traits) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value without the names written beside references to the patient.

    A reference is one to the patient by its address, by an identifier of the record, or
    by the element it stands in.
    """
    if isinstance(value, list):
        return [unnamed(one, addresses, who) for one in value]
    if not isinstance(value, dict):
        return value
    if string(value, "reference") in addresses or token(child(value, "identifier")) in (
        who.identifiers
    ):
        return _without_display(value)
    return {
        name: _without_display(item)
        if name in _DENOTE_THE_PATIENT and isinstance(item, dict)
        else unnamed(item, addresses, who)
        for name, item in value.items()
    }


def _without_display(reference: JsonObject) -> JsonObject:
    return {k: v for k, v in reference.items() if k not in {"display", "_display"}}
