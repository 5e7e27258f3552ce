"""The one hardened XML factory: no other module of the project imports an XML parser.

Every attack on XML that needs a DOCTYPE (entities, external DTDs) ends before the
parser sees the bytes; the limits bound memory and time for what is left. XInclude,
schemaLocation, xml:base and stylesheets are inert: nothing here follows them.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias, cast

from lxml import etree

from mappings.mapped import Refused, refuse

Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml names its element class so
"""An element of a tree; the only name of lxml that other modules see."""

BYTES_AT_MOST = 50_000_000
DEPTH_AT_MOST = 128
MARKUP_AT_MOST = 300_000
"""Angle brackets in a document: about twice its elements."""
QUOTES_AT_MOST = 2_000_000
"""Quotation marks in a document: a bound for its attributes."""
LONG_TEXT = 10_000_000
"""libxml2 refuses a longer text node unless told otherwise; embedded files need it."""

_DECLARATION = re.compile(r"\A<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(r"""\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_SPACE = re.compile(r"\s*")
_TOO_DEEP = etree.XPath("boolean(/" + "/".join("*" * (DEPTH_AT_MOST + 1)) + ")")
_WITH_ID = etree.XPath("descendant::*[@ID]")
_SINGLE_BYTE = frozenset(
    {
        "us-ascii",
        "ascii",
        "iso-8859-1",
        "iso-8859-15",
        "latin1",
        "windows-1252",
        "cp1252",
    }
)


def parse(data: bytes) -> Element:
    """Return the root element of an XML document.

    Raises :class:`~mappings.mapped.Refused`: 413 when the document is too large; 400
    when it is not well-formed, has a DOCTYPE, nests too deep, or its encoding is
    unknown or not what it declares.
    """
    if len(data) > BYTES_AT_MOST:
        raise _too_much("too-costly", "over 50 MB", "plus de 50 Mo")
    text = _decoded(data)
    _refuse_doctype(text)
    utf8 = _DECLARATION.sub("", text, count=1).encode("utf-8", "surrogatepass")
    _refuse_crowd(utf8)
    root = _parsed(utf8)
    if _TOO_DEEP(root):
        raise _malformed("elements nest too deep", "éléments trop imbriqués")
    return root


def _decoded(data: bytes) -> str:
    try:
        text = _decode(data).lstrip("\ufeff \t\r\n")
    except (UnicodeDecodeError, LookupError):
        raise refuse(
            400,
            "structure",
            "/",
            "the bytes are not in the declared encoding, or it is not supported",
            "les octets ne sont pas dans l'encodage déclaré, ou il n'est pas pris en charge",
        ) from None
    return text


def _decode(data: bytes) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16")
    head = data[:200].decode("latin-1").lstrip("\xef\xbb\xbf \t\r\n")
    declaration = _DECLARATION.match(head)
    declared = _ENCODING.search(declaration[0]) if declaration else None
    name = declared[1].lower() if declared else "utf-8"
    if name not in _SINGLE_BYTE and name not in {"utf-8", "utf8"}:
        raise LookupError
    try:
        # Valid multi-byte UTF-8 is never an accident: a Latin declaration lies then.
        return data.decode("utf-8")
    except UnicodeDecodeError:
        if name not in _SINGLE_BYTE:
            raise
        return data.decode(name)


def _refuse_doctype(text: str) -> None:
    """Refuse a DOCTYPE where one can stand: before the root, between the comments."""
    position, ends = 0, {"<!--": "-->", "<?": "?>"}
    while True:
        position = next(_SPACE.finditer(text, position)).end()
        start = next((one for one in ends if text.startswith(one, position)), "")
        if not start:
            break
        position = text.find(ends[start], position + len(start))
        if position < 0:
            return  # not well-formed: the parser will say so
        position += len(ends[start])
    if text.startswith("<!", position):
        raise _malformed("a DOCTYPE is not accepted", "un DOCTYPE n'est pas accepté")


def _refuse_crowd(utf8: bytes) -> None:
    quotes = utf8.count(b'"') + utf8.count(b"'")
    if utf8.count(b"<") > MARKUP_AT_MOST or quotes > QUOTES_AT_MOST:
        raise _too_much(
            "too-costly",
            "too many elements or attributes",
            "trop d'éléments ou d'attributs",
        )


def _parsed(utf8: bytes) -> Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        collect_ids=False,
        recover=False,
        huge_tree=len(utf8) > LONG_TEXT,
    )
    try:
        return etree.fromstring(utf8, parser)
    except etree.XMLSyntaxError as error:
        # libxml2 quotes the document in its message: only the position is kept.
        line = error.lineno or 1
        raise _malformed(
            f"not well-formed XML (line {line})", f"XML mal formé (ligne {line})"
        ) from None


def parse_html(html: str) -> tuple[Element | None, bool]:
    """Return the root of an HTML page, and whether it was read to its end.

    For text only: the tree is never served. Total on any string; no network, no run.
    """
    parser = etree.HTMLParser(
        encoding="utf-8",
        no_network=True,
        recover=True,
        remove_comments=True,
        huge_tree=True,
    )
    try:
        root = etree.fromstring(html.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None, False
    fatal = any(entry.level >= etree.ErrorLevels.FATAL for entry in parser.error_log)
    return root, root is not None and not fatal


def identified(root: Element) -> dict[str, Element]:
    """Return the elements of a tree by their ``ID``; of several, the first counts."""
    targets: dict[str, Element] = {}
    for element in cast("list[Element]", _WITH_ID(root)):
        targets.setdefault(str(element.get("ID")), element)
    return targets


def walk(root: Element) -> Iterator[tuple[str, Element]]:
    """Give each element of a tree with ``start`` and ``end``, without recursion."""
    yield from etree.iterwalk(root, events=("start", "end"))


def _malformed(text: str, texte: str) -> Refused:
    return refuse(400, "structure", "/", text, texte)


def _too_much(code: str, text: str, texte: str) -> Refused:
    return refuse(413, code, "/", text, texte)
