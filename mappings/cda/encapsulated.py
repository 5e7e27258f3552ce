"""Files inside a CDA document: nonXMLBody, observationMedia, ED values.

HL7 v3 data type ED: ``mediaType``, ``representation`` (TXT or B64), ``compression``, a
``reference`` to something outside. What cannot be read here is an opaque place.
"""

import base64
import binascii
import re

from mappings import body
from mappings.cda.document import HL7
from mappings.cda.xml import Element
from mappings.content import Content
from mappings.pdf import PdfReader

_H = f"{{{HL7}}}"
_NON_XML_BODY = f"{_H}nonXMLBody"
_REFERENCE = f"{_H}reference"
_TEXT = f"{_H}text"
_PLAIN = "text/plain"
_NARRATIVE = frozenset({_PLAIN, "text/x-hl7-text+xml"})
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{41,}={0,2}")
_WORDS_SHORTER_THAN = 12
"""Written language has shorter words on average, base64 longer ones."""
_URL_SAFE = str.maketrans("-_", "+/", "=")


def is_file(element: Element) -> bool:
    """Tell whether an element holds a file rather than narrative or a linked text."""
    names = element.keys()
    if "mediaType" in names and _media_type(element) not in _NARRATIVE:
        return True
    if "representation" in names and _in_base64(element):
        return True
    return "compression" in names or (element.tag == _TEXT and _in_body(element))


def contents(element: Element, path: str, pdf: PdfReader) -> tuple[Content, ...]:
    """Return the places of the file that ``element``, at ``path``, holds.

    Opaque when it is compressed, broken, of an unknown format, or elsewhere: a file
    that is only referred to is a file that nobody here has read. A text that is base64
    without saying so is read both ways.
    """
    text = "".join(str(piece) for piece in element.itertext())
    if not text.strip():
        return body.opaque(path) if _refers(element) else ()
    if "compression" in element.attrib:
        return body.opaque(path)
    media_type = _media_type(element)
    if not _in_base64(element) and media_type.startswith("text/"):
        hidden = _hidden(text)
        within = () if hidden is None else body.contents(hidden, "", pdf, path)
        return (*body.contents(text.encode(), media_type, pdf, path), *within)
    # A binary type without representation: B64 was forgotten.
    data = _decoded(text)
    if data is None:
        return body.opaque(path)
    return body.contents(data, media_type, pdf, path)


def _media_type(element: Element) -> str:
    return str(element.get("mediaType", _PLAIN)).strip().lower()


def _in_base64(element: Element) -> bool:
    return str(element.get("representation", "")).strip().upper() == "B64"


def _hidden(text: str) -> bytes | None:
    """Return what a text stands for that is base64 and no language, else None."""
    pieces = text.split()
    packed = "".join(pieces)
    if len(packed) < _WORDS_SHORTER_THAN * len(pieces) or not _BASE64.fullmatch(packed):
        return None
    bare = packed.translate(_URL_SAFE)
    return _decoded(bare + "=" * (-len(bare) % 4))


def _in_body(element: Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == _NON_XML_BODY and element.tag == _TEXT


def _refers(element: Element) -> bool:
    """Tell whether the file that is the document, or a picture of it, lies elsewhere.

    A link to another document (externalDocument, WADO) is no part of this one.
    """
    if not _in_body(element) and element.tag != f"{_H}value":
        return False
    reference = element.find(_REFERENCE)
    return reference is not None and not str(reference.get("value", "")).startswith("#")


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
