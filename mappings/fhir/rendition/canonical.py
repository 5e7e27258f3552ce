"""The one form of a rendition: nothing in it depends on how the source was written.

Ids and addresses are numbered by position, versions, labels, profiles, signatures and
generated narratives are left out, for every reader and whatever is hidden.
"""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from mappings.fhir.elements import child, children, items, string, words
from mappings.fhir.rendition.links import addresses, unversioned
from mappings.submission import JsonObject

RENDITIONS = UUID("6a0f2c64-2d2c-5b1e-8a55-0d0c8a1f3b77")
"""The name space of every identifier that a rendition is given."""

_TECHNICAL = words("meta implicitRules signature")
_PERSONS = words("Practitioner PractitionerRole RelatedPerson Person")
_CONTACTS = words("address telecom")
"""Where a person is reached: nobody labels it, and it may tell (a centre, a home)."""
_WRITTEN_BY_HAND = "additional"
_POINTS_INTO_TEXT = (
    "http://hl7.org/fhir/StructureDefinition/narrativeLink",
    "http://hl7.org/fhir/StructureDefinition/originalText",
)
_LINKS = words("reference url valueUri valueUrl")


def resource(source: JsonObject, names: Mapping[str, str]) -> JsonObject:
    """Return a resource in canonical form; ``names`` gives addresses their new name."""
    inner = {
        f"#{string(one, 'id')}": f"#c{number}"
        for number, one in enumerate(children(source, "contained"), 1)
    }
    found = _value(source, {**names, **inner}, top=True)
    for number, one in enumerate(children(found, "contained"), 1):
        one["id"] = f"c{number}"
    return found if isinstance(found, dict) else {}


def names(bundle: JsonObject, space: UUID) -> dict[str, str]:
    """Return the new address of each entry, by every address it had."""
    return {
        address: uuid5(space, str(index)).urn
        for index, entry in items(bundle, "entry")
        for address in addresses(entry)
    }


def hollow(found: JsonObject) -> bool:
    """Tell a resource that only holds others and holds none, in any source."""
    kind = string(found, "resourceType")
    inside = {
        "DiagnosticReport": "result conclusion conclusionCode presentedForm media",
        "List": "entry emptyReason note",
        "RequestGroup": "action note",
    }.get(kind)
    return inside is not None and not words(inside) & found.keys()


def sections(owner: JsonObject) -> list[JsonObject]:
    """Return the sections of a Composition or a section that say anything."""
    found = []
    for section in children(owner, "section"):
        kept = {k: v for k, v in section.items() if k != "section"}
        inner = sections(section)
        kept |= {"section": inner} if inner else {}
        if words("text entry section emptyReason") & kept.keys():
            found.append(kept)
    return found


def _value(value: Any, names: Mapping[str, str], *, top: bool = False) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, list):
        kept = [_value(one, names) for one in value]
        return [one for one in kept if one not in ({}, [])]
    if not isinstance(value, dict):
        return value
    top = top or "resourceType" in value
    private = _CONTACTS if string(value, "resourceType") in _PERSONS else frozenset()
    found = {
        name: _link(item, names) if name in _LINKS else _value(item, names)
        for name, item in value.items()
        if name not in private and not _left_out(name, item, top=top)
    }
    if string(value, "url") in _POINTS_INTO_TEXT:
        return {}
    return {k: v for k, v in found.items() if v not in ({}, [], "", None)}


def _link(item: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON value
    if not isinstance(item, str):
        return _value(item, names)
    return names.get(unversioned(item), item)


def _left_out(name: str, item: object, *, top: bool) -> bool:
    if not top:  # the id of an element is for links inside the source
        return name == "id"
    if name in _TECHNICAL:
        return True
    generated = isinstance(item, dict) and item.get("status") != _WRITTEN_BY_HAND
    return name == "text" and generated


def derived_identifier(bundle: JsonObject, content: bytes = b"") -> JsonObject:
    """Return the identifier of the rendition of a document that has this content.

    Without content: of all renditions of the document, which are versions of one.
    """
    known = child(bundle, "identifier")
    name = f"{string(known, 'system')}|{string(known, 'value')}"
    name += f"|{hashlib.sha256(content).hexdigest()}" if content else ""
    return {"system": "urn:ietf:rfc:3986", "value": uuid5(RENDITIONS, name).urn}
