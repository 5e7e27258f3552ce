"""A resource without its hidden elements, and without what makes no sense alone.

What is lost is lost by hiding only: an element that the source lacks takes nothing with
it, so a document in which the fact was never written comes out the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from mappings.fhir.elements import string, words
from mappings.fhir.rendition.hidden import Hidden, cuts, spans
from mappings.fhir.rendition.links import Gone, contained_gone, unversioned
from mappings.fhir.rendition.mandatory import type_of, vital
from mappings.fhir.rendition.narrative import redacted
from mappings.fhir.rendition.sentences import Phrases, without
from mappings.submission import JsonObject


@dataclass(frozen=True, slots=True)
class Lost:
    """Stands for an element of which nothing may be shown."""


LOST: Final = Lost()

_LINKS = frozenset({"url", "valueUri", "valueUrl"})
_BYTES = frozenset({"data", "valueBase64Binary"})
_PROSE = words("text conclusion description comment valueString valueMarkdown summary")
_ADMINISTRATIVE = words("resourceType id meta use url extension system mode status")
"""What is left when an element has said all: nothing of it is worth a line alone."""

_ONE_MEANING = (
    words("coding text"),
    words("value unit system code comparator"),
    words("low high numerator denominator"),
    words("contentType data url title size hash language creation"),
    words("use type system value period assigner"),
    words("origin period factor lowerLimit upperLimit dimensions data"),
)
"""Elements that say one thing in several ways: CodeableConcept, Quantity, Range,
Ratio, Attachment, Identifier, SampledData. Losing one way loses the element."""

_MODIFIER = "modifierExtension"
_EXTENSIONS = frozenset({"extension", _MODIFIER})
"""The parts of an extension have one meaning; a modifier changes that of its element."""

_OF_THE_PATIENT = words("subject patient beneficiary for")
_DOSAGES = words("dosage dosageInstruction")


@dataclass(frozen=True, slots=True)
class Pruner:
    """Prunes one resource: what is gone around it, the words that must not be repeated."""

    gone: Gone
    phrases: Phrases

    def resource(self, resource: JsonObject, hidden: Hidden) -> JsonObject | Lost:
        """Return the resource without what is hidden in it, or LOST.

        Contained resources that are lost take their references with them.
        """
        if hidden.whole:
            return LOST
        lost: frozenset[int] = frozenset()
        while True:
            inside = contained_gone(resource, lost)
            gone = replace(self.gone, addresses=self.gone.addresses | inside)
            inner = Pruner(gone, self.phrases)
            found = inner.element(
                resource, hidden, string(resource, "resourceType"), ""
            )
            now = inner.lost_contained(resource, hidden)
            if now == lost or isinstance(found, Lost):
                return found
            lost = now

    def lost_contained(self, resource: JsonObject, hidden: Hidden) -> frozenset[int]:
        """Return the indexes of the contained resources that are lost."""
        listed, at = resource.get("contained"), hidden.at("contained")
        return frozenset(
            index
            for index, one in enumerate(listed if isinstance(listed, list) else ())
            if isinstance(self.value(one, at.at(str(index)), "", "contained"), Lost)
        )

    def element(
        self, owner: JsonObject, hidden: Hidden, kind: str, name: str
    ) -> JsonObject | Lost:
        """Return an object without what is hidden in it, or LOST."""
        if "resourceType" not in owner and self.gone.holds(owner):
            return LOST
        kept: JsonObject = {}
        lost: set[str] = set()
        for key, value in owner.items():
            at, type_ = hidden.at(key), type_of(kind, key)
            if isinstance(value, list):
                one = key == _MODIFIER or (key == "extension" and name in _EXTENSIONS)
                found = self._array(value, at, type_, key, one_meaning=one)
            else:
                found = self.value(value, at, type_, key)
            if isinstance(found, Lost):
                lost.add(key)
            elif found is not None:
                kept[key] = found
        _with_extensions(owner, kept, lost, hidden)
        if _taken_along(owner, lost, kind, name) or (lost and not _worth(kept)):
            return LOST
        return LOST if "display" in lost and self._is_name(owner, name) else kept

    def _is_name(self, owner: JsonObject, name: str) -> bool:
        """Tell a reference to something outside the source, which only its display names."""
        address = unversioned(string(owner, "reference"))
        inside = address.startswith("#") or address in self.gone.there
        return bool(address) and not inside and name not in _OF_THE_PATIENT

    def value(self, value: Any, hidden: Hidden, kind: str, name: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return a value without what is hidden in it: LOST, or None for an empty one."""
        if hidden.whole:
            return LOST
        if isinstance(value, dict):
            return self._object(value, hidden, kind, name)
        if isinstance(value, list):
            return self._array(value, hidden, kind, name)
        if isinstance(value, str):
            return self._string(value, hidden, name)
        return value

    def _object(
        self, value: JsonObject, hidden: Hidden, kind: str, name: str
    ) -> JsonObject | Lost | None:
        if isinstance(value.get("resourceType"), str):
            return self.resource(value, hidden)
        found = self.element(value, hidden, kind, name)
        return found or None if isinstance(found, dict) else found

    def _array(
        self,
        values: list[Any],
        hidden: Hidden,
        kind: str,
        name: str,
        *,
        one_meaning: bool = False,
    ) -> list[Any] | Lost | None:
        """Return what stays of a list; one that has one meaning stays whole or goes."""
        if hidden.whole:
            return LOST
        found = [
            self.value(value, hidden.at(str(index)), kind, name)
            for index, value in enumerate(values)
        ]
        kept = [one for one in found if not isinstance(one, Lost)]
        none_left = one_meaning or not any(one is not None for one in kept)
        if len(kept) < len(found) and none_left:
            return LOST
        primitive = all(not isinstance(value, dict | list) for value in values)
        return (kept if primitive else [k for k in kept if k is not None]) or None

    def _string(self, text: str, hidden: Hidden, name: str) -> str | Lost | None:
        if name == "div":
            source = cuts(hidden)
            return redacted(text, self.phrases.cuts(text, source)) or LOST
        if name in _BYTES and hidden:
            return LOST
        if name in _LINKS and unversioned(text) in self.gone.addresses:
            return LOST
        gone = spans(hidden) if hidden else ()
        if name in _PROSE:
            gone = (*gone, *self.phrases.spans(text))
        return (without(text, gone) or LOST) if gone else text or None


def _taken_along(owner: JsonObject, lost: set[str], kind: str, name: str) -> bool:
    """Tell whether what is lost takes its element with it."""
    if not lost:
        return False
    if lost & vital(kind) or _MODIFIER in lost:
        return True
    if lost & {"code", "display"} and _is_coding(owner, name):
        return True
    if name in _DOSAGES and "text" in lost:
        return True
    named = {key for key in owner if key[0] != "_"} - {"id", "extension"}
    return any(named <= ways and lost & ways for ways in _ONE_MEANING)


def _is_coding(owner: JsonObject, name: str) -> bool:
    known = words("id extension system version code display userSelected _display")
    return name in {"coding", "valueCoding"} or (owner.keys() <= known)


def _worth(kept: JsonObject) -> bool:
    return any(key not in _ADMINISTRATIVE and key[0] != "_" for key in kept)


def _with_extensions(
    owner: JsonObject, kept: JsonObject, lost: set[str], hidden: Hidden
) -> None:
    """Let ``_name`` follow ``name``: a lost primitive takes its extensions with it."""
    for key in [key for key in kept if key.startswith("_")]:
        plain = key[1:]
        if plain in lost:
            del kept[key]
        elif isinstance(owner.get(plain), list) and isinstance(kept[key], list):
            gone = set(_whole(owner[plain], hidden.at(plain)))
            kept[key] = [v for i, v in enumerate(kept[key]) if i not in gone]


def _whole(values: list[Any], hidden: Hidden) -> Iterator[int]:
    return (index for index in range(len(values)) if hidden.at(str(index)).whole)
