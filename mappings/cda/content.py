"""Every place of a CDA document that says something: codes, texts, files.

One walk, from the header to the last entry. A text place is the smallest block that a
person reads as one piece (cell, item, paragraph, title): words split over inline
``content`` elements stay together. A block made of one text node is named by that node
(``.../h:td[2]/h:content/text()[1]``), a block of several by its element. A code place is
the attribute that holds it. References are followed: the place that refers says what the
narrative it points to says.

Left out, because they say nothing of health and much of who lives where: addresses and
telecoms of persons, identifiers, times, names of persons. Of the patient's name the given
names are kept, since a former one tells (Traits has the whole name). Words where CDA has
none to show (attributes, addresses of organisations) are those of
:mod:`mappings.cda.margins`. XML comments are left out too: nobody is shown them, and real
ones explain the template with words of every category (README).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mappings.cda import encapsulated, margins, xml
from mappings.cda.document import (
    HL7,
    NAMESPACES,
    ClinicalDocument,
    numbered,
    step,
    steps,
)
from mappings.cda.xml import Element, attributes_of
from mappings.content import Code, Content
from mappings.pdf import PdfReader
from mappings.terminology import uri
from mappings.terminology.systems import named

LINKED_TEXT_AT_MOST = 500
"""A reference to a longer text points to a whole section: it says nothing precise."""

_H = f"{{{HL7}}}"
_MUTE, _SPARSE, _INLINE, _COMMENT = "mute", "sparse", "inline", "comment"
_KINDS = MappingProxyType(
    {"": _COMMENT}
    | dict.fromkeys(map(step, margins.VALUES), _MUTE)
    | dict.fromkeys(map(step, margins.PERSONS | margins.ADDRESSES), _SPARSE)
    | {f"h:{name}": _INLINE for name in ("content", "sub", "sup", "linkHtml", "br")}
)
"""What is no block, by its step: values and what is read only in part."""
_TELLING = frozenset({"code", "displayName", "value"}) | margins.TELLING
_PATIENT, _LINE_BREAK = f"{_H}patient", f"{_H}br"
_PERSONS = frozenset({_PATIENT, f"{_H}informationRecipient"})
_PERSON_PARTS = frozenset({f"{_H}family", f"{_H}given"})
_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})
_TYPE = f"{{{NAMESPACES['xsi']}}}type"
_WITHIN = re.compile(r"/h:(?:entryRelationship|component|precondition)(?![A-Za-z])")
"""Where a statement holds another."""
_BREAK = "\x0b"  # cannot occur in XML: stands for <br/> until spaces are collapsed


def contents(document: ClinicalDocument, pdf: PdfReader) -> tuple[Content, ...]:
    """Return every place of ``document`` with codes or text, in document order.

    Embedded files are read through :mod:`mappings.body`; one that cannot be read is an
    opaque place. Every place starts at the ClinicalDocument. Never raises: the depth
    and size of the tree were bounded when it was parsed.
    """
    root = document.root
    walk = _Walk(pdf, root)
    walk.element(root, step(root.tag), f"/{step(root.tag)}")
    return tuple(walk.found)


@dataclass(slots=True)
class _Block:
    """The text nodes of one block, in reading order, and where the spoken ones are."""

    pieces: list[str] = field(default_factory=list)
    spoken: list[tuple[str, int]] = field(default_factory=list)

    def add(self, text: str, path: str, number: int) -> None:
        """Add the text node ``path/text()[number]``, spoken unless it is blank."""
        if text.isspace():
            self.pieces.append(" ")
        else:
            self.pieces.append(text)
            self.spoken.append((path, number))

    def content(self, path: str) -> Content:
        """Return the block as one place."""
        text = one_line("".join(self.pieces))
        if len(self.spoken) > 1:
            return Content(path, text=text)
        where, number = self.spoken[0]
        return Content(f"{where}/text()[{number}]", text=text)


def one_line(text: str) -> str:
    """Collapse white space as a browser does; a ``br`` stays a line break."""
    if _BREAK not in text:
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in text.split(_BREAK))
    return "\n".join(line for line in lines if line)


class _Steps(dict[str, str]):
    """The steps of the tags of one document, each worked out once."""

    def __missing__(self, tag: str) -> str:
        self[tag] = found = step(tag)
        return found


@dataclass(slots=True)
class _Walk:
    """The walk: what is done for every element is kept short, since speed is here."""

    pdf: PdfReader
    root: Element
    found: list[Content] = field(default_factory=list)
    linked: dict[str, str] = field(default_factory=dict)
    targets: dict[str, Element] | None = None
    steps: _Steps = field(default_factory=_Steps)
    false: set[str] = field(default_factory=set)

    def element(self, element: Element, name: str, path: str) -> None:
        """Collect what one element says, and its children but the inline ones."""
        if name == "h:name" and _of_a_person(element):
            self._given_names(element, path)
            self._say_all(margins.titles(element, path))
            return
        given = attributes_of(element)
        if given:
            self._attributes(given, name, path)
        text, parts = element.text, len(element)
        if not text and not parts:
            return
        if (given or name == "h:text") and encapsulated.is_file(element):
            self.found.extend(encapsulated.contents(element, path, self.pdf))
        elif parts:
            self._block(element, text, path)
            if given.get("negationInd") in _TRUE or path in self.false:
                self._deny(path)
        elif text and not text.isspace():
            self.found.append(Content(f"{path}/text()[1]", text=one_line(text)))

    def _block(self, element: Element, text: str | None, path: str) -> None:
        block = _Block()
        self._inside(element, text, path, block)
        if block.spoken:
            self.found.append(block.content(path))

    def _deny(self, path: str) -> None:
        """Mark what a negated statement says of itself.

        A statement within it (a reason, a component) stands on its own.
        """
        for at in range(len(self.found) - 1, -1, -1):
            place = self.found[at].place
            if not place.startswith(f"{path}/"):
                break
            if not _WITHIN.search(place, len(path)):
                self.found[at] = replace(self.found[at], negated=True)

    def _inside(
        self, element: Element, text: str | None, path: str, block: _Block
    ) -> None:
        """Put the text of an element into its block; other blocks go their own way."""
        number, steps, pieces = 0, self.steps, block.pieces
        if text:
            number = 1
            block.add(text, path, 1)
        children = list(element)
        names = [steps[child.tag] for child in children]
        own = names if len(set(names)) == len(names) else numbered(names)
        for child, name, last in zip(children, names, own, strict=True):
            kind = _KINDS.get(name)
            if kind is None:
                pieces.append(_BREAK)
                self.element(child, name, f"{path}/{last}")
            elif kind is not _MUTE or not margins.is_mute(child):
                self._other(child, kind, f"{path}/{last}", block)
            tail = child.tail
            if tail:
                number += 1
                if tail.isspace():
                    pieces.append(" ")
                else:
                    block.add(tail, path, number)

    def _other(self, child: Element, kind: str, path: str, block: _Block) -> None:
        """Read what is no block: an inline element, a value, a person, an address."""
        if kind is _INLINE:
            if child.tag == _LINE_BREAK:
                block.pieces.append(_BREAK)
            given = attributes_of(child)
            if given:
                self._attributes(given, "", path)
            text = child.text
            if text or len(child):
                self._inside(child, text, path, block)
        elif kind is not _COMMENT:
            self._say_all(margins.silent(child, path))

    def _attributes(self, given: dict[str, str], name: str, path: str) -> None:
        if _TELLING.isdisjoint(given) and not margins.may_tell(given):
            return
        if name == "h:value" and _is_false(given):
            self.false.add(path.rpartition("/")[0])
        if "code" in given:
            self.found.append(Content(f"{path}/@code", codes=_codes(given)))
        elif "displayName" in given:
            self._say(f"{path}/@displayName", given["displayName"])
        elif name == "h:reference" and "value" in given:
            self._linked(f"{path}/@value", given["value"])
        self._say_all(margins.attributes(given, path, link=name == "h:reference"))

    def _say_all(self, said: Iterable[margins.Said]) -> None:
        for place, words in said:
            self._say(place, words)

    def _say(self, place: str, text: str) -> None:
        if text.strip():
            self.found.append(Content(place, text=one_line(text)))

    def _linked(self, place: str, reference: str) -> None:
        name = reference.strip().removeprefix("#")
        if name not in self.linked:
            # Once for each target: a hostile document may refer to one a million times.
            if self.targets is None:
                self.targets = xml.identified(self.root)
            self.linked[name] = _short_text(self.targets.get(name))
        self._say(place, self.linked[name])

    def _given_names(self, name: Element, path: str) -> None:
        parent = name.getparent()
        if parent is None or parent.tag != _PATIENT:
            return
        for child, own in steps(name):
            if child.tag == f"{_H}given" and child.text:
                self._say(f"{path}/{own}/text()[1]", child.text)


def _short_text(target: Element | None) -> str:
    """Return the text of a target, empty when there is none or it is too long."""
    if target is None:
        return ""
    length = 0
    pieces: list[str] = []
    for piece in target.itertext():
        pieces.append(str(piece))
        length += len(piece.strip())
        if length > LINKED_TEXT_AT_MOST:
            return ""
    return " ".join(pieces)


def _of_a_person(name: Element) -> bool:
    """Tell a person's name from an organisation's or a product's."""
    parent = name.getparent()
    if parent is not None and parent.tag in _PERSONS:
        return True
    return any(child.tag in _PERSON_PARTS for child in name)


def _is_false(given: dict[str, str]) -> bool:
    """Tell whether a value is the Boolean that answers a statement with no."""
    return given.get(_TYPE) == "BL" and given.get("value") in _FALSE


def _codes(given: dict[str, str]) -> tuple[Code, ...]:
    code, display = given["code"].strip(), given.get("displayName", "")
    if display:
        display = one_line(display)
    by_oid = uri(given.get("codeSystem", ""))
    by_name = named(given["codeSystemName"]) if "codeSystemName" in given else ""
    if by_name in {"", by_oid}:
        return (Code(by_oid, code, display),)
    # A wrong OID with the right name is common: the code is then given under both.
    return tuple(Code(system, code, display) for system in (by_oid, by_name) if system)
