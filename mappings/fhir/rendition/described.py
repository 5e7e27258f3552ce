"""The metadata of a rendition, without a former first name or sex marker (DESIGN 9).

What describes a document is not in it: a title of an event, the name of an author, a link.
Replaced where that is safe, as in the document; else the words are left out.
"""

from typing import Any

from mappings.fhir.elements import children, string, words
from mappings.fhir.identity import traits_of
from mappings.fhir.references import Found
from mappings.fhir.rendition.former import of_another
from mappings.former import Renaming, stated
from mappings.spelling import folded
from mappings.submission import JsonObject, Traits

_OF_FHIR = words("resourceType contentType hash size status language code")
"""Words of closed lists, and numbers: nothing a producer says of the patient."""
_LINKS = words("id reference url system type")
"""Elements whose words are never replaced: they would lead elsewhere."""


def described(metadata: JsonObject, identity: Traits) -> JsonObject:
    """Return what describes a document, with nothing of a former identity of the person.

    ``identity`` is the person's now; a Patient contained says what the document's header
    said. Somebody else of the former first name keeps it.
    """
    own = [one for one in children(metadata, "contained") if _kind(one) == "Patient"]
    said = traits_of(Found(own[0], "Patient")) if own else Traits(())
    renaming = Renaming.of(stated(said, identity), identity)
    if renaming is None:
        return metadata
    found = _renamed(metadata, renaming, "")
    return found if isinstance(found, dict) else {}


def _kind(resource: JsonObject) -> str:
    return string(resource, "resourceType")


def _renamed(value: Any, renaming: Renaming, name: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value renamed, None for what tells and cannot be replaced."""
    if isinstance(value, list):
        kept = [_renamed(one, renaming, name) for one in value]
        return [one for one in kept if one is not None] or None
    if isinstance(value, dict):
        if of_another(value, renaming):
            return value
        held = {k: _renamed(v, renaming, k) for k, v in value.items()}
        return {k: v for k, v in held.items() if v is not None} or None
    if not isinstance(value, str) or name in _OF_FHIR:
        return value
    text = value if name in _LINKS else renaming.renamed(value)
    return None if _tells(text, renaming) else text


def _tells(text: str, renaming: Renaming) -> bool:
    """Tell whether a former name is there, also glued to other words; not a carer's."""
    if renaming.said(text):
        return True
    rest = text if renaming.names is None else renaming.names.sub(" ", folded(text))
    return renaming.within(rest)
