"""The words labels are made of: confidentiality, category, mark, purpose.

Sources: HL7 v3-Confidentiality; HL7 v3-ActCode InformationSensitivityPolicy
(UTG 11.0.0); the French visibility marks of TRE_A07-StatutVisibiliteDocument
(JDV_J08-XdsConfidentialityCode-CISIS); v3-ActReason PurposeOfUse.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Confidentiality(IntEnum):
    """HL7 confidentiality, ordered: U < L < M < N < R < V."""

    U = 0
    L = 1
    M = 2
    N = 3
    R = 4
    V = 5


class Category(StrEnum):
    """What a sensitive fact is about: the nineteen categories of the labelling rules."""

    GENDER_IDENTITY = "gender_identity"
    HIV = "hiv"
    STI = "sti"
    VIRAL_HEPATITIS = "viral_hepatitis"
    CONTRACEPTION = "contraception"
    ABORTION = "abortion"
    PREGNANCY_FERTILITY = "pregnancy_fertility"
    VIOLENCE = "violence"
    PSYCHIATRY = "psychiatry"
    ALCOHOL = "alcohol"
    DRUGS_OPIOIDS = "drugs_opioids"
    TOBACCO = "tobacco"
    GENETICS = "genetics"
    SEXUALITY = "sexuality"
    SUICIDE_SELFHARM = "suicide_selfharm"
    SOCIAL_SITUATION = "social_situation"
    SICKLE_CELL = "sickle_cell"
    INTELLECTUAL_COGNITIVE = "intellectual_cognitive"
    REIMBURSEMENT_ADMIN = "reimbursement_admin"

    @property
    def facts(self) -> "CategoryFacts":
        """The bit, the HL7 codes and the default levels of this category."""
        return CATEGORIES[self]


class Mark(StrEnum):
    """A restriction against one audience, or the state of an unreadable document.

    The first three are TRE_A07 codes, the others Paravent's own. ``OPAQUE``: the
    content could not be read, so it is treated as restricted until the patient has
    looked. ``HELD``: the deposit waits until the patient has reviewed it. ``REFUSED``:
    the patient did not take it; it is erased after a delay.
    """

    MASQUE_PS = "MASQUE_PS"
    INVISIBLE_PATIENT = "INVISIBLE_PATIENT"
    INVISIBLE_REPRESENTANTS_LEGAUX = "INVISIBLE_REPRESENTANTS_LEGAUX"
    OPAQUE = "OPAQUE"
    HELD = "HELD"
    REFUSED = "REFUSED"

    @property
    def bit(self) -> int:
        """The position of this mark among the marks, from 0."""
        return list(Mark).index(self)


class Purpose(StrEnum):
    """Why somebody asks (HL7 v3-ActReason, PurposeOfUse)."""

    TREAT = "TREAT"
    ETREAT = "ETREAT"
    BTG = "BTG"
    PATRQT = "PATRQT"
    FAMRQT = "FAMRQT"
    HPAYMT = "HPAYMT"
    HOPERAT = "HOPERAT"
    COVERAGE = "COVERAGE"


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """What is fixed about a category: its bit, its HL7 codes, its default levels."""

    bit: int
    hl7: tuple[str, ...]
    adult: Confidentiality
    minor: Confidentiality


def _facts() -> "Mapping[Category, CategoryFacts]":
    n, r, v = Confidentiality.N, Confidentiality.R, Confidentiality.V
    rows: dict[Category, tuple[tuple[str, ...], Confidentiality, Confidentiality]] = {
        Category.GENDER_IDENTITY: (("GENDER", "SEX", "IDS", "DEMO"), r, r),
        Category.HIV: (("HIV",), r, r),
        Category.STI: (("STD",), r, r),
        Category.VIRAL_HEPATITIS: (("DIA", "STD"), n, n),
        Category.CONTRACEPTION: (("SEX",), n, r),
        Category.ABORTION: (("SEX", "PREGNANT"), v, v),
        Category.PREGNANCY_FERTILITY: (("PREGNANT", "SEX"), n, r),
        Category.VIOLENCE: (("SDV", "VIO"), v, v),
        Category.PSYCHIATRY: (("PSY", "MH"), r, r),
        Category.ALCOHOL: (("ETHUD", "SUD"), r, r),
        Category.DRUGS_OPIOIDS: (("SUD", "OPIOIDUD"), r, r),
        Category.TOBACCO: (("SUD",), n, n),
        Category.GENETICS: (("GDIS",), r, r),
        Category.SEXUALITY: (("SEX", "GENDER"), r, r),
        Category.SUICIDE_SELFHARM: (("MH", "PSY"), r, r),
        Category.SOCIAL_SITUATION: (("LIVARG", "LOCIS", "PATLOC", "DEMO"), r, r),
        Category.SICKLE_CELL: (("SCA", "GDIS"), n, n),
        Category.INTELLECTUAL_COGNITIVE: (("COGN", "DVD"), n, n),
        Category.REIMBURSEMENT_ADMIN: (("SSP", "DIA", "DRGIS"), n, n),
    }
    return MappingProxyType(
        {
            category: CategoryFacts(bit, *rows[category])
            for bit, category in enumerate(Category)
        }
    )


CATEGORIES: "Mapping[Category, CategoryFacts]" = _facts()
"""Every category with its facts; the order is the order of the bits."""
