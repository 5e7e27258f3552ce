"""The places of a body, whatever its format: the one door to inner content.

A body that cannot be read is never an error here, and never silence: it is one
:class:`~mappings.content.Content` marked ``opaque``.
"""

from dataclasses import replace
from html import unescape

from mappings.content import Content
from mappings.format import readings
from mappings.mapped import Refused
from mappings.markup import TEXT_AT_MOST, html_text, rtf_text
from mappings.pdf import PdfReader
from mappings.plain import characters, words


def contents(
    body: bytes, content_type: str, pdf: PdfReader, place: str = ""
) -> tuple[Content, ...]:
    """Return the places of ``body``, found at ``place`` of the document around it.

    The formats are those of :func:`mappings.format.readings`, the bytes first and
    ``content_type`` second, and all readings are given: an HTML page declared as text
    is read as a page and as text. Known: CDA, PDF, plain text, HTML, RTF, FHIR JSON.
    Anything else, and anything broken, is an opaque place. An empty body has no place.
    Never raises.
    """
    if not body:
        return ()
    kinds = readings(body, content_type)
    try:
        found = [
            one
            for kind in kinds
            if kind != "plain"
            for one in _read(body, kind, pdf, place)
        ]
    except RecursionError:
        # Documents inside documents, each at its depth limit: hostile, never honest.
        return opaque(place)
    if "plain" in kinds:
        found += _plain(body, content_type, place, alone=kinds == ("plain",))
    return tuple(dict.fromkeys(found))


def _read(body: bytes, kind: str, pdf: PdfReader, place: str) -> tuple[Content, ...]:
    if kind == "pdf":
        return _pdf(body, pdf, place)
    if kind == "xml":
        return _cda(body, pdf, place)
    if kind == "json":
        return _fhir(body, pdf, place)
    return opaque(place) if kind == "unknown" else _markup(body, kind, place)


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
    return replace(content, place=inner(place, content.place)) if place else content


def _markup(body: bytes, kind: str, place: str) -> tuple[Content, ...]:
    texts = characters(body, "").texts if len(body) <= TEXT_AT_MOST else ()
    if not texts:
        return opaque(place)
    text, complete = (rtf_text if kind == "rtf" else html_text)(texts[0])
    source = (unescape(texts[0]),) if kind == "html" else ()
    return (*_said(text, *source, place=place), *(() if complete else opaque(place)))


def _plain(
    body: bytes, content_type: str, place: str, *, alone: bool
) -> tuple[Content, ...]:
    """Return the bytes as a text viewer shows them; ``alone`` when they are nothing else."""
    if len(body) > TEXT_AT_MOST:
        return opaque(place)
    read = characters(body, content_type)
    unread = not read.charset_known or (alone and not read.texts)
    found = _said(*(read.texts or (words(body),)), place=place)
    return (*found, *(opaque(place) if unread else ()))


def _said(*texts: str, place: str) -> tuple[Content, ...]:
    return tuple(Content(place, text=text) for text in texts if text.strip())
