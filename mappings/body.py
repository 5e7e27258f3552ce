"""The places of a body, whatever its format: the one door to inner content.

A body that cannot be read is never an error here, and never silence: it is one
:class:`~mappings.content.Content` marked ``opaque``.
"""

import re

from mappings.content import Content
from mappings.mapped import Refused
from mappings.markup import html_text, rtf_text
from mappings.pdf import PdfReader

_PDF_HEADER_WITHIN = 1024
_XML_TYPES = frozenset({"text/xml", "application/xml", "application/hl7-cda+xml"})
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_RTF_TYPES = frozenset({"text/rtf", "application/rtf"})
_HTML_START = re.compile(rb"\s*<(?:!doctype\s+html|html|body|div)\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def contents(
    body: bytes, content_type: str, pdf: PdfReader, place: str = ""
) -> tuple[Content, ...]:
    """Return the places of ``body``, found at ``place`` of the document around it.

    The format is told by the bytes first and by ``content_type`` second: a PDF
    declared as text is read as a PDF. Known: CDA, PDF, plain text, HTML, RTF, FHIR
    JSON. Anything else, and anything broken, is one opaque place. An empty body has
    no place. Never raises.
    """
    if not body:
        return ()
    try:
        return _read(body, _kind(body, content_type), pdf, place)
    except RecursionError:
        # Documents inside documents, each at its depth limit: hostile, never honest.
        return opaque(place)


def _read(body: bytes, kind: str, pdf: PdfReader, place: str) -> tuple[Content, ...]:
    if kind == "pdf":
        return _pdf(body, pdf, place)
    if kind == "xml":
        return _cda(body, pdf, place)
    if kind == "json":
        return _fhir(body, pdf, place)
    return _text(body, kind, place)


def _kind(body: bytes, content_type: str) -> str:
    declared = content_type.partition(";")[0].strip().lower()
    head = body[:_PDF_HEADER_WITHIN]
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"%PDF-" in head or declared == "application/pdf":
        return "pdf"
    if start.startswith(b"{\\rtf") or declared in _RTF_TYPES:
        return "rtf"
    if _HTML_START.match(start) or declared in _HTML_TYPES:
        return "html"
    if declared in _XML_TYPES or _looks_like_cda(start, body):
        return "xml"
    if start.startswith(b"{") and ("json" in declared or b'"resourceType"' in head):
        return "json"
    return "plain" if declared.startswith("text/") else "unknown"


def _looks_like_cda(start: bytes, body: bytes) -> bool:
    return start.startswith(b"<?xml") or (
        start.startswith(b"<") and b"ClinicalDocument" in body
    )


def inner(place: str, within: str) -> str:
    """Return the place of something inside a body: ``place#within``."""
    return f"{place}#{within}" if place else within


def opaque(place: str) -> tuple[Content, ...]:
    """Return the one place of a body that could not be read."""
    return (Content(place, opaque=True),)


def _pdf(body: bytes, pdf: PdfReader, place: str) -> tuple[Content, ...]:
    read = pdf(body)
    pages = [
        Content(f"{place}#page={number}", text=text)
        for number, text in enumerate(read.pages, start=1)
        if text.strip()
    ]
    if read.about.strip():
        pages.append(Content(f"{place}#about", text=read.about))
    return (*pages, *(opaque(place) if read.opaque else ()))


def _cda(body: bytes, pdf: PdfReader, place: str) -> tuple[Content, ...]:
    # Imported here because a CDA holds bodies and a body may hold a CDA.
    from mappings.cda import content, document  # noqa: PLC0415

    try:
        found = content.contents(document.clinical_document(body), pdf)
    except Refused:
        return opaque(place)
    return tuple(_at(one, place) for one in found)


def _fhir(body: bytes, pdf: PdfReader, place: str) -> tuple[Content, ...]:
    # Imported here because a FHIR resource holds bodies and a body may hold one.
    from mappings.fhir import content, parse  # noqa: PLC0415

    try:
        resource = parse.parse_json(body)
    except Refused:
        return opaque(place)
    if not isinstance(resource.get("resourceType"), str):
        return opaque(place)
    return tuple(_at(one, place) for one in content.contents(resource, pdf))


def _at(content: Content, place: str) -> Content:
    return Content(
        inner(place, content.place), content.codes, content.text, content.opaque
    )


def _text(body: bytes, kind: str, place: str) -> tuple[Content, ...]:
    decoded = _decoded(body)
    if kind == "unknown" or decoded is None:
        return opaque(place)
    if kind == "plain":
        text, complete = decoded, True
    else:
        text, complete = (rtf_text if kind == "rtf" else html_text)(decoded)
    found = (Content(place, text=text),) if text.strip() else ()
    return (*found, *(() if complete else opaque(place)))


def _decoded(body: bytes) -> str | None:
    """Return the characters of a text, or None when the bytes are none."""
    encoding = _BYTE_ORDER_MARKS.get(body[:2], "utf-8-sig")
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        # Practice software of this country writes Windows-1252 where it forgets UTF-8.
        text = body.decode("cp1252", "replace")
    return None if _CONTROL.search(text) else text
