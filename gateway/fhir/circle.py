"""The routes of the people around a record: CareTeam, RelatedPerson, blocks.

A person declares in the own record, or in that of a child or protected adult.
"""

from typing import Any

from flask import Request, Response

from gateway import circle
from gateway.circle import Tie
from gateway.consents.relations import HeldRelation
from gateway.fhir import answers, operation, ties
from gateway.fhir.listing import Listing
from gateway.fhir.operation import Given
from gateway.fhir.paging import pairs_of
from gateway.fhir.parameters import Parameters
from gateway.fhir.searching import record_of
from gateway.fhir.ties import CARE_TEAM, KINDS, RELATED_PERSON
from gateway.identity.principal import Principal
from gateway.inquiry import Find, by_id, by_identifier
from gateway.references import Reference
from gateway.services import Services
from labels.policy.question import Relation

Json = dict[str, Any]

PATIENT = frozenset({"patient", "patient.identifier"})


def create_team(services: Services, principal: Principal, request: Request) -> Response:
    """Declare a professional (the patient), or attest a member (his structure)."""
    body = operation.resource(request, CARE_TEAM)
    of, held = ties.team(body)
    find, identity = by_identifier(services, of), answers.request_id(request)
    if not principal.patient:
        if not circle.attest(services, principal, find, held, identity):
            return answers.not_found()
        return answers.resource(ties.accepted(held, {"identifier": _json(of)}), 201)
    made = circle.declare(services, principal, held, request_id=identity, find=find)
    return _created(services, principal, request, (CARE_TEAM, find, made))


def create_relative(
    services: Services, principal: Principal, request: Request
) -> Response:
    """Let a carer in (the patient), with the categories that are shown to him."""
    of, held, opened = ties.relative(operation.resource(request, RELATED_PERSON))
    find, identity = by_identifier(services, of), answers.request_id(request)
    made = circle.declare(services, principal, held, opened, identity, find)
    return _created(services, principal, request, (RELATED_PERSON, find, made))


def search_teams(
    services: Services, principal: Principal, request: Request
) -> Response:
    """Find the professionals around a record: all for its patient, none for others."""
    return _searched(services, principal, request, CARE_TEAM)


def search_relatives(
    services: Services, principal: Principal, request: Request
) -> Response:
    """Find the relatives around a record: all for its patient, none for others."""
    return _searched(services, principal, request, RELATED_PERSON)


def read_team(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Read one relation to a professional."""
    return _read(services, principal, request, CARE_TEAM, resource_id)


def read_relative(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Read one relation to a relative."""
    return _read(services, principal, request, RELATED_PERSON, resource_id)


def end(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """End a relation at once: ``POST [base]/CareTeam/{id}/$end``, also RelatedPerson."""
    target, identity = Reference.parse(resource_id), answers.request_id(request)
    find = by_id(services, target.patient_id)
    ended = circle.end(services, principal, target.item_id, identity, find)
    return operation.answer() if ended else answers.not_found()


def confirm(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Take in a member who waits for the patient: ``POST [base]/CareTeam/{id}/$confirm``."""
    relation_id = Reference.parse(resource_id).item_id
    identity = answers.request_id(request)
    taken = circle.confirm(services, principal, relation_id, identity)
    return operation.answer() if taken else answers.not_found()


def block(services: Services, principal: Principal, request: Request) -> Response:
    """Shut somebody out: ``POST [base]/Consent/$block`` with ``who``, ``name``."""
    given = Given(request, {"who": "valueIdentifier", "name": "valueString"})
    who, identity = str(given.identifier("who")), answers.request_id(request)
    made = circle.block(services, principal, who, given.one("name", ""), identity)
    return operation.answer() if made else answers.not_found()


def unblock(services: Services, principal: Principal, request: Request) -> Response:
    """Lift a block: ``POST [base]/Consent/$unblock``; consents are not restored."""
    given = Given(request, {"who": "valueIdentifier"})
    identity = answers.request_id(request)
    lifted = circle.unblock(services, principal, str(given.identifier("who")), identity)
    return operation.answer() if lifted else answers.not_found()


def blocked(services: Services, principal: Principal, request: Request) -> Response:
    """List who is shut out: ``GET [base]/Consent/$blocked?patient.identifier=``."""
    asked = Parameters.of(pairs_of(request), PATIENT, patient=False)
    found = _ties(services, principal, request, record_of(services, asked))
    shut = [each.held for each in found if each.held.kind is Relation.BLOCKED]
    return operation.answer(*(_shut(each) for each in shut if not each.ended))


def _searched(
    services: Services, principal: Principal, request: Request, kind: str
) -> Response:
    listing = Listing.of(services, principal, request, kind, PATIENT)
    find, further = record_of(services, listing.asked), listing.further
    found = _ties(services, principal, request, find, following=further)
    shown = [ties.written(each) for each in found if each.held.kind in KINDS[kind]]
    return listing.answer(shown)


def _read(
    services: Services,
    principal: Principal,
    request: Request,
    kind: str,
    resource_id: str,
) -> Response:
    target = Reference.parse(resource_id)
    found = _ties(services, principal, request, by_id(services, target.patient_id))
    for each in found:
        if each.id == target.item_id and each.held.kind in KINDS[kind]:
            return answers.resource(ties.written(each))
    return answers.not_found()


def _created(
    services: Services,
    principal: Principal,
    request: Request,
    declared: tuple[str, Find, str | None],
) -> Response:
    kind, find, made = declared
    if made is None:
        return answers.not_found()
    for each in _ties(services, principal, request, find):
        if each.id == made:
            shown = ties.written(each)
            location = f"{services.settings.base_url}/fhir/{kind}/{shown['id']}"
            return answers.resource(shown, 201, Location=location)
    return answers.not_found()


def _ties(
    services: Services,
    principal: Principal,
    request: Request,
    find: Find,
    *,
    following: bool = False,
) -> list[Tie]:
    identity = answers.request_id(request)
    found = circle.ties(services, principal, find, identity, following=following)
    return sorted(found, key=lambda each: (each.held.since, each.id))


def _shut(held: HeldRelation) -> Json:
    parts = [
        ("who", "valueIdentifier", _identifier(held.who)),
        ("name", "valueString", held.name),
        ("since", "valueDateTime", held.since),
    ]
    return operation.part("blocked", [each for each in parts if each[2]])


def _json(identifier: object) -> Json:
    return _identifier(str(identifier))


def _identifier(text: str) -> Json:
    system, _, value = text.partition("|")
    return {"system": system, "value": value}
