"""What a FHIR document, Bundle or resource shows."""

from collections.abc import Iterable, Iterator

from mappings.fhir.about import about
from mappings.fhir.elements import child, children, codings, items, string, strings
from mappings.fhir.parse import parse_json
from mappings.fhir.references import Found, Scope, by_address
from mappings.fhir.xhtml import Node, tree
from mappings.fhir.xhtml_text import pruned
from mappings.html.view import NOTHING, Facts, Section, View
from mappings.mapped import Refused
from mappings.submission import JsonObject

_FILES = frozenset({"Binary", "DocumentReference", "ImagingStudy", "Media"})


def view(document: bytes) -> View:
    """Return a FHIR document with its narratives; other resources as lines of words."""
    try:
        found = parse_json(document)
    except Refused:
        return NOTHING
    entries = [child(entry, "resource") for _, entry in items(found, "entry")]
    composition = next((e for e in entries if _kind(e) == "Composition"), {})
    if composition:
        return _composed(found, composition)
    return _listed(entries or [found])


def _kind(resource: JsonObject) -> str:
    return string(resource, "resourceType")


def _composed(bundle: JsonObject, composition: JsonObject) -> View:
    scope = Scope(Found(composition, "Composition"), by_address(bundle, "Bundle"))
    facts = Facts()
    facts.add("type", _words(child(composition, "type")))
    _patient(facts, _resource(child(composition, "subject"), scope))
    facts.add("date", string(composition, "date"))
    for author in children(composition, "author"):
        facts.add("author", string(author, "display") or _name(author, scope))
    return View(
        title=string(composition, "title"),
        language=string(composition, "language"),
        facts=facts.all(),
        sections=tuple(_sections(composition, scope)),
        message=_pictures(child(e, "resource") for _, e in items(bundle, "entry")),
    )


def _listed(resources: list[JsonObject]) -> View:
    """Return what each resource is about, under the name of its type."""
    facts = Facts()
    for one in resources:
        if _kind(one) == "Patient":
            _patient(facts, one)
    lines: dict[str, list[str]] = {}
    for one in resources:
        if said := about(one):
            lines.setdefault(_kind(one), []).append(said)
    sections = tuple(
        Section("", lines=tuple(said), kind=kind) for kind, said in lines.items()
    )
    return View(
        facts=facts.all(),
        sections=sections,
        message=_pictures(resources) if sections else "",
        kind="resources",
    )


def _pictures(resources: Iterable[JsonObject]) -> str:
    """Return the key of the sentence about files that the page leaves out, if any."""
    files = any(_kind(one) in _FILES or _attached(one) for one in resources)
    return "pictures" if files else ""


def _attached(resource: JsonObject) -> bool:
    forms = children(resource, "presentedForm")
    return bool(forms or child(resource, "photo"))


def _sections(owner: JsonObject, scope: Scope) -> Iterator[Section]:
    for one in children(owner, "section"):
        body = _narrative(string(child(one, "text"), "div"))
        resources = [_resource(e, scope) for e in children(one, "entry")]
        lines = [] if body else [said for e in resources if (said := about(e))]
        yield Section(
            string(one, "title") or _words(child(one, "code")),
            body,
            tuple(dict.fromkeys(lines)),
            tuple(_sections(one, scope)),
        )


def _narrative(xhtml: str) -> Node | None:
    found = tree(xhtml) if xhtml else None
    if found is None:
        return None
    kept = pruned(found)
    return kept if kept.text() else None


def _patient(facts: Facts, patient: JsonObject) -> None:
    facts.add("patient", _person(patient))
    facts.add("born", string(patient, "birthDate"))
    for one in children(patient, "identifier")[:1]:
        facts.add("identifier", string(one, "value"))


def _resource(reference: JsonObject, scope: Scope) -> JsonObject:
    found = scope.resolve(reference)
    return found.resource if found else {}


def _name(reference: JsonObject, scope: Scope) -> str:
    found = _resource(reference, scope)
    if _kind(found) == "PractitionerRole":
        person = _resource(child(found, "practitioner"), scope)
        return _person(person) or string(child(found, "practitioner"), "display")
    return _person(found)


def _person(found: JsonObject) -> str:
    """Return a name as used: the one in use, else the official one, else any."""
    names = children(found, "name")
    order = {"usual": 0, "official": 1}
    for one in sorted(names, key=lambda name: order.get(string(name, "use"), 2)):
        parts = (*strings(one, "prefix"), *strings(one, "given"), string(one, "family"))
        said = " ".join(part for part in parts if part)
        if said or string(one, "text"):
            return said or string(one, "text")
    return string(found, "name")


def _words(concept: JsonObject) -> str:
    displays = (string(one, "display") for one in codings(concept))
    return string(concept, "text") or next((one for one in displays if one), "")
