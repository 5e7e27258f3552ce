"""Labels in FHIR JSON: securityLabel and meta.security, both ways.

What the patient decided in FHIR is in ``fhir_consent``. Codes: JDV_J08 (N, R, V and the three
marks of TRE_A07), v3-Confidentiality, v3-ActCode.
"""

from typing import Any

from labels.codes import CATEGORIES, Category, Confidentiality, Mark
from labels.label import Evidence, Label

Json = dict[str, Any]

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
VISIBILITY = (
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument"
    "/FHIR/TRE-A07-StatutVisibiliteDocument"
)
FRENCH_MARKS = frozenset(Mark) - {Mark.OPAQUE, Mark.HELD, Mark.REFUSED}

CONFIDENTIALITY_SYSTEMS = frozenset(
    {CONFIDENTIALITY, "urn:oid:2.16.840.1.113883.5.25", "2.16.840.1.113883.5.25"}
)
ACT_CODE_SYSTEMS = frozenset({ACT_CODE, "urn:oid:2.16.840.1.113883.5.4"})
SENSITIVITY: dict[str, frozenset[Category]] = {
    "GENDER": frozenset({Category.GENDER_IDENTITY}),
    "HIV": frozenset({Category.HIV}),
    "STD": frozenset({Category.STI}),
    "SEX": frozenset({Category.SEXUALITY}),
    "PREGNANT": frozenset({Category.PREGNANCY_FERTILITY}),
    "SDV": frozenset({Category.VIOLENCE}),
    "VIO": frozenset({Category.VIOLENCE}),
    "PSY": frozenset({Category.PSYCHIATRY}),
    "MH": frozenset({Category.PSYCHIATRY}),
    "ETHUD": frozenset({Category.ALCOHOL}),
    "SUD": frozenset({Category.DRUGS_OPIOIDS}),
    "OPIOIDUD": frozenset({Category.DRUGS_OPIOIDS}),
    "GDIS": frozenset({Category.GENETICS}),
    "SCA": frozenset({Category.SICKLE_CELL}),
    "COGN": frozenset({Category.INTELLECTUAL_COGNITIVE}),
    "DVD": frozenset({Category.INTELLECTUAL_COGNITIVE}),
    "LIVARG": frozenset({Category.SOCIAL_SITUATION}),
    "LOCIS": frozenset({Category.SOCIAL_SITUATION}),
    "PATLOC": frozenset({Category.SOCIAL_SITUATION}),
    "SSP": frozenset({Category.REIMBURSEMENT_ADMIN}),
    "DRGIS": frozenset({Category.REIMBURSEMENT_ADMIN}),
    # Sensitive, but of no one category of ours: restricted all the same.
    "IDS": frozenset(),
    "DEMO": frozenset(),
    "DIA": frozenset(),
}
"""What a submitted v3-ActCode sensitivity says; with any of them the item is at least R."""
VISIBILITY_SYSTEMS = frozenset(
    {
        VISIBILITY,
        # The spelling of an example of the PDSm guide, met in the field.
        VISIBILITY.replace("StatutVisibilite", "StatusVisibilite"),
        "urn:oid:1.2.250.1.213.1.1.4.13",
        "1.2.250.1.213.1.1.4.13",
    }
)
SPELLINGS = {mark.value: mark for mark in FRENCH_MARKS} | {
    # HL7 v2 shortens the code to 20 characters; an older version misspelt it.
    "INVISIBLE_REP_LEGAUX": Mark.INVISIBLE_REPRESENTANTS_LEGAUX,
    "INVISIBLE_REPRENSANTS_LEGAUX": Mark.INVISIBLE_REPRESENTANTS_LEGAUX,
}
DISPLAYS = {
    "N": "Normal",
    "R": "Restreint",
    "V": "Très restreint",
    Mark.MASQUE_PS: "Masqué aux professionnels de santé",
    Mark.INVISIBLE_PATIENT: "Non visible par le patient",
    Mark.INVISIBLE_REPRESENTANTS_LEGAUX: (
        "Non visible par les représentants légaux du patient"
    ),
}


class LabelError(Exception):
    """A security label we do not understand; ``args[0]`` is its index in the list."""


def read(security_labels: list[Json], place: str = "securityLabel") -> Label:
    """Return the label that a list of CodeableConcept asks for.

    Raises :class:`LabelError` for anything unknown or malformed: a label that is not
    understood is never ignored.
    """
    found = Label()
    for index, concept in enumerate(security_labels):
        codings = concept.get("coding") if isinstance(concept, dict) else None
        if not isinstance(codings, list) or not codings:
            raise LabelError(index)
        for coding in codings:
            found = _add(found, coding, f"{place}[{index}]", index)
    return found


def _add(label: Label, coding: Any, place: str, index: int) -> Label:  # noqa: ANN401
    if not isinstance(coding, dict):
        raise LabelError(index)
    system, code = coding.get("system"), coding.get("code")
    if not (isinstance(system, str) and isinstance(code, str)):
        raise LabelError(index)
    confidentiality, marks = label.confidentiality, label.marks
    categories = label.categories
    if system in CONFIDENTIALITY_SYSTEMS and code in Confidentiality.__members__:
        confidentiality = max(confidentiality, Confidentiality[code])
    elif system in VISIBILITY_SYSTEMS and code in SPELLINGS:
        marks |= {SPELLINGS[code]}
    elif system in ACT_CODE_SYSTEMS and code in SENSITIVITY:
        categories |= SENSITIVITY[code]
        confidentiality = max(confidentiality, Confidentiality.R)
    else:
        raise LabelError(index)
    evidence = Evidence("submitted", "JDV_J08", place, code)
    return Label(confidentiality, categories, marks, (*label.evidence, evidence))


def security_label(label: Label) -> list[Json]:
    """Return DocumentReference.securityLabel: N, R or V, then the French marks."""
    level = max(label.confidentiality, Confidentiality.N).name
    marks = [mark for mark in Mark if mark in label.marks & FRENCH_MARKS]
    return [
        _concept(CONFIDENTIALITY, level),
        *(_concept(VISIBILITY, mark.value) for mark in marks),
    ]


def meta_security(label: Label) -> list[Json]:
    """Return meta.security: the confidentiality and the sensitivity codes."""
    level = max(label.confidentiality, Confidentiality.N).name
    codes = dict.fromkeys(
        code
        for category, facts in CATEGORIES.items()
        if category in label.categories
        for code in facts.hl7
    )
    return [
        {"system": CONFIDENTIALITY, "code": level},
        *({"system": ACT_CODE, "code": code} for code in codes),
    ]


def _concept(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code, "display": DISPLAYS[code]}]}
