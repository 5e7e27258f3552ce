"""The codes of a Consent: purposes, labels, readers; the field's own wherever it has some."""

from labels.codes import Category, Confidentiality, Purpose
from labels.consent import Audience, AudienceKind, Effect
from labels.fhir import (
    ACT_CODE,
    ACT_CODE_SYSTEMS,
    CONFIDENTIALITY,
    CONFIDENTIALITY_SYSTEMS,
    SENSITIVITY,
)
from labels.fhir_consent.element import ConsentError, Element, Json
from labels.policy import editions

ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
ACT_REASON_SYSTEMS = frozenset({ACT_REASON, "urn:oid:2.16.840.1.113883.5.8"})
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
RECIPIENT = "IRCP"
CATEGORY = "urn:paravent:category"
"""Our nineteen subjects, where no v3-ActCode says exactly one of them."""
AUDIENCE = "urn:paravent:audience"
"""Readers that a relation or a role makes, as groups: *everyone*, *treating_doctor*..."""
COLUMN = "urn:paravent:profession"
"""A column of the matrix as a group of readers."""
PROFESSION = "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante"
INS = "urn:oid:1.2.250.1.213.1.4."
"""How the systems of the national identity begin: who has one is no professional here."""

_SUBSTANCES = frozenset({Category.ALCOHOL, Category.DRUGS_OPIOIDS})
_PEOPLE = frozenset({"Practitioner", "RelatedPerson", "Patient"})
_GROUPED = frozenset(AudienceKind) - {
    AudienceKind.PERSON,
    AudienceKind.ORGANIZATION,
    AudienceKind.PROFESSION,
}


def purpose(coding: Element) -> Purpose:
    """Return the purpose of use; ``ConsentError`` for one that nobody here can ask for."""
    system, code = coding.coded
    if system in ACT_REASON_SYSTEMS and code in set(Purpose):
        return Purpose(code)
    raise coding.refused(
        "",
        "Nobody can ask for this purpose here.",
        "Personne ne peut demander un accès pour cette finalité ici.",
    )


def purposes(wanted: frozenset[Purpose]) -> list[Json]:
    """Write purposes of use."""
    return [{"system": ACT_REASON, "code": each.value} for each in sorted(wanted)]


def level(coding: Element) -> Confidentiality | None:
    """Return the confidentiality a label names, None when it names something else."""
    system, code = coding.coded
    if system in CONFIDENTIALITY_SYSTEMS and code in Confidentiality.__members__:
        return Confidentiality[code]
    return None


def level_coding(found: Confidentiality) -> Json:
    """Write a confidentiality."""
    return {"system": CONFIDENTIALITY, "code": found.name}


def categories(coding: Element, effect: Effect) -> frozenset[Category]:
    """Return the subjects that a sensitivity names.

    A code that may mean several subjects masks them all and shows only the one that is
    surely meant. Raises ``ConsentError`` for a code that names none.
    """
    system, code = coding.coded
    if system == CATEGORY and code in set(Category):
        return frozenset({Category(code)})
    found = _named(code, effect) if system in ACT_CODE_SYSTEMS else frozenset()
    if not found:
        raise coding.refused(
            "",
            "This label is not one that documents here carry.",
            "Cette étiquette n'est pas de celles que portent les documents ici.",
        )
    return found


def category_coding(category: Category, effect: Effect) -> Json:
    """Write one subject, by the v3-ActCode that says exactly that, else by our own code."""
    for code in category.facts.hl7:
        if _named(code, effect) == {category}:
            return {"system": ACT_CODE, "code": code}
    return {"system": CATEGORY, "code": category.value}


def _named(code: str, effect: Effect) -> frozenset[Category]:
    if code == "ETH":
        return _SUBSTANCES
    sure = SENSITIVITY.get(code, frozenset())
    if effect is Effect.SHOW or not sure:
        return sure
    return sure | {each for each in Category if code in each.facts.hl7}


def audience(reference: Element) -> Audience:
    """Return the readers that a logical reference (a type and an identifier) names."""
    kind = reference.text("type")
    system, value = identified(reference).split("|", 1)
    try:
        return Audience(*_meant(kind, system, value))
    except ValueError:
        raise reference.refused(
            "",
            "This names no readers that we know: a person or a structure by its "
            "identifier, or a group of readers.",
            "Cela ne désigne pas de lecteurs connus : une personne ou une structure par "
            "son identifiant, ou un groupe de lecteurs.",
        ) from None


def identified(reference: Element) -> str:
    """Return the identifier of a logical reference as ``system|value``."""
    identifier = reference.child("identifier")
    system, value = identifier.text("system"), identifier.text("value")
    if "|" in system:
        raise identifier.refused("system", "Not a URI.", "Ce n'est pas une URI.")
    return f"{system}|{value}"


def _meant(kind: str, system: str, value: str) -> tuple[AudienceKind, str]:
    if kind in _PEOPLE:
        return AudienceKind.PERSON, f"{system}|{value}"
    if kind == "Organization":
        return AudienceKind.ORGANIZATION, f"{system}|{value}"
    if kind == "Group" and system in {PROFESSION, COLUMN} and _exists(value):
        return AudienceKind.PROFESSION, value
    grouped = kind in {"Group", "CareTeam"} and system == AUDIENCE and value in _GROUPED
    return AudienceKind(value if grouped else ""), ""


def _exists(profession: str) -> bool:
    """Tell whether some edition of the matrix knows the profession: else it names nobody."""
    tables = editions.load().editions
    columns = {column.id for table in tables for column in table.columns}
    return profession in columns or any(t.columns_of(profession) for t in tables)


def actor(found: Audience) -> Json:
    """Write readers as an information recipient."""
    role = {"coding": [{"system": PARTICIPATION, "code": RECIPIENT}]}
    return {"role": role, "reference": _reference(found)}


def _reference(found: Audience) -> Json:
    kind = found.kind
    if kind is AudienceKind.PROFESSION:
        system = PROFESSION if found.value.isdigit() else COLUMN
        return logical("Group", f"{system}|{found.value}")
    if kind is AudienceKind.ORGANIZATION:
        return logical("Organization", found.value)
    if kind is AudienceKind.PERSON:
        person = "RelatedPerson" if found.value.startswith(INS) else "Practitioner"
        return logical(person, found.value)
    group = "CareTeam" if kind is AudienceKind.CARE_TEAM else "Group"
    return logical(group, f"{AUDIENCE}|{kind}")


def logical(kind: str, identifier: str) -> Json:
    """Write a logical reference to ``system|value``; the type is left out if unknown."""
    system, _, value = identifier.partition("|")
    reference: Json = {"type": kind} if kind else {}
    return reference | {"identifier": {"system": system, "value": value}}


def is_recipient(role: Element) -> bool:
    """Tell whether a role is that of who receives information (PCF fixes it)."""
    try:
        return any(each.coded == (PARTICIPATION, RECIPIENT) for each in role.codings())
    except ConsentError:
        return False
