"""The patient of a CDA document: identifiers and traits (CI-SIS, INS, C-CDA)."""

from mappings.cda import datatypes
from mappings.cda.document import HL7, place
from mappings.cda.xml import Element
from mappings.mapped import refuse
from mappings.submission import Identifier, JsonObject, Traits

_H = f"{{{HL7}}}"
_BIRTH, _USED = "BR", "CL"
_GENDERS = {"M": "male", "F": "female", "UN": "other", "U": "unknown", "UNK": "unknown"}


def traits(root: Element) -> Traits:
    """Return who the patient of the document is.

    CI-SIS: ``family[BR]`` is the birth name, the unqualified ``given`` holds every
    birth first name, ``CL`` marks the names in use. C-CDA: unqualified names, one
    ``given`` each. Raises Refused (422) without exactly one patient, or without an
    identifier that could be his own.
    """
    targets = root.findall(f"{_H}recordTarget")
    if len(targets) != 1:
        raise refuse(
            422,
            "required" if not targets else "structure",
            "/h:ClinicalDocument/h:recordTarget",
            "a deposit is about one patient",
            "un dépôt concerne un patient et un seul",
        )
    role = datatypes.find(targets[0], "patientRole")
    if role is None:
        raise _nobody("/h:ClinicalDocument/h:recordTarget/h:patientRole")
    found = [
        datatypes.person_identifier(element) for element in role.findall(f"{_H}id")
    ]
    identifiers = tuple(one for one in found if one is not None)
    if not identifiers:
        raise _nobody(f"{place(role)}/h:id")
    return _described(role, identifiers)


def _nobody(expression: str) -> Exception:
    return refuse(
        422,
        "required",
        expression,
        "no identifier of the patient",
        "pas d'identifiant du patient",
    )


def _described(role: Element, identifiers: tuple[Identifier, ...]) -> Traits:
    patient = datatypes.find(role, "patient")
    if patient is None:
        return Traits(
            identifiers, place=place(role), identifiers_place=f"{place(role)}/h:id"
        )
    names = patient.findall(f"{_H}name")
    used_given = _parts(names, "given", _USED)
    gender = datatypes.attribute(
        datatypes.find(patient, "administrativeGenderCode"), "code"
    )
    born = datatypes.attribute(datatypes.find(patient, "birthTime"), "value")
    return Traits(
        identifiers,
        family=_first(_parts(names, "family", _BIRTH), _parts(names, "family", "")),
        given=_given(names),
        used_family=_first(_parts(names, "family", _USED)),
        used_given=_first(used_given),
        birth_date=datatypes.date_time(born)[:10],
        gender=_GENDERS.get(gender, ""),
        place=place(names[0] if names else patient),
        identifiers_place=f"{place(role)}/h:id",
    )


def _given(names: list[Element]) -> tuple[str, ...]:
    """Return the birth first names: the unqualified list, else the first one (BR)."""
    unqualified = _parts(names, "given", "")
    if len(unqualified) == 1:
        return tuple(unqualified[0].split())
    return tuple(unqualified or _parts(names, "given", _BIRTH))


def _parts(names: list[Element], part: str, qualifier: str) -> list[str]:
    """Return the parts of one kind and qualifier, from the first name that has any."""
    for name in names:
        found = [
            datatypes.text(element)
            for element in name.findall(f"{_H}{part}")
            if qualifier in str(element.get("qualifier", "")).split()
            or (not qualifier and not element.get("qualifier"))
        ]
        if any(found):
            return [one for one in found if one]
    return []


def _first(*lists: list[str]) -> str:
    return next((one for found in lists for one in found), "")


def contained(who: Traits) -> JsonObject:
    """Return the Patient of ``context.sourcePatientInfo``: identifiers, nothing else.

    A document's names and sex may be former ones; whoever shows the metadata shows the
    current identity of the record, never a copy of this one (README, 2026-11-22).
    """
    return {
        "resourceType": "Patient",
        "id": "patient",
        "identifier": [datatypes.as_fhir(one) for one in who.identifiers],
    }
