"""What a CDA document shows: its header in a few facts, its sections with their text."""

from collections.abc import Iterator

from mappings.cda.datatypes import attribute, date_time, find, text
from mappings.cda.document import HL7, clinical_document
from mappings.cda.to_fhir.narrative import Surroundings, xhtml
from mappings.cda.xml import Element
from mappings.fhir.xhtml import Node, tree
from mappings.fhir.xhtml_text import pruned
from mappings.html.view import NOTHING, Facts, Section, View
from mappings.mapped import Refused

_H = f"{{{HL7}}}"
_IN_USE = "CL"
_EXERCISE = frozenset({"DR", "PR"})


def view(document: bytes) -> View:
    """Return a CDA document; one of level 1 is a file, what is no CDA nothing."""
    try:
        root = clinical_document(document).root
    except Refused:
        return NOTHING
    structured = find(root, "component", "structuredBody")
    return View(
        title=text(find(root, "title")),
        language=attribute(find(root, "languageCode"), "code"),
        facts=_facts(root),
        sections=() if structured is None else tuple(_sections(structured)),
        message="file" if structured is None else _pictures(structured),
    )


def _pictures(body: Element) -> str:
    """Return the key of the sentence about files that the page leaves out, if any."""
    shown = (f"{_H}renderMultiMedia", f"{_H}observationMedia")
    return "" if next(body.iter(*shown), None) is None else "pictures"


def _facts(root: Element) -> tuple[tuple[str, str], ...]:
    facts = Facts()
    facts.add("type", attribute(find(root, "code"), "displayName"))
    role = find(root, "recordTarget", "patientRole")
    facts.add("patient", _patient_name(find(role, "patient", "name")))
    facts.add("born", date_time(attribute(find(role, "patient", "birthTime"), "value")))
    facts.add("identifier", attribute(find(role, "id"), "extension"))
    facts.add("date", date_time(attribute(find(root, "effectiveTime"), "value")))
    for author in root.findall(f"{_H}author"):
        entity = find(author, "assignedAuthor")
        facts.add("author", _name(find(entity, "assignedPerson", "name")))
        facts.add("structure", text(find(entity, "representedOrganization", "name")))
    return facts.all()


def _patient_name(name: Element | None) -> str:
    """Return the names in use (CL) where the document has them, else those of birth."""
    if name is None:
        return ""
    given = _qualified(name, "given", _IN_USE) or _qualified(name, "given", "BR")
    family = _qualified(name, "family", _IN_USE) or _qualified(name, "family", "BR")
    return f"{given} {family}".strip() or _name(name)


def _qualified(name: Element, part: str, mark: str) -> str:
    found = (
        one
        for one in name.findall(f"{_H}{part}")
        if mark in attribute(one, "qualifier").split()
    )
    return " ".join(text(one) for one in found)


def _name(name: Element | None) -> str:
    if name is None:
        return ""
    order: tuple[str, ...] = ("prefix", "given", "family", "suffix")
    if any(text(one).upper().rstrip(".") in _EXERCISE for one in _all(name, "suffix")):
        # CI-SIS: the civility of exercise is the suffix, and is said before the name.
        order = ("suffix", "given", "family")
    parts = [text(one) for part in order for one in _all(name, part)]
    return " ".join(part for part in parts if part) or text(name)


def _all(name: Element, part: str) -> list[Element]:
    return name.findall(f"{_H}{part}")


def _sections(body: Element) -> Iterator[Section]:
    for component in body.findall(f"{_H}component"):
        section = find(component, "section")
        if section is not None:
            yield Section(
                text(find(section, "title"))
                or attribute(find(section, "code"), "displayName"),
                _narrative(find(section, "text")),
                sections=tuple(_sections(section)),
            )


def _narrative(block: Element | None) -> Node | None:
    if block is None:
        return None
    found = tree(xhtml(block, Surroundings(set(), lambda _: None)))
    kept = pruned(found) if found else None
    return kept if kept and kept.text() else None
