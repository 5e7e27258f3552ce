"""One form for all that means the same: spaces, attributes, numbers, identifiers.

After it, a tree from which something was taken and a tree that never had it are equal.
"""

import re
from typing import cast

from mappings.cda import xml
from mappings.cda.document import NAMESPACES
from mappings.cda.rendition.flow import flow
from mappings.cda.rendition.numbering import mute, number
from mappings.cda.rendition.tags import (
    BODY,
    CELLS,
    COMPONENT,
    ROW,
    SECTION,
    TEXT,
    H,
    remove,
)
from mappings.cda.xml import Element
from mappings.terminology import systems

_TYPE = f"{{{NAMESPACES['xsi']}}}type"
_DROPPED = frozenset({"headers", "axis", "scope"})
"""They name columns that may be gone; a viewer works them out."""
_KNOWN = " or ".join(f"namespace-uri()='{uri}'" for uri in NAMESPACES.values())
_FOREIGN = xml.query(
    f"descendant::*[not({_KNOWN}) or @*[namespace-uri() and name()!='xsi:type']]",
    NAMESPACES,
)
_PREFIXED = xml.query("descendant::*[contains(@xsi:type, ':')]", NAMESPACES)
_USUAL = {
    name: number
    for number, name in enumerate(
        (
            _TYPE,
            *"nullFlavor typeCode classCode moodCode code displayName codeSystem".split(),
            *"codeSystemName root extension value".split(),
        )
    )
}
_STYLE = "styleCode"
_STYLES = frozenset(
    "bold underline italics bolditalics emphasis lrule rrule toprule botrule arabic"
    " littleroman bigroman littlealpha bigalpha disc circle square xlabel xsecondary"
    " xrowgroup xcontentwrapping xalert xborderbottom xindent".split()
)
"""Those of CDA R2, and those of the style sheets of the ANS."""
_SYSTEM_NAME = "codeSystemName"
_SIGNED = f"{{{NAMESPACES['sdtc']}}}signatureText"
_CONFIDENTIALITY = f"{H}confidentialityCode"
_URIS = tuple(f"{{{uri}}}" for uri in NAMESPACES.values())
_DECLARED = re.compile(rb"""xmlns(?::[\w.-]+)?\s*=\s*["']([^"']*)["']""")


def has_foreign(document: bytes) -> bool:
    """Tell whether a document may hold a namespace or attributes of no CDA document."""
    declared = {one.decode("latin-1") for one in _DECLARED.findall(document)}
    known = bool(declared) and declared.issubset(NAMESPACES.values())
    odd = document.count(b"chemaLocation") > 1 or b" xml:" in document
    return not known or odd or b":nil=" in document


def drop_foreign(root: Element) -> None:
    """Remove elements and attributes outside the known namespaces.

    What a sender added in a namespace of its own is no part of CDA: nobody could say
    what it tells.
    """
    for element in _FOREIGN(root):
        if str(element.tag).startswith(_URIS):
            _clear(element)
        else:
            remove(element)


def drop_inner(root: Element) -> None:
    """Remove signatures, inner levels, and attributes of no meaning for a reader.

    A confidentiality inside the document would tell what is left of it.
    """
    for element in list(root.iter(_SIGNED, _CONFIDENTIALITY)):
        if element.getparent() is not root:
            remove(element)
    _clear(root)
    for element in root.iter(*CELLS):
        if element.attrib:
            _clear(element)
    for element in root.iter(ROW):
        # Stripes would show that a row is missing.
        for name in [one for one in element.keys() if one != "ID"]:  # noqa: SIM118 - lxml
            del element.attrib[name]
    for element in _PREFIXED(root):
        _retype(element)


def _clear(element: Element) -> None:
    for name, value in element.items():
        spanless = name in {"colspan", "rowspan"} and value.strip() == "1"
        foreign = str(name).startswith("{") and name != _TYPE
        if name in _DROPPED or spanless or foreign:
            del element.attrib[name]


def _retype(element: Element) -> None:
    """Name a type with the prefix that renditions give its namespace."""
    prefix, _, name = str(element.get(_TYPE)).strip().partition(":")
    known = next(
        (p for p, uri in NAMESPACES.items() if uri == element.nsmap.get(prefix)), "h"
    )
    element.set(_TYPE, name if known == "h" else f"{known}:{name}")


def canonical(root: Element, origin: str) -> None:
    """Bring a pruned document into the one form; ``origin`` names the original."""
    body = root.find(f"{COMPONENT}/{BODY}")
    if body is not None:
        number(body, origin)
    mute(root, origin)
    _spaces(root)


def _spaces(root: Element) -> None:
    """Collapse all spaces: as a browser does in narrative, entirely elsewhere."""
    apart: list[tuple[Element, int, Element]] = []
    for section in root.iter(SECTION):
        text = section.find(TEXT)
        if text is not None:
            flow(text)
            text.tail = None
            apart.append((section, section.index(text), text))
    orders = _Orders()
    for section, _, text in apart:
        section.remove(text)
        for element in text.iter():
            named = element.keys()
            if named:
                orders.apply(element, cast("list[str]", named))
    _tidy(root, orders)
    for section, at, text in apart:
        section.insert(at, text)


def _tidy(root: Element, orders: "_Orders") -> None:
    """Collapse spaces and order attributes, in one walk: it costs most of the time."""
    for element in root.iter():
        text, tail, named = element.text, element.tail, element.keys()
        if text:
            element.text = None if text.isspace() else _collapsed(element, text)
        if tail:
            element.tail = None if tail.isspace() else " ".join(tail.split())
        if named:
            orders.apply(element, cast("list[str]", named))


class _Orders(dict[tuple[str, ...], tuple[str, ...] | None]):
    """The order of attributes for the attributes there are, None when it is theirs.

    The usual one, so that few have to move. Those of other namespaces are dropped, but
    for the type.
    """

    def __missing__(self, named: tuple[str, ...]) -> tuple[str, ...] | None:
        known = [name for name in named if name[0] != "{" or name == _TYPE]
        order = tuple(sorted(known, key=_rank))
        self[named] = found = None if order == named else order
        return found

    def apply(self, element: Element, given: list[str]) -> None:
        """Bring the attributes of an element into their order."""
        named = tuple(given)
        if _SYSTEM_NAME in named or _STYLE in named:
            _drop_unknown(element)
            named = tuple(str(name) for name in element.keys())  # noqa: SIM118 - lxml
        order = self[named]
        if order is not None:
            values = [(name, str(element.get(name))) for name in order]
            element.attrib.clear()
            for name, value in values:
                element.set(name, value)


def _drop_unknown(element: Element) -> None:
    """Drop the names of code systems and styles that are known to nobody.

    They may be any words: a sender calls his own as he likes.
    """
    system, style = element.get(_SYSTEM_NAME), element.get(_STYLE)
    if system is not None and not systems.named(str(system)):
        del element.attrib[_SYSTEM_NAME]
    if style is not None:
        kept = [one for one in str(style).split() if one.casefold() in _STYLES]
        if kept:
            element.set(_STYLE, " ".join(kept))
        else:
            del element.attrib[_STYLE]


def _rank(name: str) -> tuple[int, str]:
    return _USUAL.get(name, len(_USUAL)), name


def _collapsed(element: Element, text: str) -> str | None:
    if str(element.get("representation", "")).strip().upper() == "B64":
        return "".join(text.split())
    return text.strip() if element.get("mediaType") else " ".join(text.split())
