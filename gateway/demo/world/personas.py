"""Reading personas.yaml: from rows to readers and patients."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from gateway.demo.world.people import Patient, Reader, Structure
from labels.codes import Category
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.policy.question import Relation
from mappings import ins
from mappings.content import Code
from mappings.submission import Identifier, Traits

JsonObject = dict[str, Any]

ROLE_SYSTEM = (
    "https://mos.esante.gouv.fr/NOS/TRE_A02-ProfessionSavFaire-CISIS"
    "/FHIR/TRE-A02-ProfessionSavFaire-CISIS"
)


@cache
def _personas() -> JsonObject:
    text = (files(__package__) / "personas.yaml").read_text(encoding="utf-8")
    held: JsonObject = yaml.safe_load(text)
    return held


def readers() -> dict[str, Reader]:
    """Return everybody who can ask, by key: professionals, software, then patients."""
    held = _personas()
    structures = {
        key: _structure(held["systems"], row) for key, row in held["structures"].items()
    }
    known = {
        key: _professional(key, row, held["systems"], structures)
        for key, row in held["professionals"].items()
    }
    for key, row in held["software"].items():
        known[key] = _software(key, row, structures)
    return known | {key: _person(each) for key, each in patients().items()}


def patients() -> dict[str, Patient]:
    """Return everybody who has a record, by key, in the order of the stories."""
    held = _personas()
    return {key: _patient(key, row, held) for key, row in held["patients"].items()}


def _structure(systems: Mapping[str, str], row: JsonObject) -> Structure:
    identifier = Identifier(systems["structure"], row["id"])
    return Structure(
        identifier, row["name"], row["facility"], row["setting"], row["city"]
    )


def _professional(
    key: str,
    row: JsonObject,
    systems: Mapping[str, str],
    structures: Mapping[str, Structure],
) -> Reader:
    return Reader(
        key=key,
        kind="professional",
        identifier=Identifier(systems["professional"], row["id"]),
        fr=row["fr"],
        en=row["en"],
        family=row["family"],
        given=row["given"],
        profession=row["profession"],
        skill=row["skill"],
        role=Code(ROLE_SYSTEM, row["role"]["code"], row["role"]["display"]),
        structure=structures[row["structure"]],
    )


def _software(key: str, row: JsonObject, structures: Mapping[str, Structure]) -> Reader:
    return Reader(
        key=key,
        kind="software",
        identifier=Identifier("https://issuer.demo.invalid", row["client"]),
        fr=row["fr"],
        en=row["en"],
        structure=structures[row["structure"]],
    )


def _person(patient: Patient) -> Reader:
    name = f"{patient.traits.used_given} {patient.traits.used_family}"
    return Reader(
        key=patient.key,
        kind="patient",
        identifier=patient.identifier,
        fr=name,
        en=name,
        family=patient.traits.used_family,
        given=patient.traits.used_given,
    )


def _patient(key: str, row: JsonObject, held: JsonObject) -> Patient:
    identifier = ins.identifier(held["systems"]["ins"], row["ins"])
    traits = Traits(
        identifiers=(identifier,),
        family=row["family"],
        given=tuple(row["given"]),
        used_family=row["used_family"],
        used_given=row["used_given"],
        birth_date=row["birth_date"].isoformat(),
        gender=row["gender"],
        former_given=tuple(row.get("former_given", ())),
    )
    relations = tuple(
        (Relation(kind.upper()), who)
        for kind, members in row["relations"].items()
        for who in members
    )
    return Patient(
        key=key,
        traits=traits,
        birth_place=(row["birth_place"]["code"], row["birth_place"]["city"]),
        preset=row["preset"],
        relations=relations,
        directives=tuple(_directive(each, held) for each in row["directives"]),
        fr=row["story_fr"],
        en=row["story_en"],
        former_given=traits.former_given,
    )


def _directive(row: JsonObject, held: JsonObject) -> Directive:
    kind = AudienceKind(row["audience"]["kind"])
    return Directive(
        id=row["id"],
        effect=Effect(row["effect"]),
        audience=Audience(kind, _audience_value(kind, row["audience"]["value"], held)),
        items=frozenset(row["documents"]),
        categories=frozenset(Category(each) for each in row["categories"]),
    )


def _audience_value(kind: AudienceKind, value: str, held: JsonObject) -> str:
    systems = held["systems"]
    if kind is AudienceKind.PERSON:
        return f"{systems['professional']}|{held['professionals'][value]['id']}"
    if kind is AudienceKind.ORGANIZATION:
        return f"{systems['structure']}|{held['structures'][value]['id']}"
    return value
