"""From the claims of a verified token to a Principal.

Professionals: the user info of Pro Santé Connect (SubjectNameID, SubjectRole,
SubjectOrganizationID, SubjectRefPro). Persons: an issuer that the deployment trusts to
vouch for a qualified INS puts it in the claim ``ins`` as ``{"system", "value"}``.
"""

from dataclasses import replace
from typing import Any

from gateway.identity.principal import Principal
from labels.codes import Purpose
from mappings import ins
from mappings.submission import Identifier

PERSON_SYSTEM = "urn:oid:1.2.250.1.71.4.2.1"
"""PS_IdNat: the national identifier of a professional."""
STRUCTURE_SYSTEM = "urn:oid:1.2.250.1.71.4.2.2"
"""Struct_IdNat: the national identifier of a structure."""

PROFESSIONAL_PURPOSES = frozenset(Purpose) - {Purpose.PATRQT, Purpose.FAMRQT}

Claims = dict[str, Any]


class ClaimsError(Exception):
    """The claims do not say who asks; ``args[0]`` names the claim, never its value."""


def principal(claims: Claims) -> Principal:
    """Return who the claims speak of; raises :class:`ClaimsError` when they do not."""
    subject = _text(claims, "sub", required=True)
    found = _person(claims) if "ins" in claims else _professional(claims, subject)
    return replace(
        found,
        token_id=_text(claims, "jti"),
        issuer=_text(claims, "iss"),
        acr=_text(claims, "acr"),
        scopes=frozenset(_text(claims, "scope").split()),
    )


def _person(claims: Claims) -> Principal:
    held = claims["ins"]
    if not isinstance(held, dict):
        raise ClaimsError("ins")
    identifier = Identifier(
        _text(held, "system", required=True), _text(held, "value", required=True)
    )
    # Never a professional's number: a person's subject must not be a doctor's.
    if identifier.system not in ins.SYSTEMS:
        raise ClaimsError("ins")
    return Principal(
        subject=str(identifier),
        name=_full_name(claims),
        patient=(identifier,),
        purpose=Purpose.PATRQT,
    )


def _professional(claims: Claims, subject: str) -> Principal:
    issuer = _text(claims, "iss")
    national = _text(claims, "SubjectNameID")
    structure = _text(claims, "SubjectOrganizationID")
    profession = _profession(claims)
    return Principal(
        subject=f"{PERSON_SYSTEM}|{national}" if national else f"{issuer}|{subject}",
        organization=f"{STRUCTURE_SYSTEM}|{structure}" if structure else "",
        profession=profession,
        skill=_skill(claims, profession),
        name=_full_name(claims) or _text(claims, "SubjectOrganization"),
        purpose=_purpose(claims),
    )


def _profession(claims: Claims) -> str:
    """Return the one profession asked with, ``10`` out of ``10^1.2.250...``."""
    roles = claims.get("SubjectRole", [])
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise ClaimsError("SubjectRole")
    if len(roles) > 1:
        # Several activities: the person has to choose one before asking.
        raise ClaimsError("SubjectRole")
    return roles[0].partition("^")[0] if roles else ""


def _skill(claims: Claims, profession: str) -> str:
    """Return the savoir-faire of the exercise of that profession, when it is one."""
    reference = claims.get("SubjectRefPro", {})
    exercises = reference.get("exercices", []) if isinstance(reference, dict) else []
    if not isinstance(exercises, list):
        raise ClaimsError("SubjectRefPro")
    skills = {
        str(each.get("codeSavoirFaire", ""))
        for each in exercises
        if isinstance(each, dict) and each.get("codeProfession") == profession
    }
    return skills.pop() if len(skills) == 1 else ""


def _purpose(claims: Claims) -> Purpose:
    value = _text(claims, "purpose_of_use") or Purpose.TREAT.value
    if value not in {purpose.value for purpose in PROFESSIONAL_PURPOSES}:
        raise ClaimsError("purpose_of_use")
    return Purpose(value)


def _full_name(claims: Claims) -> str:
    return f"{_text(claims, 'given_name')} {_text(claims, 'family_name')}".strip()


def _text(claims: Claims, name: str, *, required: bool = False) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str) or (required and not value):
        raise ClaimsError(name)
    return value
