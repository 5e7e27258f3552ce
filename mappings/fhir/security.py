"""Security labels as submitted: every spelling read, every unknown one refused.

Sources: JDV_J08-XdsConfidentialityCode-CISIS (N, R, V and three marks of TRE_A07), HL7
v3-Confidentiality, the sensitivity codes of HL7 v3-ActCode, the PDSm implementation
guide (which spells the system *Status* in one example), the HL7v2 volet of the ANS
(which shortens one code). A label that is not understood is never ignored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from mappings.fhir.elements import codings, items, step, string, words
from mappings.fhir.issues import error, information, warning
from mappings.mapped import Issue
from mappings.submission import JsonObject

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
VISIBILITY = (
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/"
    "TRE-A07-StatutVisibiliteDocument"
)
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"

_LEVELS = frozenset("ULMNRV")
_MARKS = MappingProxyType(
    {
        "MASQUE_PS": "MASQUE_PS",
        "INVISIBLE_PATIENT": "INVISIBLE_PATIENT",
        "INVISIBLE_REPRESENTANTS_LEGAUX": "INVISIBLE_REPRESENTANTS_LEGAUX",
        "INVISIBLE_REP_LEGAUX": "INVISIBLE_REPRESENTANTS_LEGAUX",
        "INVISIBLE_REPRENSANTS_LEGAUX": "INVISIBLE_REPRESENTANTS_LEGAUX",
    }
)
_HL7_SYSTEMS = frozenset(
    {
        CONFIDENTIALITY,
        "http://hl7.org/fhir/v3/Confidentiality",
        "urn:oid:2.16.840.1.113883.5.25",
    }
)
_J08 = (
    "https://mos.esante.gouv.fr/NOS/JDV_J08-XdsConfidentialityCode-CISIS/FHIR/"
    "JDV-J08-XdsConfidentialityCode-CISIS"
)
_FRENCH_SYSTEMS = frozenset(
    {
        VISIBILITY,
        VISIBILITY.replace("Statut", "Status"),
        _J08,
        "urn:oid:1.2.250.1.213.1.1.4.13",
        "urn:oid:1.2.250.1.213.1.1.5.463",
    }
)
_ACT_SYSTEMS = frozenset(
    {ACT_CODE, "http://hl7.org/fhir/v3/ActCode", "urn:oid:2.16.840.1.113883.5.4"}
)
_SENSITIVITIES = words(
    "COGN DEMO DIA DRGIS DVD ETHUD GDIS GENDER HIV IDS LIVARG LOCIS MH OPIOIDUD PATLOC "
    "PREGNANT PSY SCA SDV SEX SSP STD SUD VIO"
)
_SILENT = frozenset({"PERSISTLABEL", "PROCESSINLINELABEL"})
"""Handling instructions of DS4P that restrict nobody."""

_NOT_SENSITIVITY = frozenset(
    {
        "http://terminology.hl7.org/CodeSystem/v3-ActReason",
        "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    }
)
"""Systems HL7 allows in meta.security that speak of purpose or integrity."""

_INLINE = "extension-inline-sec-label"


@dataclass(frozen=True, slots=True)
class Labels:
    """Codings in canonical form, in order and without repetition, and the remarks."""

    codings: tuple[tuple[str, str], ...] = ()
    issues: tuple[Issue, ...] = ()

    def __add__(self, other: "Labels") -> "Labels":
        """Return the union: labels accumulate, none replaces another."""
        return Labels(
            tuple(dict.fromkeys((*self.codings, *other.codings))),
            (*self.issues, *other.issues),
        )

    def concepts(self) -> list[JsonObject]:
        """Return the labels as CodeableConcepts, one coding each."""
        return [{"coding": [{"system": s, "code": c}]} for s, c in self.codings]


NO_LABELS = Labels()
"""What an unlabelled resource has."""


def canonical(system: str, code: str) -> tuple[str, str] | None:
    """Return the label in canonical system and code, or None when it is not one.

    Case and spaces count: FHIR codes are exact, and a near miss is refused by callers.
    """
    if code in _LEVELS and system in _HL7_SYSTEMS | _FRENCH_SYSTEMS:
        return CONFIDENTIALITY, code
    if code in _MARKS and system in _FRENCH_SYSTEMS:
        return VISIBILITY, _MARKS[code]
    if code in _SENSITIVITIES and system in _ACT_SYSTEMS:
        return ACT_CODE, code
    return None


def declared(owner: JsonObject, name: str, expression: str) -> Labels:
    """Read the CodeableConcepts in ``owner[name]``: each must be a label, or is an error.

    A concept of text alone, a coding of display alone and an unknown code are errors.
    """
    found = Labels()
    for index, concept in items(owner, name):
        found += _concept(concept, step(step(expression, name), index))
    return found


def tagged(resource: JsonObject, expression: str) -> Labels:
    """Read every meta.security and inline label in ``resource``, at any depth.

    The most restrictive wins (HL7 HCS): all are joined. Codes of purpose and integrity
    are said to be left out; an unknown sensitivity counts as restricted; a coding of an
    unknown system is an error.
    """
    found = Labels()
    for coding, place in _tags(resource, expression):
        found += _tag(coding, place)
    return found


def _concept(concept: JsonObject, expression: str) -> Labels:
    if not codings(concept):
        return Labels(issues=(_unreadable(expression),))
    found = Labels()
    for index, coding in items(concept, "coding"):
        found += _coding(coding, step(step(expression, "coding"), index))
    return found


def _coding(coding: JsonObject, expression: str) -> Labels:
    system, code = string(coding, "system"), string(coding, "code")
    known = canonical(system, code)
    if known is None:
        return Labels(issues=(_unreadable(expression),))
    if known == (system, code):
        return Labels((known,))
    return Labels((known,), (_respelled(expression),))


def _tag(coding: JsonObject, expression: str) -> Labels:
    system, code = string(coding, "system"), string(coding, "code")
    if system in _NOT_SENSITIVITY or (system in _ACT_SYSTEMS and code in _SILENT):
        return Labels(issues=(_left_out(expression),))
    found = _coding(coding, expression)
    if not found.codings and system in _ACT_SYSTEMS and code:
        return Labels(((CONFIDENTIALITY, "R"),), (_restricted(expression),))
    return found


def _tags(value: object, expression: str) -> Iterator[tuple[JsonObject, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _tags(item, step(expression, index))
    if not isinstance(value, dict):
        return
    if string(value, "url").endswith(_INLINE):
        place = step(expression, "valueCoding")
        coding = value.get("valueCoding")
        yield (coding if isinstance(coding, dict) else {}), place
    for name, item in value.items():
        place = step(expression, name)
        if name == "meta" and isinstance(item, dict):
            for index, coding in items(item, "security"):
                yield coding, step(step(place, "security"), index)
        yield from _tags(item, place)


def _unreadable(expression: str) -> Issue:
    return error(
        "code-invalid",
        expression,
        "This security label is not known, and a label is never ignored.",
        "Ce code de confidentialité est inconnu, et aucun n'est jamais ignoré.",
    )


def _respelled(expression: str) -> Issue:
    return information(
        "informational",
        expression,
        "The security label was read in its canonical spelling.",
        "Le code de confidentialité a été lu dans sa graphie canonique.",
    )


def _left_out(expression: str) -> Issue:
    return information(
        "informational",
        expression,
        "This code of purpose, integrity or handling restricts nobody; it is not kept.",
        "Ce code de finalité, d'intégrité ou de traitement ne restreint personne ; "
        "il n'est pas conservé.",
    )


def _restricted(expression: str) -> Issue:
    return warning(
        "code-invalid",
        expression,
        "The sensitivity is not known: the document counts as restricted.",
        "Cette sensibilité est inconnue : le document est tenu pour restreint.",
    )
