"""A body that is one file (nonXMLBody): a section with a Binary, or with the text."""

import base64
import binascii
import re
from html import escape
from typing import TYPE_CHECKING

from mappings.cda.datatypes import attribute, find
from mappings.cda.document import HL7
from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import translate

if TYPE_CHECKING:
    from mappings.cda.to_fhir.scope import Scope

_H = f"{{{HL7}}}"
_PLAIN = "text/plain"
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,80}/[a-z0-9.+-]{1,80}(?:; ?[^\s]{1,80})?")
_EMPTY_REASONS = "http://terminology.hl7.org/CodeSystem/list-empty-reason"


def section(body: Element, scope: "Scope") -> list[JsonObject]:
    """Return the one section of an unstructured body.

    The file is a Binary; a plain text is shown as well. A file that is elsewhere,
    compressed or broken is an issue and an empty section.
    """
    element = find(body, "text")
    if element is None:
        return []
    content = file_content(element)
    if content is None:
        scope.lost(element, "nonXMLBody")
        return [_nothing(element)]
    kind = media_type(element)
    data = base64.b64encode(content).decode("ascii")
    binary = {"resourceType": "Binary", "contentType": kind, "data": data}
    reference = scope.add(binary, element)
    entry: JsonObject = {"entry": [{"reference": reference}]}
    if kind == _PLAIN and not _in_base64(element):
        entry["text"] = {"status": "generated", "div": _lines(content.decode())}
    return [entry]


def media_type(element: Element) -> str:
    """Return the media type of an ED: plain text when none is said (HL7 v3).

    What is no media type at all is an unknown kind of bytes.
    """
    said = attribute(element, "mediaType").lower() or _PLAIN
    return said if _MEDIA_TYPE.fullmatch(said) else "application/octet-stream"


def file_content(element: Element) -> bytes | None:
    """Return the bytes that an ED holds; None when it is empty, compressed or broken."""
    said = "".join(str(piece) for piece in element.itertext())
    if not said.strip() or "compression" in element.attrib:
        return None
    if not _in_base64(element) and media_type(element).startswith("text/"):
        return said.encode("utf-8", "replace")
    try:
        return base64.b64decode("".join(said.split()), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _in_base64(element: Element) -> bool:
    return attribute(element, "representation").upper() == "B64"


def _lines(said: str) -> str:
    paragraphs = (line.strip() for line in said.splitlines())
    shown = "".join(f"<p>{escape(line)}</p>" for line in paragraphs if line)
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{shown}</div>'


def _nothing(element: Element) -> JsonObject:
    code = translate("empty-reason", attribute(element, "nullFlavor")) or "unavailable"
    return {
        "text": {
            "status": "empty",
            "div": '<div xmlns="http://www.w3.org/1999/xhtml">-</div>',
        },
        "emptyReason": {"coding": [{"system": _EMPTY_REASONS, "code": code}]},
    }
