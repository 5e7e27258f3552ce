"""The one hardened XML factory: no other module of the project imports an XML parser.

Every attack on XML that needs a DOCTYPE (entities, external DTDs) ends before the
parser sees the bytes; the limits bound memory and time for what is left. XInclude,
schemaLocation, xml:base and stylesheets are inert: nothing here follows them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias, cast

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

_DECLARATION = re.compile(rb"<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(rb"""\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_BLANK = re.compile(rb"(?:\xef\xbb\xbf|[ \t\r\n])*")
_SPACE = re.compile(rb"\s*")
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TOO_DEEP = etree.XPath("boolean(/" + "/".join("*" * (DEPTH_AT_MOST + 1)) + ")")
_WITH_ID = etree.XPath("descendant::*[@ID]")
_UTF_8 = frozenset({"utf-8", "utf8"})
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
    utf8 = _in_utf8(data)
    _refuse_doctype(utf8)
    _refuse_crowd(utf8)
    root = _parsed(utf8)
    if _TOO_DEEP(root):
        raise _malformed("elements nest too deep", "éléments trop imbriqués")
    return root


def deeper_than(root: Element, most: int) -> bool:
    """Tell whether elements of a document nest deeper than a number of levels."""
    return bool(etree.XPath(f"boolean(/{'/'.join('*' * (most + 1))})")(root))


def _in_utf8(data: bytes) -> bytes:
    """Return the document in UTF-8, from its prolog on, without its declaration.

    Bytes that say they are UTF-8 are handed on as they are: the parser checks them.
    """
    declared = _declared(data)
    if declared not in _UTF_8:
        data = _decoded(data, declared).encode("utf-8", "surrogatepass")
    start = next(_BLANK.finditer(data)).end()
    declaration = _DECLARATION.match(data, start)
    start = declaration.end() if declaration else start
    return data[start:] if start else data


def _declared(data: bytes) -> str:
    """Return the name of the encoding that the first bytes tell."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    head = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    declaration = _DECLARATION.match(head)
    encoding = _ENCODING.search(declaration[0]) if declaration else None
    return encoding[1].decode().lower() if encoding else "utf-8"


def _decoded(data: bytes, declared: str) -> str:
    if declared == "utf-16" and data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        candidates = ["utf-16"]
    elif declared in _SINGLE_BYTE:
        # Valid multi-byte UTF-8 is never an accident: a Latin declaration lies then.
        candidates = ["utf-8", declared]
    else:
        raise _not_in_its_encoding()
    for name in candidates:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise _not_in_its_encoding()


def _refuse_doctype(utf8: bytes) -> None:
    """Refuse a DOCTYPE where one can stand: before the root, between the comments."""
    position, ends = 0, {b"<!--": b"-->", b"<?": b"?>"}
    while True:
        position = next(_SPACE.finditer(utf8, position)).end()
        start = next((one for one in ends if utf8.startswith(one, position)), b"")
        if not start:
            break
        position = utf8.find(ends[start], position + len(start))
        if position < 0:
            return  # not well-formed: the parser will say so
        position += len(ends[start])
    if utf8.startswith(b"<!", position):
        raise _malformed("a DOCTYPE is not accepted", "un DOCTYPE n'est pas accepté")


def _refuse_crowd(utf8: bytes) -> None:
    """Refuse too much markup; a document shorter than a limit cannot reach it."""
    size = len(utf8)
    crowd = size > MARKUP_AT_MOST and utf8.count(b"<") > MARKUP_AT_MOST
    if not crowd and size > QUOTES_AT_MOST:
        crowd = utf8.count(b'"') + utf8.count(b"'") > QUOTES_AT_MOST
    if crowd:
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
        if not _is_utf8(utf8):
            raise _not_in_its_encoding() from None
        # libxml2 quotes the document in its message: only the position is kept.
        line = error.lineno or 1
        raise _malformed(
            f"not well-formed XML (line {line})", f"XML mal formé (ligne {line})"
        ) from None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


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


def attributes_of(element: Element) -> dict[str, str]:
    """Return the attributes of an element by their Clark names."""
    return dict(element.items())  # type: ignore[arg-type]  # str, in XML


def identified(root: Element) -> dict[str, Element]:
    """Return the elements of a tree by their ``ID``; of several, the first counts."""
    targets: dict[str, Element] = {}
    for element in cast("list[Element]", _WITH_ID(root)):
        targets.setdefault(str(element.get("ID")), element)
    return targets


def walk(root: Element) -> Iterator[tuple[str, Element]]:
    """Give each element of a tree with ``start`` and ``end``, without recursion."""
    yield from etree.iterwalk(root, events=("start", "end"))


def drop_remarks(root: Element) -> None:
    """Remove comments and processing instructions; the text around them is joined."""
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)


def query(
    expression: str, prefixes: Mapping[str, str]
) -> Callable[[Element], list[Element]]:
    """Compile an XPath that selects elements; the caller keeps it as a constant."""
    found = etree.XPath(expression, namespaces=dict(prefixes))
    return cast("Callable[[Element], list[Element]]", found)


def element(
    tag: str, attributes: Mapping[str, str], parts: "Iterable[Element | str]"
) -> Element:
    """Return a new element with its attributes and what it holds, in Clark notation.

    Characters that XML cannot hold are left out, so it never raises for a text.
    """
    made = etree.Element(tag, {name: _sayable(v) for name, v in attributes.items()})
    last: Element | None = None
    for part in parts:
        if not isinstance(part, str):
            made.append(part)
            last = part
        elif last is None:
            made.text = (made.text or "") + _sayable(part)
        else:
            last.tail = (last.tail or "") + _sayable(part)
    return made


def _sayable(text: str) -> str:
    return _UNSAYABLE.sub("", text)


def serialised(root: Element, prefixes: Mapping[str | None, str]) -> bytes:
    """Return a tree as UTF-8, its namespaces under ``prefixes``, declared at the root.

    The tree is used up: its parts move to the root that is written.
    """
    declared: Any = dict(prefixes)  # the stubs know no default namespace
    attributes = {str(name): str(value) for name, value in root.items()}
    top = etree.Element(root.tag, attributes, nsmap=declared)
    top.text = root.text
    top.extend(list(root))
    etree.cleanup_namespaces(
        top, keep_ns_prefixes=[prefix for prefix in prefixes if prefix]
    )
    return etree.tostring(top, encoding="UTF-8", xml_declaration=True)


def _not_in_its_encoding() -> Refused:
    return _malformed(
        "the bytes are not in the declared encoding, or it is not supported",
        "les octets ne sont pas dans l'encodage déclaré, ou il n'est pas pris en charge",
    )


def _malformed(text: str, texte: str) -> Refused:
    return refuse(400, "structure", "/", text, texte)


def _too_much(code: str, text: str, texte: str) -> Refused:
    return refuse(413, code, "/", text, texte)
