"""What bytes are: every format they can be read in, and whether their type lies.

One set of bytes may be a text to one reader and a page, a document or a file to
another. All readings count: what any of them shows is said.
"""

import re

_FAMILIES = {
    "application/pdf": "pdf",
    "text/rtf": "rtf",
    "application/rtf": "rtf",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/xml": "xml",
    "application/xml": "xml",
}
_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
_WORD = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_QUOTED = r'"(?:[\t !#-\[\]-~]|\\[\t -~])*"'
_MEDIA_TYPE = re.compile(
    rf"{_NAME}/{_NAME}(?:[ \t]*;[ \t]*{_WORD}=(?:{_WORD}|{_QUOTED}))*+"
)
_MEDIA_TYPE_AT_MOST = 200

_PICTURES = frozenset({"image", "audio", "video"})
_ANYTHING = frozenset({"", "application/octet-stream"})
_ORDER = ("pdf", "xml", "json", "rtf", "html", "unknown", "plain")

_PDF_HEADER_WITHIN = 1024
_BLANK = re.compile(rb"(?:\xef\xbb\xbf|\s)*+")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|body|div)\b", re.IGNORECASE)
_CDA = re.compile(rb"<(?:[\w.-]{1,64}:)?ClinicalDocument[\s/>]")
_JSON = re.compile(rb'\{\s*"')
_UTF16 = frozenset({b"\xff\xfe", b"\xfe\xff"})


def media_type(content_type: str) -> str:
    """Return the media type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def well_formed(content_type: str) -> bool:
    """Return whether this is a media type that can be served again in a header.

    ``type/subtype`` (RFC 6838, 4.2) with parameters (RFC 9110, 5.6.6), in ASCII.
    """
    if len(content_type) > _MEDIA_TYPE_AT_MOST:
        return False
    return _MEDIA_TYPE.fullmatch(content_type) is not None


def readings(body: bytes, content_type: str) -> tuple[str, ...]:
    """Return the formats ``body`` is to be read in, never none.

    ``pdf``, ``xml`` (CDA), ``json`` (FHIR), ``rtf`` and ``html`` are told by the bytes
    first and by the type second. Then ``plain``, when the bytes are served as text, or
    as no type, and their format has words that its own readers do not show: whoever
    opens the file as text sees them, and pages of HTML and RTF always have such words
    (comments, names of styles). CDA served as XML is read by its own walk alone.
    ``unknown`` when nothing else is left.
    """
    media = media_type(content_type)
    kinds = set(_sniffed(body)) or _declared(body, content_type)
    whole = media == "text/xml" and "xml" in kinds
    if media.startswith("text/") and not whole:
        kinds.add("plain")
    elif media in _ANYTHING or kinds & {"html", "rtf"}:
        kinds |= {"plain"} if kinds else {"plain", "unknown"}
    return tuple(kind for kind in _ORDER if kind in (kinds or {"unknown"}))


def contradicted(body: bytes, content_type: str) -> bool:
    """Return whether the bytes are of a known format, and the type is another one.

    A type that names no format (``application/octet-stream``, one that is not known
    here) contradicts nothing, and text of any format is plain text too; a PDF is not.
    """
    found = _sniffed(body)
    family = _family(content_type)
    if media_type(content_type).startswith("text/") and "pdf" in found:
        return True
    return bool(found and family) and family not in found


def _family(content_type: str) -> str:
    media = media_type(content_type)
    if media in _FAMILIES:
        return _FAMILIES[media]
    if media.endswith("json"):
        return "json"
    if media.partition("/")[0] in _PICTURES:
        return "picture"
    return "xml" if media.endswith("+xml") else ""


def _declared(body: bytes, content_type: str) -> set[str]:
    family = _family(content_type)
    if family not in {"", "picture"}:
        return {family}
    return {"xml"} if _start(body).startswith(b"<?xml") else set()


def _sniffed(body: bytes) -> frozenset[str]:
    """Return the formats the bytes show by themselves; several for a polyglot."""
    text = _eight_bits(body)
    start = _start(text)
    signs = {
        "pdf": b"%PDF-" in body[:_PDF_HEADER_WITHIN],
        "rtf": start.startswith(b"{\\rt"),
        "html": _HTML.match(start) is not None,
        "xml": start.startswith(b"<") and _CDA.search(text) is not None,
        # An escaped letter may hide the name: \u0072esourceType.
        "json": _JSON.match(start) is not None
        and (b'"resourceType"' in text or b"\\u" in text),
    }
    return frozenset(kind for kind, found in signs.items() if found)


def _start(body: bytes) -> bytes:
    blank = _BLANK.match(body)
    at = blank.end() if blank else 0
    return body[at : at + _PDF_HEADER_WITHIN]


def _eight_bits(body: bytes) -> bytes:
    return body.decode("utf-16", "replace").encode() if body[:2] in _UTF16 else body
