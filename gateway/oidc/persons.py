"""From the claims of a provider to a person: traits to compare, or a vouched-for INS."""

from gateway.identity.principal import Principal
from gateway.oidc.reading import Claims
from gateway.oidc.signing_in import Known
from labels.codes import Purpose
from mappings import ins
from mappings.submission import Identifier, Traits

UNKNOWN = "-00"
"""How FranceConnect writes a month or a day of birth that nobody knows."""


def traits(known: Known) -> Traits:
    """Return the traits of the pivot identity (FranceConnect's claim names).

    ``family_name`` is the birth name, ``given_name`` all first names,
    ``preferred_username`` the name in use, of a provider that the settings say gives it:
    in OpenID Connect Core 5.1 it is a login, which people choose and which proves nothing.
    What is not a text is not there.
    """
    held = known.claims
    date = _text(held, "birthdate")
    while date.endswith(UNKNOWN):
        date = date.removesuffix(UNKNOWN)
    return Traits(
        (),
        family=_text(held, "family_name"),
        given=tuple(_text(held, "given_name").split()),
        used_family=_in_use(known),
        birth_date=date,
        gender=_text(held, "gender"),
    )


def vouched(known: Known, domains: frozenset[str]) -> Identifier | None:
    """Return the INS that a provider trusted to do so names; None without one.

    Only of a system that this deployment takes: a test INS is nobody's here.
    """
    held = known.claims.get("ins")
    if not known.provider.vouches_for_ins or not isinstance(held, dict):
        return None
    found = Identifier(_text(held, "system"), _text(held, "value"))
    known_system = found.system in domains & ins.SYSTEMS
    return found if known_system and found.value else None


def principal(known: Known, own: Identifier, name: str) -> Principal:
    """Return who signed in as who asks: the person of the record that is their own."""
    return Principal(
        str(own),
        name=name,
        patient=(own,),
        purpose=Purpose.PATRQT,
        issuer=known.provider.issuer,
        acr=known.level,
    )


def name(known: Known) -> str:
    """Return the name in use, as the provider has it; without one the birth name."""
    held = known.claims
    family = _in_use(known) or _text(held, "family_name")
    given = _text(held, "given_name").partition(" ")[0]
    return f"{given} {family}".strip()


def _in_use(known: Known) -> str:
    """Return the family name in use, of a provider that gives one."""
    if not known.provider.gives_name_in_use:
        return ""
    return _text(known.claims, "preferred_username")


def _text(held: Claims, name: str) -> str:
    value = held.get(name, "")
    return value if isinstance(value, str) else ""
