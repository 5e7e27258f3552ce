"""Neutral values for what a CDA header must have, when the true one tells.

Each was decided once for everyone; it is true or broad, and common enough to say
nothing. Codes: JDV_J01, J02, J04 and J07 of the CI-SIS.
"""

from types import MappingProxyType
from uuid import UUID, uuid5

from mappings.terminology.document_type import document_class
from mappings.terminology.systems import uri

NAMESPACE = UUID("7d0c8a5e-94a6-5d0b-9b3f-6f1d6a0f7b11")
"""Of the identifiers that renditions make."""
LOINC = "2.16.840.1.113883.6.1"
_TYPES = MappingProxyType(
    {
        "11": ("34133-9", "Synthèse d'épisode de soins"),
        "31": ("18748-4", "CR d'imagerie médicale"),
        "42": ("57828-6", "Prescription (autre)"),
        "44": ("77604-7", "Planification thérapeutique"),
        "45": ("80565-5", "CR d'administration de médicaments"),
        "52": ("89601-9", "Certificat médical"),
    }
)
_REPORT = ("11488-4", "CR ou fiche de consultation ou de visite")
_PROFESSIONS = MappingProxyType(
    {
        "G15_10": "Médecin",
        "G15_21": "Pharmacien",
        "G15_40": "Chirurgien-Dentiste",
        "G15_50": "Sage-Femme",
        "G15_60": "Infirmier",
    }
)
FACILITY = MappingProxyType(
    {
        "code": "SA05",
        "codeSystem": "1.2.250.1.71.4.2.4",
        "displayName": "Centre de santé",
    }
)
SETTING = MappingProxyType(
    {
        "code": "AMBULATOIRE",
        "codeSystem": "1.2.250.1.213.1.1.4.9",
        "displayName": "Ambulatoire",
    }
)
TEMPLATES = ("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1")
"""HL7 France and CI-SIS minimal structure: they say nothing of the kind of document."""
ANY_DOCUMENT = "1.3.6.1.4.1.19376.1.5.3.1.1.1"
"""IHE PCC Medical Documents, in the place of the template of a model."""
ANY_TITLE = "Document médical"
"""Of a document whose title tells and whose type has no name."""
CUSTODIAN = str(uuid5(NAMESPACE, "custodian"))
CUSTODIAN_NAME = "Dossier de santé de la personne"
"""Whoever keeps the record keeps its renditions."""


def document_type(system: str, code: str) -> dict[str, str]:
    """Return the broad type of the same class as a type that tells."""
    found = document_class(uri(system), code)
    broad, display = _TYPES.get(found[0] if found else "", _REPORT)
    if broad == code:
        broad, display = _REPORT
    return {"code": broad, "codeSystem": LOINC, "displayName": display}


def profession(code: str) -> dict[str, str]:
    """Return the profession of a specialty that tells, empty when it tells as well."""
    broad = code.partition("/")[0]
    if broad == code or broad not in _PROFESSIONS:
        return {}
    system = "1.2.250.1.213.1.1.4.5"
    return {
        "code": broad,
        "codeSystem": system,
        "displayName": _PROFESSIONS[broad],
    }
