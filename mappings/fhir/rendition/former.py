"""A former first name and sex marker in a FHIR resource: replaced, or hidden (DESIGN 9).

As in a CDA: replaced beside the family name, hidden with its sentence, block or element
everywhere else. What is left where no place can be hidden leaves no rendition at all.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from mappings.cda.rendition.sentences import around
from mappings.content import Content
from mappings.fhir.content import contents
from mappings.fhir.elements import string, words
from mappings.fhir.narrative import blocks
from mappings.former import Renaming
from mappings.pdf import PdfReader
from mappings.submission import JsonObject

_TAGS = re.compile(r"(<[^<>]*+>)")
_PROSE = re.compile(
    r"/(?:text|conclusion|description|comment|clinicalNotes|patientInstruction)\Z"
)
_NOT_WORDS = words(
    "contentType data fullUrl hash id language reference resourceType system url "
    "valueBase64Binary"
)
"""Elements whose words are no prose: a name in them is not replaced."""


def settled(
    resource: JsonObject, hidden: Collection[str], renaming: Renaming, pdf: PdfReader
) -> tuple[JsonObject, frozenset[str]]:
    """Return a resource with its patient renamed, and all that is to be hidden of it.

    Characters hidden in a text that a renaming changed hide that text: their numbers are
    those of the text as it was.
    """
    named = _renamed(resource, renaming, "")
    moved = set(_moved(resource, named, ""))
    kept = (_widened(place) if _path(place) in moved else place for place in hidden)
    return named, frozenset((*kept, *_places(named, renaming, pdf)))


def _renamed(value: Any, renaming: Renaming, name: str) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {k: _renamed(v, renaming, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_renamed(one, renaming, name) for one in value]
    if not isinstance(value, str) or name in _NOT_WORDS:
        return value
    if name != "div":
        return renaming.renamed(value)
    parts = _TAGS.split(value)
    return "".join(p if p[:1] == "<" else renaming.renamed(p) for p in parts)


def _moved(before: Any, after: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Yield the pointers of the texts that a renaming changed."""
    if isinstance(before, dict):
        for key, value in before.items():
            yield from _moved(value, after[key], f"{path}/{_escaped(key)}")
    elif isinstance(before, list):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _moved(old, new, f"{path}/{index}")
    elif before != after:
        yield path


def _path(place: str) -> str:
    return place.partition("#")[0]


def _widened(place: str) -> str:
    """Return the text or block in which characters are named."""
    return place.partition("#char=")[0]


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _places(resource: JsonObject, renaming: Renaming, pdf: PdfReader) -> Iterator[str]:
    """Yield the places of a renamed resource that still repeat a former first name."""
    others = set(_others(resource, renaming, ""))
    for content in contents(resource, pdf):
        above = content.place.rpartition("/name/")[0]
        if f"{above}/name" in others and content.place.startswith(f"{above}/name/"):
            continue
        yield from _parts(content, renaming)


def tells_former(value: Any, renaming: Renaming, name: str = "") -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether a finished rendition still says a former name anywhere: it must not."""
    if isinstance(value, dict):
        if of_another(value, renaming):
            return False
        return any(tells_former(one, renaming, key) for key, one in value.items())
    if isinstance(value, list):
        return any(tells_former(one, renaming, name) for one in value)
    if not isinstance(value, str):
        return False
    said = blocks(value) if name == "div" else (value,)
    return any(map(renaming.said, said))


def _parts(content: Content, renaming: Renaming) -> Iterator[str]:
    for start, end in renaming.said(content.text):
        place = content.place
        path, _, fragment = place.partition("#")
        spoken = _PROSE.search(path) or path.endswith("/div")
        if not spoken or (fragment and not fragment.startswith("block=")):
            yield place
            return
        first, last = around(content.text, start, end)
        yield f"{place}#char={first},{last}"


def _others(value: Any, renaming: Renaming, path: str) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Yield the paths of ``name`` that hold the names of somebody else."""
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from _others(one, renaming, f"{path}/{index}")
    elif isinstance(value, dict):
        if of_another(value, renaming):
            yield path.rpartition("/")[0] if path[-1:].isdigit() else path
        for key, one in value.items():
            yield from _others(one, renaming, f"{path}/{_escaped(key)}")


def of_another(value: JsonObject, renaming: Renaming) -> bool:
    """Tell whether an object is a HumanName with a family name that is not theirs."""
    family = string(value, "family")
    return bool(family) and "given" in value and not renaming.same_family(family)
