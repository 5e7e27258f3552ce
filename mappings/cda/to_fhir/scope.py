"""What one document yields while it is mapped: resources, remarks, people met twice.

A scope belongs to one document and one mapping. Its ids are a function of the document
and of the place a resource comes from, so mapping twice gives the same resources.
"""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from mappings.cda import confidentiality, datatypes, xml
from mappings.cda.datatypes import find, text
from mappings.cda.document import HL7, step, steps
from mappings.cda.to_fhir import gaps, identifiers, people, subjects
from mappings.cda.xml import Element
from mappings.mapped import Issue
from mappings.submission import JsonObject
from mappings.terminology import uri

_H = f"{{{HL7}}}"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:paravent:cda-to-fhir")
_SEED = hashlib.sha1(_NAMESPACE.bytes, usedforsecurity=False)
_VARIANT = {
    digit: "89ab"[number % 4] for number, digit in enumerate("0123456789abcdef")
}
"""RFC 4122 fixes two bits of a UUID's 17th digit."""


@dataclass(frozen=True, slots=True)
class Derived:
    """One FHIR resource, with ``resourceType`` and ``id``, and the place it comes from.

    ``place`` is an XPath as :func:`mappings.cda.document.place` gives.
    """

    resource: JsonObject
    place: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its element, the system and code it has, its templates, its title."""

    element: Element
    system: str
    code: str
    templates: frozenset[str]
    title: str


def section_of(element: Element) -> Section:
    """Return what an entry may want to know of the section it stands in."""
    code = find(element, "code")
    return Section(
        element,
        uri(datatypes.attribute(code, "codeSystem")),
        datatypes.attribute(code, "code"),
        frozenset(
            datatypes.attribute(one, "root")
            for one in element.findall(f"{_H}templateId")
        ),
        text(find(element, "title")),
    )


@dataclass(slots=True)
class Scope:
    """Collects what a document gives; one instance for one mapping of one document.

    ``identity`` names the document, ``subject`` is the reference to its patient.
    """

    root: Element
    identity: str
    derived: list[Derived] = field(default_factory=list)
    issues: dict[Issue, None] = field(default_factory=dict)
    subject: JsonObject = field(default_factory=dict)
    references: dict[Element, str] = field(default_factory=dict)
    """The first reference that came from an element."""
    others: dict[Element, Element | None] = field(default_factory=dict)
    """Whom an element is about, if not the patient: its relatedSubject, or one above."""
    roster: people.Roster = field(default_factory=people.Roster)
    regions: list[tuple[Element, int, int]] = field(default_factory=list)
    """Elements with the resources that were made of them, by number: first and last."""
    ids: set[str] = field(default_factory=set)
    """The ids that the narrative has given out."""
    _sources: list[Element] = field(default_factory=list)
    _targets: dict[str, Element] | None = None
    _level: tuple[bool, JsonObject | None] | None = None
    _places: dict[Element, str] = field(default_factory=dict)
    _made: dict[str, int] = field(default_factory=dict)

    def add(self, resource: JsonObject, element: Element) -> str:
        """Keep a resource that ``element`` gave and return its reference.

        Sets ``id`` and, where the document states a level for this part,
        ``meta.security``. A resource about ``scope.subject`` is about whom the element
        says (a relatedSubject), if it says so. The reference is ``urn:uuid:<id>``.
        """
        kind = str(resource["resourceType"])
        resource = subjects.about(resource, element, self)
        where = self.place(element)
        own = self.own(f"{where} {kind}")
        level = self.level(element)
        head: JsonObject = {"resourceType": kind, "id": own}
        if level:
            head["meta"] = resource.get("meta", {}) | {"security": [level]}
        kept = head | {k: v for k, v in resource.items() if k not in head}
        self.derived.append(Derived(kept, where))
        self._sources.append(element)
        reference = f"urn:uuid:{own}"
        self.references.setdefault(element, reference)
        return reference

    def level(self, element: Element) -> JsonObject | None:
        """Return the confidentiality that protects what is made of an element.

        Nearly every document states one level, in its header: then it is looked up once.
        """
        if self._level is None:
            stated = sum(1 for _ in self.root.iter(f"{_H}confidentialityCode"))
            self._level = (stated <= 1, confidentiality.stated_for(self.root))
        alone, level = self._level
        return level if alone else confidentiality.stated_for(element)

    def own(self, name: str) -> str:
        """Return an id that this document gives to ``name``, another one each time."""
        number = self._made[name] = self._made.get(name, 0) + 1
        return _uuid5(f"{self.identity} {name} {number}")

    def made(self) -> Iterator[tuple[Derived, Element]]:
        """Give each resource with its element; those kept meanwhile come too."""
        yield from zip(self.derived, self._sources, strict=True)

    def person(self, element: Element) -> JsonObject | None:
        """Return a Reference to whoever an author, performer or informant is.

        The resources behind it (Practitioner, PractitionerRole, Organization, Device,
        RelatedPerson) are made once for one person; the patient is the subject. None
        when the element names nobody.
        """
        return people.person(element, self)

    def lost(self, at: Element | str, what: str) -> None:
        """Say that something of the document is not carried over, by its XPath.

        ``what`` is a row of ``gaps.csv``; no value of the document may be in it.
        """
        where = at if isinstance(at, str) else self.place(at)
        self.issues[gaps.issue(what, where)] = None

    def check(self, element: Element, before: int) -> None:
        """Remember what was made of an element since there were ``before`` resources.

        When all is mapped, :mod:`mappings.cda.to_fhir.carried` looks for its facts there.
        """
        self.regions.append((element, before, len(self.derived)))

    def narrative(self, reference: Element | None) -> str:
        """Return the text a ``<reference value="#id"/>`` points to, on one line.

        The ``#`` may be missing; a dangling reference, or none, gives the empty text.
        """
        return text(self.target(reference))

    def target(self, reference: Element | None) -> Element | None:
        """Return the narrative element a ``<reference value="#id"/>`` points to."""
        return self.identified(datatypes.attribute(reference, "value"))

    def identified(self, name: str) -> Element | None:
        """Return the element of this ``ID``, with or without a ``#`` before it."""
        if self._targets is None:
            self._targets = xml.identified(self.root)
        return self._targets.get(name.removeprefix("#"))

    def place(self, element: Element) -> str:
        """Return the XPath of an element, as :func:`mappings.cda.document.place` does."""
        known = self._places.get(element)
        if known is not None:
            return known
        parent = element.getparent()
        if parent is None:
            self._places[element] = f"/{step(str(element.tag))}"
        else:
            above = self.place(parent)
            for child, name in steps(parent):
                self._places[child] = f"{above}/{name}"
        return self._places[element]


def _uuid5(name: str) -> str:
    """Return ``str(uuid.uuid5(_NAMESPACE, name))``; thousands are made for a document."""
    digest = _SEED.copy()
    digest.update(name.encode())
    made = digest.hexdigest()
    variant = _VARIANT[made[16]]
    return (
        f"{made[:8]}-{made[8:12]}-5{made[13:16]}-{variant}{made[17:20]}-{made[20:32]}"
    )


def scope_of(root: Element) -> Scope:
    """Return an empty scope for a document.

    A document without identifier is named by a digest of what it says, so that two of
    them never share their ids.
    """
    own = datatypes.identifier(find(root, "id"))
    name = _digest(root) if own is None else str(own)
    role = find(root, "recordTarget", "patientRole")
    patient = [] if role is None else identifiers.of_person(role)
    return Scope(root, name, roster=people.Roster(identifiers.names(patient)))


def _digest(root: Element) -> str:
    said = "\n".join(str(piece) for piece in root.itertext())
    return hashlib.sha256(said.encode()).hexdigest()
