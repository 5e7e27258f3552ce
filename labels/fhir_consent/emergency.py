"""The three choices about a vital emergency, as three Consents: ETREAT, BTG, MASKED.

Each is a Consent of the category *emergency only* whose root provision permits or
denies one purpose and says nothing else. ETREAT and BTG are of v3-ActReason; MASKED,
the DMP's third, is in no public code system, so it has a name of our own.
"""

from dataclasses import replace

from labels.codes import Purpose
from labels.emergency import EmergencyChoices
from labels.fhir_consent.element import ConsentError, Element, Json
from labels.fhir_consent.read import ACTIVE, SCOPE
from labels.fhir_consent.terms import ACT_REASON, ACT_REASON_SYSTEMS
from labels.fhir_consent.write import POLICY, Header

CATEGORY = ("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "emrgonly")
PURPOSE = "urn:paravent:purpose"
"""Purposes that v3-ActReason has no code for: MASKED, what is masked in an emergency."""

CHOICES = {Purpose.ETREAT.value: "samu", Purpose.BTG.value: "others"}
MASKED = "MASKED"
TYPES = {"permit": True, "deny": False}


def is_emergency(resource: Json) -> bool:
    """Tell whether a Consent is one of the three, by its category."""
    try:
        categories = Element("Consent", resource).each("category")
        return any(c.coded == CATEGORY for each in categories for c in each.codings())
    except ConsentError:
        return False


def read(resource: Json, before: EmergencyChoices) -> EmergencyChoices:
    """Return the choices after such a Consent; ``ConsentError`` names what is wrong.

    It may state several of the three purposes at once. When both accesses are opposed,
    nothing is left for masks to yield to, so that choice goes with them.
    """
    element = Element("Consent", resource)
    if element.text("status") != ACTIVE:
        raise element.refused(
            "status",
            "Say the contrary in another Consent; this one is not ended.",
            "Dites le contraire dans un autre Consent ; celui-ci ne se termine pas.",
        )
    if [each.coded for each in element.child("scope").codings()] != [SCOPE]:
        raise element.refused(
            "scope", "Only patient-privacy.", "Seulement patient-privacy."
        )
    provision = element.child("provision")
    provision.only(frozenset({"type", "purpose"}))
    stated = provision.text("type")
    if stated not in TYPES:
        raise provision.refused("type", "permit or deny.", "permit ou deny.")
    named = frozenset(map(_choice, provision.each("purpose", required=True)))
    return _changed(before, named, provision, let=TYPES[stated])


def named(resource: Json) -> frozenset[str]:
    """Return the choices that such a Consent states; ``ConsentError`` as :func:`read`."""
    provision = Element("Consent", resource).child("provision")
    return frozenset(map(_choice, provision.each("purpose", required=True)))


def write(choices: EmergencyChoices, header: Header) -> list[Json]:
    """Return the three Consents that say the choices, in the order of the DMP."""
    stated = (
        (ACT_REASON, Purpose.ETREAT.value, choices.samu),
        (ACT_REASON, Purpose.BTG.value, choices.others),
        (PURPOSE, MASKED, choices.masked),
    )
    return [_written(header, *each) for each in stated]


def _choice(coding: Element) -> str:
    system, code = coding.coded
    if system in ACT_REASON_SYSTEMS and code in CHOICES:
        return CHOICES[code]
    if (system, code) == (PURPOSE, MASKED):
        return "masked"
    raise coding.refused(
        "code",
        "ETREAT, BTG or MASKED are the purposes of an emergency.",
        "ETREAT, BTG ou MASKED sont les finalités d'une urgence.",
    )


def _changed(
    before: EmergencyChoices, named: frozenset[str], provision: Element, *, let: bool
) -> EmergencyChoices:
    samu = let if "samu" in named else before.samu
    others = let if "others" in named else before.others
    masked = let if "masked" in named else before.masked
    if masked and "masked" not in named:
        masked = samu or others
    try:
        return replace(before, samu=samu, others=others, masked=masked)
    except ValueError:
        raise provision.refused(
            "purpose",
            "Nobody is let in in an emergency, so masks have nothing to yield to.",
            "Personne n'a accès en urgence : les masques n'ont devant quoi céder.",
        ) from None


def _written(header: Header, system: str, code: str, let: bool) -> Json:  # noqa: FBT001
    return {
        "resourceType": "Consent",
        "status": ACTIVE,
        "scope": {"coding": [{"system": SCOPE[0], "code": SCOPE[1]}]},
        "category": [{"coding": [{"system": CATEGORY[0], "code": CATEGORY[1]}]}],
        "patient": header.patient,
        "dateTime": header.said.isoformat(timespec="seconds"),
        "performer": [header.patient],
        "organization": [{"display": header.house}],
        "sourceAttachment": {"title": header.source},
        "policy": [{"uri": POLICY}],
        "provision": {
            "type": "permit" if let else "deny",
            "purpose": [{"system": system, "code": code}],
        },
    }
