"""The recordTarget as a FHIR Patient (FR Core) with the guardians as RelatedPerson.

The resource says what the document says, former names included: it is derived from one
document and stays beside it. Whoever shows a patient shows the record's identity.
"""

from typing import TYPE_CHECKING

from mappings.cda import datatypes
from mappings.cda.datatypes import attribute, date_time, find, text
from mappings.cda.document import HL7, NAMESPACES
from mappings.cda.to_fhir import identifiers, people
from mappings.cda.to_fhir.names import address, human_name, kept, parts, reachable
from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import translate

if TYPE_CHECKING:
    from mappings.cda.to_fhir.scope import Scope

_H = f"{{{HL7}}}"
_SDTC = f"{{{NAMESPACES['sdtc']}}}"
_CORE = "http://hl7.org/fhir/StructureDefinition"
_FRENCH = "https://hl7.fr/ig/fhir/core/StructureDefinition"
_US = "http://hl7.org/fhir/us/core/StructureDefinition"
_COMMUNE = "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"
_CHOSEN_DOCTOR = "PCP"
_BOOLEANS = {"true": True, "false": False}


def patient(scope: "Scope") -> None:
    """Keep the Patient of the document and make its reference ``scope.subject``.

    A document without patient, or with several, has a Patient all the same: resources
    need a subject. What the second one says is lost, and said to be.
    """
    targets = scope.root.findall(f"{_H}recordTarget")
    for other in targets[1:]:
        scope.lost(other, "recordTarget")
    role = find(targets[0], "patientRole") if targets else None
    resource: JsonObject = {"resourceType": "Patient"}
    if role is None:
        scope.subject = {"reference": scope.add(resource, scope.root)}
        return
    scope.subject = {"reference": scope.add(resource | _described(role), role)}
    # Who cares for the patient may be a relative, whose resource names the patient.
    own = scope.derived[-1].resource
    own |= _care(role, scope)
    for guardian in role.findall(f"{_H}patient/{_H}guardian"):
        people.related_person(guardian, scope)


def _described(role: Element) -> JsonObject:
    """Return what the role and its patient say, each element only when it has a value."""
    found = {"identifier": identifiers.of_patient(role), **reachable(role)}
    holder = find(role, "patient")
    if holder is not None:
        found |= personal(holder) | {
            "extension": _extensions(holder),
            "maritalStatus": datatypes.concept(find(holder, "maritalStatusCode")),
            "communication": [
                _language(one) for one in holder.findall(f"{_H}languageCommunication")
            ],
        }
        found["communication"] = kept(found["communication"])
    return {name: value for name, value in found.items() if value not in (None, [], "")}


def personal(holder: Element) -> JsonObject:
    """Return names, sex, dates and multiple birth, as far as they are said."""
    born = date_time(attribute(find(holder, "birthTime"), "value"))
    gender = attribute(find(holder, "administrativeGenderCode"), "code")
    found: JsonObject = {
        "name": names(holder),
        "gender": translate("administrative-gender", gender),
        "birthDate": born[:10],
        **_death(holder),
        **_multiple_birth(holder),
    }
    if "T" in born:
        time = {"url": f"{_CORE}/patient-birthTime", "valueDateTime": born}
        found["_birthDate"] = {"extension": [time]}
    return {name: value for name, value in found.items() if value not in (None, [], "")}


def names(holder: Element) -> list[JsonObject]:
    """Return the names of a person: official for birth, usual for the one in use.

    CI-SIS: ``BR`` marks the birth name and the first birth first name, the given name
    without qualifier is the list of them all, ``CL`` marks what is in use.
    """
    return kept(one for name in holder.findall(f"{_H}name") for one in _both(name))


def _both(name: Element) -> list[JsonObject | None]:
    qualified = {
        (part, mark): _marked(name, part, mark)
        for part in ("family", "given")
        for mark in ("BR", "CL", "")
    }
    if not any(qualified[key] for key in qualified if key[1]):
        return [human_name(name)]
    listed = qualified["given", ""]
    official = _name(
        "official", name, qualified["family", "BR"] or qualified["family", ""]
    )
    official |= _some(given=qualified["given", "BR"] or listed)
    if listed and qualified["given", "BR"]:
        birth_list = f"{_FRENCH}/fr-core-patient-birth-list-given-name"
        official["extension"] = [{"url": birth_list, "valueString": " ".join(listed)}]
    in_use = _some(given=qualified["given", "CL"])
    if qualified["family", "CL"]:
        in_use["family"] = " ".join(qualified["family", "CL"])
    return [official, {"use": "usual"} | in_use if in_use else None]


def _name(use: str, name: Element, family: list[str]) -> JsonObject:
    found = _some(prefix=parts(name, "prefix"), suffix=parts(name, "suffix"))
    return {"use": use} | ({"family": " ".join(family)} if family else {}) | found


def _marked(name: Element, part: str, mark: str) -> list[str]:
    """Return the parts of one kind that carry a qualifier, or none at all."""
    return [
        said
        for one in name.findall(f"{_H}{part}")
        if (said := text(one))
        and (mark in attribute(one, "qualifier").split() if mark else not _known(one))
    ]


def _known(part: Element) -> bool:
    return not {"BR", "CL"}.isdisjoint(attribute(part, "qualifier").split())


def _some(**values: list[str]) -> JsonObject:
    return {name: value for name, value in values.items() if value}


def _death(holder: Element) -> JsonObject:
    when = date_time(attribute(holder.find(f"{_SDTC}deceasedTime"), "value"))
    if when:
        return {"deceasedDateTime": when}
    said = attribute(holder.find(f"{_SDTC}deceasedInd"), "value")
    return {"deceasedBoolean": _BOOLEANS[said]} if said in _BOOLEANS else {}


def _multiple_birth(holder: Element) -> JsonObject:
    number = attribute(holder.find(f"{_SDTC}multipleBirthOrderNumber"), "value")
    if number.isascii() and number.isdigit() and len(number) < len("100"):
        return {"multipleBirthInteger": int(number)}
    said = attribute(holder.find(f"{_SDTC}multipleBirthInd"), "value")
    return {"multipleBirthBoolean": _BOOLEANS[said]} if said in _BOOLEANS else {}


def _language(communication: Element) -> JsonObject | None:
    code = attribute(find(communication, "languageCode"), "code")
    if not code:
        return None
    answer: JsonObject = {
        "language": {"coding": [{"system": "urn:ietf:bcp:47", "code": code}]}
    }
    preferred = attribute(find(communication, "preferenceInd"), "value")
    if preferred in _BOOLEANS:
        answer["preferred"] = _BOOLEANS[preferred]
    skills = {
        "type": find(communication, "modeCode"),
        "level": find(communication, "proficiencyLevelCode"),
    }
    said = [
        {"url": name, "valueCoding": found}
        for name, one in skills.items()
        if one is not None and (found := datatypes.coding(one))
    ]
    if said:
        url = f"{_CORE}/patient-proficiency"
        answer["extension"] = [{"url": url, "extension": said}]
    return answer


def _extensions(holder: Element) -> list[JsonObject]:
    found = [_birth_place(holder)]
    religion = datatypes.concept(find(holder, "religiousAffiliationCode"))
    if religion:
        url = f"{_CORE}/patient-religion"
        found.append({"url": url, "valueCodeableConcept": religion})
    found.append(_population(holder, "raceCode", f"{_US}/us-core-race"))
    found.append(_population(holder, "ethnicGroupCode", f"{_US}/us-core-ethnicity"))
    return kept(found)


def _birth_place(holder: Element) -> JsonObject | None:
    place = find(holder, "birthplace", "place")
    where = find(place, "addr")
    answer = (None if where is None else address(where)) or {}
    commune = answer.pop("district", "")
    if commune:
        # CI-SIS writes the official geographic code of the commune in county.
        code = {"system": _COMMUNE, "code": commune}
        url = f"{_FRENCH}/fr-core-address-insee-code"
        answer["extension"] = [{"url": url, "valueCoding": code}]
    called = text(find(place, "name"))
    if called:
        answer["text"] = called
    url = f"{_CORE}/patient-birthPlace"
    return {"url": url, "valueAddress": answer} if answer else None


def _population(holder: Element, name: str, url: str) -> JsonObject | None:
    """Map race or ethnic group (C-CDA) to the extension of US Core."""
    main = datatypes.concept(find(holder, name))
    if main is None:
        return None
    others = [datatypes.coding(one) for one in holder.findall(f"{_SDTC}{name}")]
    codings = main.get("coding", [])
    names = (one.get("display", one["code"]) for one in codings)
    said: list[JsonObject] = [
        {"url": "ombCategory", "valueCoding": one} for one in codings[:1]
    ]
    detailed = kept([*codings[1:], *others])
    said += [{"url": "detailed", "valueCoding": one} for one in detailed]
    said.append({"url": "text", "valueString": main.get("text") or next(names, "-")})
    return {"url": url, "extension": said}


def _care(role: Element, scope: "Scope") -> JsonObject:
    """Return the structure that knows the patient and the doctor he or she chose."""
    managing = people.organization(find(role, "providerOrganization"), scope)
    doctors = kept(
        scope.person(one)
        for one in (
            *scope.root.findall(f"{_H}participant"),
            *scope.root.findall(f"{_H}documentationOf/{_H}serviceEvent/{_H}performer"),
        )
        if attribute(find(one, "functionCode"), "code") == _CHOSEN_DOCTOR
    )
    found = {"managingOrganization": managing, "generalPractitioner": doctors}
    return {name: value for name, value in found.items() if value}
