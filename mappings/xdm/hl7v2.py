"""HL7 v2 data types as XDS metadata write them: CX, XCN, XON, XTN, XPN, CE, DTM.

Source: IHE ITI TF-3 4.2.3.1.7; forms of the CI-SIS (standards-fr 3.3 and 3.4). Each
answers nothing for what is absent or malformed; whoever needs it decides what that means.
"""

import re

from mappings.cda import datatypes
from mappings.submission import Identifier, JsonObject
from mappings.terminology import uri

RFC3986 = datatypes.RFC3986
_ESCAPES = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\"}
_ESCAPE = re.compile(r"\\([FSTRE])\\")
_GENDERS = {"M": "male", "F": "female", "O": "other", "A": "other", "U": "unknown"}
_DAY, _HOUR = 8, 10
_LEGAL, _DISPLAYED = frozenset({"", "L"}), "D"
_DEVICE = "U"


def part(written: str, number: int, sub: int = 0) -> str:
    """Return a component (from 1), or one of its subcomponents, without escapes."""
    parts = written.split("^")
    found = parts[number - 1] if number <= len(parts) else ""
    if sub:
        subs = found.split("&")
        found = subs[sub - 1] if sub <= len(subs) else ""
    return _ESCAPE.sub(lambda one: _ESCAPES[one[1]], found).strip()


def assigned(value: str, authority: str) -> Identifier | None:
    """Return an identifier under the OID of its assigning authority."""
    system = datatypes.urn(authority)
    return Identifier(system, value) if value and system else None


def patient_identifier(cx: str) -> Identifier | None:
    """Map CX. Its type is left out: XDS writes an INS as NH, which FHIR reads otherwise."""
    return assigned(part(cx, 1), part(cx, 4, 2))


def unique_identifier(written: str) -> Identifier | None:
    """Map a uniqueId: an OID, a UUID, or ``root^extension`` as a CDA has it."""
    root, _, extension = written.strip().partition("^")
    system = datatypes.urn(root.removeprefix("urn:oid:").removeprefix("urn:uuid:"))
    if not system.startswith("urn:"):
        return None
    if extension:
        return Identifier(system, extension)
    return Identifier(RFC3986, system)


def entry_uuid(written: str) -> Identifier | None:
    """Map the id of a registry object; a symbolic one names nothing elsewhere."""
    system = datatypes.urn(written.removeprefix("urn:uuid:"))
    return Identifier(RFC3986, system) if system.startswith("urn:uuid:") else None


def person(xcn: str) -> JsonObject:
    """Map XCN to the identifier and name of a Practitioner; empty when it says nothing."""
    found = assigned(part(xcn, 1), part(xcn, 9, 2))
    name = _name(xcn, first=2)
    return {
        **({"identifier": [datatypes.as_fhir(found)]} if found else {}),
        **({"name": [name]} if name else {}),
    }


def is_device(xcn: str) -> bool:
    """Tell whether the CI-SIS writes a machine so: name type U in XCN.10."""
    return part(xcn, 10) == _DEVICE


def device(xcn: str) -> JsonObject:
    """Map XCN of a machine: model in XCN.2, software in XCN.3."""
    found = assigned(part(xcn, 1), part(xcn, 9, 2))
    called = " ".join(filter(None, (part(xcn, 2), part(xcn, 3))))
    named = [{"name": called, "type": "user-friendly-name"}]
    return {
        **({"identifier": [datatypes.as_fhir(found)]} if found else {}),
        **({"deviceName": named} if called else {}),
    }


def organization(xon: str) -> JsonObject:
    """Map XON to the identifier and name of an Organization; an OID may stand alone."""
    value = part(xon, 10)
    found = assigned(value, part(xon, 6, 2))
    if found is None and datatypes.urn(value).startswith("urn:"):
        found = Identifier(RFC3986, datatypes.urn(value))
    name = part(xon, 1)
    return {
        **({"identifier": [datatypes.as_fhir(found)]} if found else {}),
        **({"name": name} if name else {}),
    }


def telecom(xtn: str) -> JsonObject | None:
    """Map XTN: an address of mail, else a number of telephone."""
    mail = part(xtn, 4)
    if mail:
        return {"system": "email", "value": mail}
    number = next(filter(None, (part(xtn, n) for n in (12, 7, 1))), "")
    return {"system": "phone", "value": number} if number else None


def concept(ce: str) -> JsonObject | None:
    """Map ``code^display^system`` of the CI-SIS, or a text that is no code."""
    code, display, system = part(ce, 1), part(ce, 2), part(ce, 3)
    system = system or part(ce, 4, 2)
    if not code:
        return {"text": display} if display else None
    if not system:
        return {"text": display or code}
    coding = {"system": uri(system), "code": code, "display": display}
    return {"coding": [{name: value for name, value in coding.items() if value}]}


def date_time(dtm: str) -> str:
    """Map DTM, which XDS writes in UTC, to a FHIR dateTime; empty when it is no date."""
    if len(dtm) == _HOUR and dtm.isdigit():
        dtm = dtm[:_DAY]  # FHIR has no hour without its minutes
    zoned = len(dtm) > _HOUR and not {"+", "-"} & set(dtm)
    return datatypes.date_time(f"{dtm}+0000" if zoned else dtm)


def patient(info: tuple[str, ...], identifiers: tuple[Identifier, ...]) -> JsonObject:
    """Map the slot sourcePatientInfo (PID-3, 5, 7, 8) to a Patient with ``identifiers``."""
    fields = [line.partition("|") for line in info]
    told = {
        name: [each for key, _, value in fields if key == name for each in _each(value)]
        for name in ("PID-3", "PID-5", "PID-7", "PID-8")
    }
    known = (*identifiers, *filter(None, map(patient_identifier, told["PID-3"])))
    names = [_patient_name(xpn) for xpn in told["PID-5"]]
    born = date_time(next(iter(told["PID-7"]), "")[:_DAY])
    gender = _GENDERS.get(next(iter(told["PID-8"]), ""), "")
    return {
        "resourceType": "Patient",
        "identifier": [datatypes.as_fhir(one) for one in dict.fromkeys(known)],
        **({"name": [one for one in names if one]} if any(names) else {}),
        **({"birthDate": born} if born else {}),
        **({"gender": gender} if gender else {}),
    }


def _each(value: str) -> list[str]:
    return [one for one in value.split("~") if one]


def _patient_name(xpn: str) -> JsonObject:
    """Map XPN: type D is the name in use, L (or none) the birth name (IHE PAM France)."""
    name, kind = _name(xpn, first=1), part(xpn, 7)
    if not name:
        return {}
    if kind == _DISPLAYED:
        return {"use": "usual", **name}
    return {"use": "official", **name} if kind in _LEGAL else {}


def _name(written: str, first: int) -> JsonObject:
    """Return family, given, suffix and prefix from the component ``first`` on."""
    family, *rest = (part(written, first + n) for n in range(5))
    given = [*rest[0].split(), *rest[1].split()] if first == 1 else rest[:2]
    parts = {
        "family": family,
        "given": [one for one in given if one],
        "suffix": [rest[2]] if rest[2] else [],
        "prefix": [rest[3]] if rest[3] else [],
    }
    return {name: value for name, value in parts.items() if value}
