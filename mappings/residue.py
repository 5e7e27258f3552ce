"""What a document says where nobody reads: file names, numbers, addresses, style sheets.

Labels are given to what a person is shown. Words of a hidden fact may also stand in an
identifier (*VIH-2019*) or an address; whoever makes a rendition looks here for them.
"""

import re
from collections.abc import Iterable, Iterator

from mappings import body as bodies
from mappings.cda.document import clinical_document
from mappings.cda.xml import Element
from mappings.content import Content
from mappings.fhir import parse
from mappings.fhir.elements import words
from mappings.format import readings
from mappings.mapped import Refused
from mappings.pdf import unread
from mappings.submission import JsonObject

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WORD = re.compile(r"[^\W\d_]{3}")
_SEPARATORS = re.compile(r"[\W_]+")
_READ = words(
    "code displayName codeSystem codeSystemName unit classCode moodCode typeCode nullFlavor"
    " mediaType representation qualifier use operator"
)
"""Attributes that are read as places, or hold a word of a closed list."""
_CONTACT = "telecom"
_SILENT = words(
    "id system url reference fullUrl valueUri valueUrl valueCanonical profile"
)


def said(body: bytes, content_type: str) -> tuple[Content, ...]:
    """Return the places of a structured document, and words where there are no places.

    Files in it are not read: they are kept or go whole. Empty for what cannot be read.
    """
    try:
        places = bodies.contents(body, content_type, unread)
        if readings(body, content_type) == ("json",):
            return (*places, *beside(parse.parse_json(body)))
        found = _attributes(clinical_document(body).root)
    except Refused:
        return ()
    named = ((f"#{number}", one) for number, one in enumerate(found))
    return (*places, *_worded(named))


def beside(resource: JsonObject) -> tuple[Content, ...]:
    """Return the words in identifiers and addresses of a resource, which are no places."""
    return tuple(_worded(_strings(resource, "")))


def _worded(said: Iterable[tuple[str, str]]) -> Iterator[Content]:
    """Give what holds a word, each words once: many places name one code system."""
    known: set[str] = set()
    for place, text in said:
        plain = _SEPARATORS.sub(" ", _UUID.sub("", text)).strip()
        if plain not in known and _WORD.search(plain):
            known.add(plain)
            yield Content(place, text=plain)


def _attributes(root: Element) -> Iterator[str]:
    for element in root.iter("{*}*"):
        contact = str(element.tag).endswith(f"}}{_CONTACT}")
        for name, value in element.items():
            if str(name) not in _READ and not (contact and name == "value"):
                yield str(value)


def _strings(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in _SILENT and isinstance(item, str):
                yield f"{place}/{key}", item
            elif not isinstance(item, str):
                yield from _strings(item, f"{place}/{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _strings(item, f"{place}/{number}")
