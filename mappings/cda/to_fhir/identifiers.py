"""Identifiers of persons and structures with the type that FR Core gives them."""

from mappings.cda import datatypes
from mappings.cda.datatypes import attribute
from mappings.cda.document import HL7
from mappings.cda.to_fhir.names import kept
from mappings.cda.xml import Element
from mappings.submission import Identifier, JsonObject

_H = f"{{{HL7}}}"
_FRENCH = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
_V2 = "http://terminology.hl7.org/CodeSystem/v2-0203"
_TYPES = {
    "urn:oid:1.2.250.1.213.1.4.2": (_FRENCH, "INS-C", "old"),
    "urn:oid:1.2.250.1.213.1.4.8": (_FRENCH, "INS-NIR", "official"),
    "urn:oid:1.2.250.1.213.1.4.9": (_FRENCH, "INS-NIA", "temp"),
    "urn:oid:1.2.250.1.213.1.4.10": (_FRENCH, "INS-NIR-TEST", "official"),
    "urn:oid:1.2.250.1.213.1.4.11": (_FRENCH, "INS-NIR-DEMO", "official"),
    "urn:oid:1.2.250.1.71.4.2.1": (_FRENCH, "IDNPS", ""),
    "urn:oid:1.2.250.1.71.4.2.2": (_FRENCH, "IDNST", ""),
    "urn:oid:2.16.840.1.113883.4.1": (_V2, "SS", ""),
    "urn:oid:2.16.840.1.113883.4.6": (_V2, "NPI", ""),
}
"""standards-fr 3.1 to 3.4; an INS-C is obsolete, hence old."""
_NATIONAL = frozenset(name for name, kind in _TYPES.items() if "INS" in kind[1])


def fhir_identifier(element: Element, found: Identifier) -> JsonObject:
    """Return a FHIR Identifier with the type, use and assigner that are known."""
    answer: JsonObject = {}
    system, code, use = _TYPES.get(found.system, ("", "", ""))
    if use:
        answer["use"] = use
    if code:
        answer["type"] = {"coding": [{"system": system, "code": code}]}
    answer |= datatypes.as_fhir(found)
    assigner = attribute(element, "assigningAuthorityName")
    return answer | ({"assigner": {"display": assigner}} if assigner else {})


def identifiers(element: Element) -> list[JsonObject]:
    """Return the identifiers of a structure, a device or an act."""
    pairs = ((one, datatypes.identifier(one)) for one in element.findall(f"{_H}id"))
    return kept(fhir_identifier(one, found) for one, found in pairs if found)


def of_person(element: Element) -> list[JsonObject]:
    """Return the identifiers of a person: never a domain alone."""
    pairs = (
        (one, datatypes.person_identifier(one)) for one in element.findall(f"{_H}id")
    )
    return kept(fhir_identifier(one, found) for one, found in pairs if found)


def of_patient(role: Element) -> list[JsonObject]:
    """Return the identifiers of a patient; beside an INS, another one is the IPP."""
    found = of_person(role)
    if not any(one["system"] in _NATIONAL for one in found):
        return found
    ipp = {"use": "usual", "type": {"coding": [{"system": _V2, "code": "PI"}]}}
    return [one if "type" in one else ipp | one for one in found]


def names(found: list[JsonObject]) -> frozenset[str]:
    """Return ``system|value`` of each identifier."""
    return frozenset(f"{one['system']}|{one['value']}" for one in found)
