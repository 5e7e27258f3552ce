"""What a FHIR resource says, place by place: its codes, its texts, its attachments.

Every string is read unless its element cannot hold words about the person (identifiers,
addresses, links, dates): forgetting an element here would leave a fact unlabelled.
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
    if _is_coding(owner, name):
        yield from _coding(owner, place)
        skipped = {"code", "display"}
    else:
        skipped = set()
    if string(owner, "resourceType") in _PERSONS_OF_CARE:
        skipped.add("name")
    for key, value in owner.items():
        if key in _BYTES and isinstance(value, str):
            yield from _bytes(owner, value, pdf, f"{place}/{key}")
        elif key not in skipped and key not in _CLOSED:
            yield from _value(value, pdf, f"{place}/{_escaped(key)}", key)


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
    elif name not in _SILENT and text.strip() and not _DATE.fullmatch(text):
        yield Content(place, text=text)


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
