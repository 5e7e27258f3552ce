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

from collections.abc import Iterable
from dataclasses import dataclass, field

from mappings.cda import encapsulated, margins, xml
from mappings.cda.document import HL7, ClinicalDocument, step, steps
from mappings.cda.xml import Element
from mappings.content import Code, Content
from mappings.pdf import PdfReader
from mappings.terminology import uri
from mappings.terminology.systems import named

LINKED_TEXT_AT_MOST = 500
"""A reference to a longer text points to a whole section: it says nothing precise."""

_H = f"{{{HL7}}}"
_SILENT = margins.VALUES | margins.PERSONS | margins.ADDRESSES
_INLINE = frozenset(
    f"{_H}{name}" for name in ("content", "sub", "sup", "linkHtml", "br")
)
_NAME, _PATIENT = f"{_H}name", f"{_H}patient"
_REFERENCE, _LINE_BREAK = f"{_H}reference", f"{_H}br"
_PERSONS = frozenset({_PATIENT, f"{_H}informationRecipient"})
_PERSON_PARTS = frozenset({f"{_H}family", f"{_H}given"})
_BREAK = "\x0b"  # cannot occur in XML: stands for <br/> until spaces are collapsed


def contents(document: ClinicalDocument, pdf: PdfReader) -> tuple[Content, ...]:
    """Return every place of ``document`` with codes or text, in document order.

    Embedded files are read through :mod:`mappings.body`; one that cannot be read is an
    opaque place. Every place starts at the ClinicalDocument. Never raises: the depth
    and size of the tree were bounded when it was parsed.
    """
    walk = _Walk(pdf, xml.identified(document.root))
    walk.element(document.root, f"/{step(document.root.tag)}")
    return tuple(walk.found)


@dataclass(slots=True)
class _Block:
    """The text nodes of one block, in reading order, and where the spoken ones are."""

    pieces: list[str] = field(default_factory=list)
    spoken: list[tuple[str, int]] = field(default_factory=list)

    def add(self, text: str, path: str, number: int) -> None:
        """Add the text node ``path/text()[number]``, which is not blank."""
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


@dataclass(slots=True)
class _Walk:
    pdf: PdfReader
    targets: dict[str, Element]
    found: list[Content] = field(default_factory=list)
    linked: dict[str, str] = field(default_factory=dict)

    def element(self, element: Element, path: str) -> None:
        """Collect what one element says, and its children but the inline ones."""
        if element.tag == _NAME and _of_a_person(element):
            self._given_names(element, path)
            self._say_all(margins.titles(element, path))
            return
        self._attributes(element, path)
        if not len(element) and not element.text:
            return
        if encapsulated.is_file(element):
            self.found.extend(encapsulated.contents(element, path, self.pdf))
            return
        block = _Block()
        self._inside(element, path, block)
        if block.spoken:
            self.found.append(block.content(path))

    def _inside(self, element: Element, path: str, block: _Block) -> None:
        """Put the text of an element into its block; other blocks go their own way."""
        number = 0
        text = element.text
        if text:
            number = 1
            if not text.isspace():
                block.add(text, path, 1)
        if not len(element):
            return
        blank = block.pieces.append
        for child, own in steps(element):
            if own:
                self._child(child, f"{path}/{own}", block)
            tail = child.tail
            if tail:
                number += 1
                if tail.isspace():
                    blank(" ")
                else:
                    block.add(tail, path, number)

    def _child(self, child: Element, path: str, block: _Block) -> None:
        if child.tag in _SILENT:
            self._say_all(margins.silent(child, path))
            return
        if child.tag not in _INLINE:
            block.pieces.append(_BREAK)
            self.element(child, path)
            return
        if child.tag == _LINE_BREAK:
            block.pieces.append(_BREAK)
        self._attributes(child, path)
        self._inside(child, path, block)

    def _attributes(self, element: Element, path: str) -> None:
        names = element.keys()
        if not names:
            return
        if "code" in names:
            self.found.append(Content(f"{path}/@code", codes=_codes(element)))
        elif "displayName" in names:
            self._say(f"{path}/@displayName", str(element.get("displayName")))
        elif element.tag == _REFERENCE and "value" in names:
            self._linked(f"{path}/@value", str(element.get("value")))
        self._say_all(margins.attributes(element, path))

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


def _codes(element: Element) -> tuple[Code, ...]:
    code = str(element.get("code")).strip()
    display = one_line(str(element.get("displayName", "")))
    by_oid = uri(str(element.get("codeSystem", "")))
    by_name = named(str(element.get("codeSystemName", "")))
    if by_name in {"", by_oid}:
        return (Code(by_oid, code, display),)
    # A wrong OID with the right name is common: the code is then given under both.
    return tuple(Code(system, code, display) for system in (by_oid, by_name) if system)
