"""CDA narrative blocks as the XHTML of a FHIR Narrative: every character escaped.

Only the tags and attributes named here come out. What has no counterpart becomes a
``span``: no word of a narrative is ever lost, and nothing of it can be run.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from mappings.cda.datatypes import attribute, text
from mappings.cda.document import HL7
from mappings.cda.xml import Element

_H = f"{{{HL7}}}"
_SAME = frozenset(
    "br sub sup table caption thead tbody tfoot tr th td col colgroup".split()
)
_TAGS = {"paragraph": "p", "item": "li", "linkHtml": "a", "footnoteRef": "a"}
_NAMED = frozenset({"caption", "footnote"})
"""What the reader should still recognise when its tag says no more what it is."""
_EMPTY = frozenset({"br", "col", "img"})
_BLOCKS = frozenset(f"{_H}{name}" for name in ("table", "list", "paragraph"))
_STYLES = {
    "bold": "b",
    "italics": "i",
    "emphasis": "em",
    "bolditalics": "b",
    "underline": "u",
}
_STYLE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,199}")
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_LINK = re.compile(r"(?:https?://|mailto:|#)[^\s<>\"\x00-\x1f]*", re.IGNORECASE)
_SCOPES = frozenset({"row", "col", "rowgroup", "colgroup"})


@dataclass(frozen=True, slots=True)
class Picture:
    """What a renderMultiMedia shows: the reference of its resource, and if an image."""

    reference: str
    image: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a narrative needs to know: the ids given out so far, and the pictures."""

    ids: set[str]
    picture: Callable[[str], Picture | None]


def xhtml(block: Element, around: Surroundings) -> str:
    """Return the ``div`` of a narrative, empty when the block shows nothing.

    Well-formed, with unique ids, without script, style, form or remote content; a link
    leads to http, https, mailto or an id, or is no link.
    """
    out = [f'<div xmlns="http://www.w3.org/1999/xhtml"{_identity(block, around)}>']
    _inside(block, around, out)
    out.append("</div>")
    shows = text(block) or any(one.startswith(("<img", "<a ")) for one in out)
    return "".join(out) if shows else ""


def _inside(element: Element, around: Surroundings, out: list[str]) -> None:
    if element.text:
        out.append(escape(element.text))
    for child in element:
        if isinstance(child.tag, str):
            _element(child, around, out)
        if child.tail:
            out.append(escape(child.tail))


def _element(element: Element, around: Surroundings, out: list[str]) -> None:
    name = str(element.tag).removeprefix(_H)
    if name == "renderMultiMedia":
        _pictures(element, around, out)
        return
    tag = _tag(element, name)
    out.append(f"<{tag}{_attributes(element, name, tag, around)}")
    if tag in _EMPTY:
        # Empty in HTML; whatever a document put into it follows it.
        out.append("/>")
        _inside(element, around, out)
        return
    out.append(">")
    _inside(element, around, out)
    out.append(f"</{tag}>")


def _tag(element: Element, name: str) -> str:
    if name == "content":
        styles = attribute(element, "styleCode").lower().split()
        return next((_STYLES[one] for one in styles if one in _STYLES), "span")
    if name == "list":
        return "ol" if attribute(element, "listType") == "ordered" else "ul"
    if name == "caption":
        return "caption" if _first_in_table(element) else "span"
    if name == "paragraph":
        blocks = any(child.tag in _BLOCKS for child in element)
        return "div" if blocks else "p"
    if name == "linkHtml" and not _LINK.fullmatch(attribute(element, "href")):
        return "span"
    return name if name in _SAME else _TAGS.get(name, "span")


def _first_in_table(element: Element) -> bool:
    parent = element.getparent()
    return (
        parent is not None
        and parent.tag == f"{_H}table"
        and next(parent.iterchildren("{*}*"), None) is element
    )


def _attributes(element: Element, name: str, tag: str, around: Surroundings) -> str:
    if not element.attrib and name not in _NAMED:
        return ""
    said = {
        "class": _classes(element, name),
        "href": _target(element, name) if tag == "a" else "",
    }
    if tag in {"td", "th"}:
        said["colspan"] = _number(attribute(element, "colspan"))
        said["rowspan"] = _number(attribute(element, "rowspan"))
        scope = attribute(element, "scope")
        said["scope"] = scope if scope in _SCOPES else ""
    written = "".join(f' {key}="{escape(one)}"' for key, one in said.items() if one)
    return _identity(element, around) + written


def _classes(element: Element, name: str) -> str:
    known = [name] if name in _NAMED else []
    styles = attribute(element, "styleCode").split()
    return " ".join(known + [one for one in styles if _STYLE.fullmatch(one)])


def _target(element: Element, name: str) -> str:
    if name == "footnoteRef":
        return f"#{attribute(element, 'IDREF')}"
    return attribute(element, "href")


def _number(said: str) -> str:
    return said if _NUMBER.fullmatch(said) else ""


def _identity(element: Element, around: Surroundings) -> str:
    """Return the id of an element; of several equal ones only the first is kept."""
    own = attribute(element, "ID")
    if not _ID.fullmatch(own) or own in around.ids:
        return ""
    around.ids.add(own)
    return f' id="{escape(own)}"'


def _pictures(element: Element, around: Surroundings, out: list[str]) -> None:
    said = text(element)
    for wanted in attribute(element, "referencedObject").split():
        found = around.picture(wanted)
        if found is None:
            continue
        target = escape(found.reference)
        if found.image:
            out.append(f'<img src="{target}" alt="{escape(said)}"/>')
        else:
            out.append(f'<a href="{target}">{escape(said or wanted)}</a>')
            said = ""
    if said:
        out.append(f"<span>{escape(said)}</span>")
