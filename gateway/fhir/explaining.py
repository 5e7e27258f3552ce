"""``DocumentReference/{id}/$explain``: what a reader gets of a document, and why.

By GET for a professional or a structure; for a private person, whose identifier must be in
no address, by POST. ``profession``, ``skill`` and ``organization`` may be left out of whom
the record knows (``gateway/recognising.py``); for anybody else a 400 names what is missing.
"""

from typing import Any

from flask import Request, Response

from gateway.explaining import LANGUAGES, Explanation, explain
from gateway.fhir import answers, operation
from gateway.fhir.operation import Given
from gateway.fhir.parameters import Parameters
from gateway.identity.claims import (
    PERSON_SYSTEM,
    PROFESSIONAL_PURPOSES,
    STRUCTURE_SYSTEM,
)
from gateway.identity.principal import Principal
from gateway.services import Services
from labels.codes import Purpose
from mappings import ins
from mappings.mapped import Refused, refuse
from mappings.submission import Identifier

Json = dict[str, Any]

CODES = ("profession", "skill", "purpose")
KINDS = {
    "reader": "valueIdentifier",
    "organization": "valueIdentifier",
    **dict.fromkeys(CODES, "valueCode"),
}


def by_address(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Explain for a reader named in the address, as ``system|value``."""
    pairs = list(request.args.items(multi=True))
    asked = Parameters.of(pairs, frozenset(KINDS), patient=False)
    held: dict[str, Any] = {name: asked.one(name) for name in asked.values}
    for name in ("reader", "organization"):
        if name in held or name == "reader":
            held[name] = _identifier(held.get(name, ""))
    if held["reader"].system not in (PERSON_SYSTEM, STRUCTURE_SYSTEM):
        raise _unclear("Name a private person by POST, in the body.")
    return _explained(services, principal, request, (resource_id, held))


def by_body(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Explain for a reader named in the body, as Parameters."""
    given = Given(request, KINDS)
    held: dict[str, Any] = {name: given.one(name) for name in given.values}
    for name in {"organization"} & set(held) | {"reader"}:
        held[name] = given.identifier(name)
    return _explained(services, principal, request, (resource_id, held))


def _explained(
    services: Services,
    principal: Principal,
    request: Request,
    named: tuple[str, dict[str, Any]],
) -> Response:
    resource_id, held = named
    identity = answers.request_id(request)
    reader = _reader(held)
    told = explain(services, principal, resource_id, reader, identity)
    return answers.not_found() if told is None else operation.answer(*_said(told))


def _reader(held: dict[str, Any]) -> Principal:
    """Return the reader asked about, as far as he is named, as a token would make him."""
    reader = held["reader"]
    organization = held.get("organization")
    structure = reader.system == STRUCTURE_SYSTEM
    private = reader.system in ins.SYSTEMS
    purpose = held.get("purpose", Purpose.TREAT.value)
    if purpose not in {each.value for each in PROFESSIONAL_PURPOSES}:
        raise _unclear("Not a purpose that somebody can ask for.")
    if structure and organization is not None:
        raise _unclear("A structure has no structure.")
    return Principal(
        "" if structure else str(reader),
        str(reader if structure else organization or ""),
        str(held.get("profession", "")),
        str(held.get("skill", "")),
        patient=(reader,) if private else (),
        purpose=Purpose(purpose),
    )


def _said(told: Explanation) -> list[Json]:
    sight = "part" if told.part else "whole"
    found: list[Json] = [
        {"name": "outcome", "valueCode": told.decision.outcome.value},
        {"name": "sight", "valueCode": sight if told.decision.permitted else "none"},
    ]
    for rule in told.rules:
        laws = [("article", "valueString", law) for law in rule.law]
        found.append(operation.part("rule", [("id", "valueString", rule.id), *laws]))
    for index, language in enumerate(LANGUAGES):
        texts = [("text", "valueString", told.sentences[index])]
        texts += [("change", "valueString", each) for each in told.ways[index]]
        of = ("language", "valueCode", language)
        found.append(operation.part("explanation", [of, *texts]))
    return found


def _identifier(token: str) -> Identifier:
    system, _, value = token.partition("|")
    if not (system and value):
        raise _unclear("An identifier is written system|value.")
    return Identifier(system, value)


_FRENCH = {
    "Name a private person by POST, in the body.": (
        "Nommez un particulier par POST, dans le corps."
    ),
    "Not a purpose that somebody can ask for.": (
        "Ce n'est pas une finalité que quelqu'un peut demander."
    ),
    "A structure has no structure.": "Une structure n'a pas de structure.",
    "An identifier is written system|value.": "Un identifiant s'écrit système|valeur.",
}


def _unclear(text: str) -> Refused:
    return refuse(400, "value", "reader", text, _FRENCH[text])
