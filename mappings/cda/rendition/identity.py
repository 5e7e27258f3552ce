"""The patient of a rendition: the current identity, and nothing of a former one."""

from collections.abc import Iterator
from types import MappingProxyType

from mappings.cda import xml
from mappings.cda.rendition.tags import H, names, remove
from mappings.cda.xml import Element
from mappings.submission import Identifier, Traits

_GENDER_SYSTEM = "2.16.840.1.113883.5.1"
_CODED = ("code", "displayName", "codeSystem")
GENDERS = MappingProxyType(
    {
        "male": ("M", "Masculin", _GENDER_SYSTEM),
        "female": ("F", "Féminin", _GENDER_SYSTEM),
        "other": ("UN", "Indifférencié", _GENDER_SYSTEM),
    }
)
_BEFORE_IDS = names("realmCode typeId templateId")
_REPLACED = names("id name administrativeGenderCode birthTime")
_PERSONS = names("assignedPerson relatedPerson associatedPerson")
_URNS = ("urn:oid:", "urn:uuid:")


def show_identity(root: Element, identity: Traits) -> None:
    """Replace identifiers, names, sex and birth date of the patient by the current ones.

    Birthplace and the name of a guardian stay as the document has them. A patient without
    a usable identifier keeps those of the document.
    """
    role = root.find(f"{H}recordTarget/{H}patientRole")
    if role is None:
        return
    _rename_elsewhere(root, role, identity)
    ids = list(_ids(identity.identifiers))
    if ids:
        _replace(role, f"{H}id", ids)
    patient = role.find(f"{H}patient")
    if patient is not None:
        _describe(patient, identity)


def _ids(identifiers: tuple[Identifier, ...]) -> Iterator[Element]:
    for one in identifiers:
        system, value = one.system, one.value
        if system == "urn:ietf:rfc:3986":
            system, value = value, ""
        prefix = next((urn for urn in _URNS if system.startswith(urn)), "")
        if prefix:
            given = {"root": system.removeprefix(prefix)}
            extension = {"extension": value} if value else {}
            yield xml.element(f"{H}id", given | extension, ())


def _replace(parent: Element, tag: str, new: list[Element]) -> None:
    """Put elements where the first ones of their name stood, or may stand."""
    for old in parent.findall(tag):
        remove(old)
    at = sum(1 for child in parent if child.tag in _BEFORE_IDS)
    parent[at:at] = new


def _describe(patient: Element, identity: Traits) -> None:
    for old in [child for child in patient if child.tag in _REPLACED]:
        remove(old)
    gender = GENDERS.get(identity.gender)
    known = dict(zip(_CODED, gender, strict=True)) if gender else {"nullFlavor": "UNK"}
    sex = xml.element(f"{H}administrativeGenderCode", known, ())
    born = identity.birth_date.replace("-", "")
    date = {"value": born} if born else {"nullFlavor": "UNK"}
    birth = xml.element(f"{H}birthTime", date, ())
    at = sum(1 for child in patient if child.tag in _BEFORE_IDS)
    patient[at:at] = [*_name(identity), sex, birth]


def _rename_elsewhere(root: Element, role: Element, identity: Traits) -> None:
    """Give the patient who is also an author or informant the current name there."""
    own = {(one.get("root"), one.get("extension")) for one in role.findall(f"{H}id")}
    for number in list(root.iter(f"{H}id")):
        holder = number.getparent()
        known = (number.get("root"), number.get("extension")) in own
        if not known or holder is None or holder is role:
            continue
        for person in holder.iterfind("*"):
            old = person.findall(f"{H}name")
            if person.tag in _PERSONS and old:
                for name in old[1:]:
                    remove(name)
                old[0][:] = [part for new in _name(identity) for part in new]
                old[0].text = None


def _name(identity: Traits) -> list[Element]:
    """Return the name as the CI-SIS writes it, with the first name in use throughout."""
    given = (identity.used_given,) if identity.used_given else identity.given
    parts = [
        ("family", "BR", identity.family),
        ("given", "", " ".join(given)),
        ("given", "BR", given[0] if given else ""),
        ("family", "CL", identity.used_family),
        ("given", "CL", identity.used_given),
    ]
    shown = [
        xml.element(f"{H}{part}", {"qualifier": use} if use else {}, (text,))
        for part, use, text in parts
        if text
    ]
    return [xml.element(f"{H}name", {}, shown)] if shown else []
