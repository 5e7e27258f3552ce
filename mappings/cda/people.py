"""Who wrote, signed and keeps a CDA document, as contained FHIR resources."""

from dataclasses import dataclass

from mappings.cda import datatypes
from mappings.cda.document import HL7
from mappings.cda.xml import Element
from mappings.submission import Identifier, JsonObject

_H = f"{{{HL7}}}"


@dataclass(frozen=True, slots=True)
class People:
    """The persons and organisations of a header.

    ``contained`` holds their resources; ``authors``, ``authenticator`` and
    ``custodian`` refer to them. ``author_ids`` and ``organization_ids`` are the
    ``system|value`` strings of whoever wrote it, and for whom; ``custodian_ids`` those
    of the structure that keeps it.
    """

    contained: tuple[JsonObject, ...]
    authors: tuple[JsonObject, ...]
    authenticator: JsonObject | None
    custodian: JsonObject | None
    author_ids: frozenset[str]
    organization_ids: frozenset[str]
    custodian_ids: frozenset[str]


def people(root: Element) -> People:
    """Read author, legalAuthenticator and custodian; whoever is absent is left out."""
    contained: list[JsonObject] = []
    author_ids: set[str] = set()
    organization_ids: set[str] = set()
    authors = []
    for number, author in enumerate(root.findall(f"{_H}author"), start=1):
        assigned = datatypes.find(author, "assignedAuthor")
        authors += _role(assigned, f"author-{number}", contained)
        author_ids |= _ids(assigned)
        organization_ids |= _ids(datatypes.find(assigned, "representedOrganization"))
    signer = datatypes.find(root, "legalAuthenticator", "assignedEntity")
    keeper = datatypes.find(
        root, "custodian", "assignedCustodian", "representedCustodianOrganization"
    )
    authenticator = _role(signer, "authenticator", contained)
    custodian = _organization(keeper, "custodian", contained)
    return People(
        tuple(contained),
        tuple(authors),
        authenticator[0] if authenticator else None,
        custodian,
        frozenset(author_ids),
        frozenset(organization_ids),
        frozenset(_ids(keeper)),
    )


def _role(
    entity: Element | None, name: str, contained: list[JsonObject]
) -> list[JsonObject]:
    """Add a PractitionerRole (or the Device that wrote) and return its reference."""
    if entity is None:
        return []
    device = datatypes.find(entity, "assignedAuthoringDevice")
    if device is not None and datatypes.find(entity, "assignedPerson") is None:
        contained.append(_device(entity, device, name))
        return [{"reference": f"#{name}"}]
    role: JsonObject = {"resourceType": "PractitionerRole", "id": name}
    contained.append(_practitioner(entity, f"{name}-person"))
    role["practitioner"] = {"reference": f"#{name}-person"}
    organization = datatypes.find(entity, "representedOrganization")
    at = _organization(organization, f"{name}-organization", contained)
    if at is not None:
        role["organization"] = at
    specialty = datatypes.concept(datatypes.find(entity, "code"))
    if specialty is not None:
        role["specialty"] = [specialty]
    contained.append(role)
    return [{"reference": f"#{name}"}]


def _practitioner(entity: Element, name: str) -> JsonObject:
    answer: JsonObject = {
        "resourceType": "Practitioner",
        "id": name,
        **_identified(entity),
    }
    person = datatypes.find(entity, "assignedPerson", "name")
    human = {} if person is None else _human_name(person)
    return answer | ({"name": [human]} if human else {})


def _human_name(name: Element) -> JsonObject:
    answer: JsonObject = {}
    family = datatypes.text(datatypes.find(name, "family"))
    if family:
        answer["family"] = family
    for part in ("given", "prefix", "suffix"):
        said = [datatypes.text(element) for element in name.findall(f"{_H}{part}")]
        if any(said):
            answer[part] = [one for one in said if one]
    return answer or ({"text": datatypes.text(name)} if datatypes.text(name) else {})


def _device(entity: Element, device: Element, name: str) -> JsonObject:
    names = {
        "manufacturer": datatypes.text(datatypes.find(device, "manufacturerModelName")),
        "software": datatypes.text(datatypes.find(device, "softwareName")),
    }
    said = next((one for one in (names["software"], names["manufacturer"]) if one), "")
    answer: JsonObject = {"resourceType": "Device", "id": name, **_identified(entity)}
    if said:
        answer["deviceName"] = [{"name": said, "type": "user-friendly-name"}]
    return answer


def _organization(
    element: Element | None, name: str, contained: list[JsonObject]
) -> JsonObject | None:
    if element is None:
        return None
    answer: JsonObject = {
        "resourceType": "Organization",
        "id": name,
        **_identified(element),
    }
    called = datatypes.text(datatypes.find(element, "name"))
    if called:
        answer["name"] = called
    contained.append(answer)
    return {"reference": f"#{name}"}


def _identified(element: Element) -> JsonObject:
    found = [datatypes.as_fhir(one) for one in _identifiers(element)]
    return {"identifier": found} if found else {}


def _identifiers(element: Element) -> list[Identifier]:
    found = (datatypes.identifier(one) for one in element.findall(f"{_H}id"))
    return [one for one in found if one is not None]


def _ids(element: Element | None) -> set[str]:
    return set() if element is None else {str(one) for one in _identifiers(element)}
