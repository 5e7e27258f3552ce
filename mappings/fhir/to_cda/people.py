"""Practitioner, PractitionerRole, Organization, Patient to the entities of CDA."""

from mappings.fhir.elements import child, children, extension, string, strings
from mappings.fhir.references import Found
from mappings.fhir.to_cda.bundle import Source
from mappings.fhir.to_cda.datatypes import (
    concept,
    identifier,
    identifiers,
    name,
    reachable,
    stamp,
)
from mappings.fhir.to_cda.tag import Tag, some, tag
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import reverse

_BIRTH_LIST = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name"
_NOBODY = tag("id", nullFlavor="UNK")


def author(name_: str, who: JsonObject, when: str, source: Source, owner: Found) -> Tag:
    """Return a participation with a time: author; without a date, an unknown one."""
    moment = (
        tag("time", value=stamp(when)) if stamp(when) else tag("time", nullFlavor="UNK")
    )
    return tag(name_, moment, entity("assignedAuthor", who, source, owner))


def performer(
    who: JsonObject, source: Source, owner: Found, *, kind: str = "PRF"
) -> Tag:
    """Return whoever performed an act."""
    return tag("performer", entity("assignedEntity", who, source, owner), typeCode=kind)


def entity(kind: str, who: JsonObject, source: Source, owner: Found) -> Tag:
    """Return assignedAuthor or assignedEntity for a Reference to anybody.

    Order of the schema: id, code, addr, telecom, person, organization.
    """
    found = source.find(who, owner)
    resource = found.resource if found else {}
    role = resource if string(resource, "resourceType") == "PractitionerRole" else {}
    at = found or owner
    person = source.resource(child(role, "practitioner"), at) if role else resource
    structure = source.resource(child(role, "organization"), at)
    if string(person, "resourceType") == "Organization":
        person, structure = {}, person
    told = person or who
    numbers = identifiers(told) or _logical(who) or [_NOBODY]
    specialty = next(iter(children(role, "specialty")), {})
    return tag(
        kind,
        numbers,
        concept("code", specialty),
        reachable(person) or reachable(role),
        _person(person, who) if person or not structure else None,
        organization("representedOrganization", structure) if structure else None,
    )


def _logical(who: JsonObject) -> list[Tag]:
    found = identifier(child(who, "identifier"))
    return [found] if found else []


def _person(person: JsonObject, who: JsonObject) -> Tag | None:
    named = next(iter(children(person, "name")), {}) or {"text": string(who, "display")}
    return some("assignedPerson", name(named))


def organization(kind: str, found: JsonObject) -> Tag:
    """Return a structure: identifiers, name, then how to reach it."""
    reach = reachable(found)
    telecoms = [one for one in reach if one.name == "telecom"]
    places = [one for one in reach if one.name == "addr"]
    called = string(found, "name")
    sector = next(iter(children(found, "type")), {})
    return tag(
        kind,
        identifiers(found) or [_NOBODY],
        tag("name", called) if called else None,
        telecoms,
        places,
        concept("standardIndustryClassCode", sector)
        if kind == "representedOrganization"
        else None,
    )


def patient(found: JsonObject) -> Tag:
    """Return recordTarget of a Patient: numbers, addresses, CI-SIS names, sex, birth."""
    gender = reverse("administrative-gender", string(found, "gender")) or "U"
    sex = tag(
        "administrativeGenderCode", code=gender, codeSystem="2.16.840.1.113883.5.1"
    )
    born = stamp(string(found, "birthDate"))
    birth = tag("birthTime", value=born) if born else tag("birthTime", nullFlavor="UNK")
    return tag(
        "recordTarget",
        tag(
            "patientRole",
            identifiers(found) or [_NOBODY],
            reachable(found),
            tag("patient", _names(found), sex, birth, _birth_place(found)),
        ),
    )


def _names(found: JsonObject) -> Tag:
    """Return the name as CI-SIS writes it: BR for birth, CL for what is in use."""
    names = children(found, "name")
    official = _used(names, "official") or _used(names, "") or _used(names, "usual")
    used = _used(names, "usual")
    givens = strings(official, "given")
    listed = string(extension(official, _BIRTH_LIST), "valueString") or " ".join(givens)
    parts = [
        *(
            [tag("family", family, qualifier="BR")]
            if (family := string(official, "family"))
            else []
        ),
        *([tag("given", listed)] if listed else []),
        *(tag("given", one, qualifier="BR") for one in givens[:1]),
        *(
            [tag("family", family, qualifier="CL")]
            if (family := string(used, "family"))
            else []
        ),
        *(tag("given", one, qualifier="CL") for one in strings(used, "given")),
    ]
    return tag("name", parts) if parts else tag("name", nullFlavor="UNK")


def _used(names: tuple[JsonObject, ...], use: str) -> JsonObject:
    return next((one for one in names if string(one, "use") == use), {})


def _birth_place(found: JsonObject) -> Tag | None:
    url = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
    where = child(extension(found, url), "valueAddress")
    insee = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code"
    code = string(child(extension(where, insee), "valueCoding"), "code")
    code = code or string(where, "district")
    town = string(where, "city")
    parts = [
        *([tag("county", code)] if code else []),
        *([tag("city", town)] if town else []),
    ]
    return tag("birthplace", tag("place", tag("addr", parts))) if parts else None
