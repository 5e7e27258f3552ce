"""Authors and signers of XDS metadata as contained FHIR resources (ITI TF-3 4.2.3.2.1)."""

from dataclasses import dataclass, field

from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.xdm import ebrim, hl7v2


@dataclass(slots=True)
class Contained:
    """The contained resources of one resource under construction, each with its name."""

    resources: list[JsonObject] = field(default_factory=list)

    def keep(self, kind: str, name: str, said: JsonObject) -> JsonObject:
        """Keep a resource and return a reference to it."""
        self.resources.append({"resourceType": kind, "id": name, **said})
        return {"reference": f"#{name}"}

    def of(self, references: list[JsonObject]) -> list[JsonObject]:
        """Return what these references lead to, and what those lead to in turn."""
        kept = {one["id"]: one for one in self.resources}
        wanted = [one["reference"][1:] for one in references]
        for name in wanted:
            role = (kept[name].get(end) for end in ("practitioner", "organization"))
            wanted += [one["reference"][1:] for one in role if one]
        return [one for one in self.resources if one["id"] in wanted]


def authors(classifications: tuple[Element, ...], kept: Contained) -> list[JsonObject]:
    """Return a reference for each author; a machine's structure is an author beside it."""
    found: list[JsonObject] = []
    for number, author in enumerate(classifications, start=1):
        found += _author(author, f"author-{number}", kept)
    return found


def signer(xcn: str, kept: Contained) -> JsonObject | None:
    """Return a reference to the legal authenticator, None when the slot says nothing."""
    said = hl7v2.person(xcn)
    return kept.keep("Practitioner", "authenticator", said) if said else None


def _author(author: Element, name: str, kept: Contained) -> list[JsonObject]:
    structures = [
        kept.keep("Organization", f"{name}-organization-{number}", said)
        for number, xon in enumerate(ebrim.values(author, "authorInstitution"), start=1)
        if (said := hl7v2.organization(xon))
    ]
    people = ebrim.values(author, "authorPerson")
    machines = [
        kept.keep("Device", f"{name}-device-{number}", machine)
        for number, xcn in enumerate(people, start=1)
        if hl7v2.is_device(xcn) and (machine := hl7v2.device(xcn))
    ]
    persons = [hl7v2.person(p) for p in people if not hl7v2.is_device(p)]
    named = [one for one in persons if one]
    if machines and not named:
        return [*machines, *structures]
    role = _role(author, next(iter(named), {}), structures, name, kept)
    others = [
        kept.keep("Practitioner", f"{name}-person-{number}", one)
        for number, one in enumerate(named[1:], start=2)
    ]
    return [*machines, *role, *others, *structures[1:]]


def _role(
    author: Element,
    person: JsonObject,
    structures: list[JsonObject],
    name: str,
    kept: Contained,
) -> list[JsonObject]:
    """Return the PractitionerRole of an author; nothing when nobody is named."""
    who = kept.keep("Practitioner", f"{name}-person", person) if person else None
    specialties = map(hl7v2.concept, ebrim.values(author, "authorSpecialty"))
    roles = ({"text": text} for text in ebrim.values(author, "authorRole"))
    reached = map(hl7v2.telecom, ebrim.values(author, "authorTelecommunication"))
    parts: JsonObject = {
        "practitioner": who,
        "organization": next(iter(structures), None),
        "code": list(roles),
        "specialty": [one for one in specialties if one],
        "telecom": [one for one in reached if one],
    }
    if not person and not structures:
        return []
    said = {key: value for key, value in parts.items() if value}
    return [kept.keep("PractitionerRole", name, said)]
