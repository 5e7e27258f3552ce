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
from mappings.fhir.elements import string, words
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
    "id system url reference fullUrl valueUri valueUrl valueCanonical profile language"
    " instantiatesCanonical instantiatesUri instantiates derivedFromCanonical status"
    " implicitRules contentType valueId valueOid valueUuid type source"
)
"""Elements that hold identifiers, links and words of FHIR, which nobody is shown."""
_CARERS = words("Practitioner PractitionerRole")
_WHO_AND_WHERE = words("address telecom name")
"""What is not read of a carer as a place: it says who somebody is, or where."""
_TOWNS = words("city district state postalCode country")
"""Names of towns are words of our rules (Condom, in the Gers)."""
_SAMPLES = words("origin period dimensions")
"""Elements of SampledData, beside whose values may stand."""
_STANDARD = "urn:iso:std:"
"""Begins the names of code systems of ISO; *std* is a word of our rules."""
_HUMP = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")


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


def unread_words(body: bytes, content_type: str) -> tuple[Content, ...]:
    """Return the words of a FHIR resource that stand in no place; never raises.

    Empty for a CDA, whose attributes are read as places when they hold words
    (mappings/cda/margins.py), and for what cannot be read.
    """
    if readings(body, content_type) != ("json",):
        return ()
    try:
        return beside(parse.parse_json(body))
    except Refused:
        return ()


def beside(resource: JsonObject) -> tuple[Content, ...]:
    """Return the words in identifiers and addresses of a resource, which are no places."""
    return tuple(_worded(_strings(resource, "", "")))


def _worded(said: Iterable[tuple[str, str]]) -> Iterator[Content]:
    """Give what holds a word, each words once: many places name one code system."""
    known: set[str] = set()
    for place, text in said:
        bare = _UUID.sub("", text.removeprefix(_STANDARD))
        plain = _SEPARATORS.sub(" ", bare).strip()
        for spoken in (plain, _HUMP.sub(" ", plain)):  # suiviVIH; but CeGIDD is one
            if spoken not in known and _WORD.search(spoken):
                known.add(spoken)
                yield Content(place, text=spoken)


def _attributes(root: Element) -> Iterator[str]:
    for element in root.iter("{*}*"):
        contact = str(element.tag).endswith(f"}}{_CONTACT}")
        for name, value in element.items():
            if str(name) not in _READ and not (contact and name == "value"):
                yield str(value)


def _strings(value: object, place: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield every string of a silent element with its place, whatever it stands in."""
    if isinstance(value, dict):
        carer = string(value, "resourceType") in _CARERS
        samples = value.keys() >= _SAMPLES
        for key, item in value.items():
            at = f"{place}/{key}"
            if (carer and key in _WHO_AND_WHERE) or (samples and key == "data"):
                yield from ((at, text) for text in _every(item))
            else:
                yield from _strings(item, at, key)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _strings(item, f"{place}/{number}", name)
    elif isinstance(value, str) and name in _SILENT:
        yield place, value


def _every(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = [item for key, item in value.items() if key not in _TOWNS]
    if isinstance(value, list):
        for item in value:
            yield from _every(item)
    elif isinstance(value, str):
        yield value
