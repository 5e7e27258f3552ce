"""What a FHIR resource says, place by place: its codes, its texts, its attachments.

Every string is read unless its element cannot hold words about the person (addresses and
telecoms of persons, links, dates): forgetting an element here would leave a fact
unlabelled. Identifiers and URIs are read when there are words in them.
"""

import re
from collections.abc import Iterator

from mappings import body as bodies
from mappings.content import Code, Content
from mappings.fhir.attachment import decode
from mappings.fhir.elements import string, words
from mappings.fhir.narrative import blocks
from mappings.pdf import PdfReader
from mappings.submission import JsonObject
from mappings.terminology import uri

_CLOSED = words("address link request response search signature telecom")
"""Elements nothing below which is read."""

_SILENT = words(
    "contentType fullUrl hash id implicitRules language lastUpdated profile reference "
    "resourceType source status system url value valueCanonical valueId valueOid "
    "valueUri valueUrl valueUuid versionId"
)
"""Elements whose own string is not read: identifiers, addresses of things, codes of FHIR."""

_WORDY = words("id value valueId valueUri valueUrl")
"""Silent elements that are read when what they hold is more than a number or an id."""

_WORD = re.compile(r"[^\W\d_]{3}")
_NO_WORDS = re.compile(r"urn:oid:[0-9.]*|(?:urn:uuid:)?[0-9a-fA-F-]{36}")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_ORGANIZATIONS = frozenset({"Organization", "Location", "HealthcareService"})
_TOWNS = words("city district state postalCode country")
"""Names of towns are words of our rules (Condom, in the Gers)."""

_OF_A_CARER = "name of a carer"
"""Stands for ``name`` below a Practitioner: who it is says nothing, titles do."""

_TITLES = words("text prefix suffix")

_DATE = re.compile(r"[0-9][0-9T:.+Z-]*")
_PERSONS_OF_CARE = frozenset({"Practitioner", "PractitionerRole"})
_BYTES = frozenset({"data", "valueBase64Binary"})


def contents(
    resource: JsonObject, pdf: PdfReader, place: str = ""
) -> tuple[Content, ...]:
    """Return each place of ``resource`` that says something, as JSON pointers.

    A coding gives two places, its code (with system and display) and its display. A
    narrative of several blocks gives one place a block, ``…/div#block=n``. Attachments
    are read through :func:`mappings.body.contents`; what cannot be read is opaque, and
    so is a resource nested in attachments beyond what the interpreter can follow.
    """
    try:
        return tuple(_object(resource, pdf, place, ""))
    except RecursionError:
        return (Content(place, opaque=True),)


def _object(
    owner: JsonObject, pdf: PdfReader, place: str, name: str
) -> Iterator[Content]:
    skipped = _left_out(owner, name)
    named = "name" if string(owner, "resourceType") in _PERSONS_OF_CARE else ""
    if _is_coding(owner, name):
        yield from _coding(owner, place)
        skipped |= {"code", "display"}
    for key, value in owner.items():
        at = f"{place}/{_escaped(key)}"
        if key in _BYTES and isinstance(value, str):
            yield from _bytes(owner, value, pdf, at)
        elif key not in skipped:
            yield from _value(value, pdf, at, _OF_A_CARER if key == named else key)


def _left_out(owner: JsonObject, name: str) -> frozenset[str]:
    """Return the elements of ``owner`` that say who somebody is, or where."""
    kind = string(owner, "resourceType")
    if kind in _ORGANIZATIONS:
        return _CLOSED - {"address", "telecom"}
    if name == "address":
        return _CLOSED | _TOWNS
    if name == _OF_A_CARER:
        return _CLOSED | (frozenset(owner) - _TITLES)
    return _CLOSED


def _value(value: object, pdf: PdfReader, place: str, name: str) -> Iterator[Content]:
    if isinstance(value, dict):
        yield from _object(value, pdf, place, name)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _value(item, pdf, f"{place}/{index}", name)
    elif isinstance(value, str):
        yield from _text(value, place, name)


def _text(text: str, place: str, name: str) -> Iterator[Content]:
    if name == "div":
        found = blocks(text)
        for number, block in enumerate(found, 1):
            at = f"{place}#block={number}" if len(found) > 1 else place
            yield Content(at, text=block)
    elif text.strip() and _says(text, name):
        yield Content(place, text=text)


def _says(text: str, name: str) -> bool:
    if name not in _SILENT:
        return not _DATE.fullmatch(text)
    if name == "id":
        return not _ID.fullmatch(text)
    worded = name in _WORDY and _WORD.search(text) is not None
    return worded and not _NO_WORDS.fullmatch(text)


def _is_coding(owner: JsonObject, name: str) -> bool:
    code = owner.get("code")
    quantity = "value" in owner or "unit" in owner
    spoken = (
        "system" in owner or "display" in owner or name in {"coding", "valueCoding"}
    )
    return isinstance(code, str) and spoken and not quantity


def _coding(coding: JsonObject, place: str) -> Iterator[Content]:
    display = string(coding, "display")
    code = Code(_system(string(coding, "system")), string(coding, "code"), display)
    yield Content(f"{place}/code", codes=(code,))
    if display:
        yield Content(f"{place}/display", text=display)


def _system(system: str) -> str:
    return uri(system) if system else ""


def _bytes(
    owner: JsonObject, text: str, pdf: PdfReader, place: str
) -> Iterator[Content]:
    if "origin" in owner:  # SampledData: measured values as text, no document
        return
    found = decode(text)
    if found is None:
        yield Content(place, opaque=True)
    else:
        yield from bodies.contents(found, string(owner, "contentType"), pdf, place)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
