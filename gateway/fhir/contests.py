"""The routes of contests: Task, for the patient and for who answers for the structure."""

from base64 import b64encode
from typing import Any

from flask import Request, Response

from gateway.contest import contesting
from gateway.contest import evidence as evidence_file
from gateway.contest.case import State, Step
from gateway.contest.contesting import Held
from gateway.fhir import answers, operation
from gateway.fhir.listing import Listing
from gateway.fhir.operation import Given
from gateway.identity.principal import Principal
from gateway.references import Reference
from gateway.services import Services

Json = dict[str, Any]

CONTEST = "urn:paravent:contest"
STATUS = {
    State.OPENED: "requested",
    State.ANSWERED: "in-progress",
    State.UPHELD: "completed",
    State.DISMISSED: "rejected",
    State.WITHDRAWN: "cancelled",
}
"""TaskStatus of each state; the state itself is the business status."""


def create(services: Services, principal: Principal, request: Request) -> Response:
    """Contest an access: ``POST [base]/Task`` with ``focus`` and ``description``."""
    body = operation.resource(request, "Task")
    focus, words = body.get("focus"), body.get("description")
    reference = focus.get("reference") if isinstance(focus, dict) else None
    kind, _, event_id = str(reference).partition("/")
    if kind != "AuditEvent" or not event_id:
        raise operation.unclear("Task.focus")
    if not isinstance(words, str):
        raise operation.unclear("Task.description")
    identity = answers.request_id(request)
    opened = contesting.contest(services, principal, event_id, words, identity)
    if opened is None:
        return answers.not_found()
    location = f"{services.settings.base_url}/fhir/Task/{opened.public_id}"
    return answers.resource(_written(opened), 201, Location=location)


def search(services: Services, principal: Principal, request: Request) -> Response:
    """List cases: the patient's own, or those about the structure one answers for."""
    listing = Listing.of(services, principal, request, "Task")
    identity = answers.request_id(request)
    find = contesting.own if principal.patient else contesting.about
    found = find(services, principal, identity, following=listing.further)
    return listing.answer([_written(each) for each in found])


def read(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Read one case."""
    identity = answers.request_id(request)
    found = contesting.read(services, principal, resource_id, identity)
    return answers.resource(_written(found)) if found else answers.not_found()


def answer(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Answer for the structure: ``POST [base]/Task/{id}/$answer`` with ``words``."""
    return _step(services, principal, request, (resource_id, State.ANSWERED))


def withdraw(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Withdraw, as the patient: ``POST [base]/Task/{id}/$withdraw`` with ``words``."""
    return _step(services, principal, request, (resource_id, State.WITHDRAWN))


def evidence(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Give the signed evidence, JSON and PDF: ``GET [base]/Task/{id}/$evidence``."""
    identity = answers.request_id(request)
    found = evidence_file.evidence(services, principal, resource_id, identity)
    if found is None:
        return answers.not_found()
    return operation.answer(
        _file("json", "application/json", found.json),
        _file("pdf", "application/pdf", found.pdf),
    )


def _step(
    services: Services,
    principal: Principal,
    request: Request,
    wanted: tuple[str, State],
) -> Response:
    case_id, state = wanted
    words = Given(request, {"words": "valueString"}).one("words")
    identity = answers.request_id(request)
    after = contesting.step(services, principal, case_id, (state, words), identity)
    return answers.resource(_written(after)) if after else answers.not_found()


def _file(name: str, content_type: str, data: bytes) -> Json:
    encoded = b64encode(data).decode()
    binary = {"resourceType": "Binary", "contentType": content_type, "data": encoded}
    return {"name": name, "resource": binary}


def _written(held: Held) -> Json:
    case = held.case
    system, _, value = case.against.partition("|")
    patient = {"reference": f"Patient/{held.patient_id}"}
    event = Reference(held.patient_id, case.event)
    state: Json = {"coding": [{"system": CONTEST, "code": case.state.value}]}
    written: Json = {
        "resourceType": "Task",
        "id": held.public_id,
        "status": STATUS[case.state],
        "businessStatus": state | ({"text": "overdue"} if held.overdue else {}),
        "intent": "order",
        "code": {"coding": [{"system": CONTEST, "code": "access"}]},
        "focus": {"reference": f"AuditEvent/{event}"},
        "for": patient,
        "requester": patient,
        "owner": {"identifier": {"system": system, "value": value}},
        "authoredOn": case.opened.isoformat(),
        "lastModified": case.steps[-1].at.isoformat(),
        "note": [_note(each) for each in case.steps],
    }
    due = {"restriction": {"period": {"end": case.due.isoformat()}}} if case.due else {}
    return written | due


def _note(step: Step) -> Json:
    return {
        "authorString": f"{step.state.value}: {step.by}",
        "time": step.at.isoformat(),
        "text": step.words,
    }
