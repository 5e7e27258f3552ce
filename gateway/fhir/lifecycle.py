"""The routes of the life of one's own record, and of having everything that is in it."""

from base64 import b64encode
from typing import Any

from flask import Request, Response

from gateway.fhir import answers, operation
from gateway.fhir.operation import Given
from gateway.fhir.route import Handler, Route
from gateway.identity.principal import Principal
from gateway.inquiry import by_identifier
from gateway.lifecycle import (
    announcing,
    asking,
    certificate_pdf,
    exporting,
    joint,
    representation,
)
from gateway.lifecycle.act import Act
from gateway.lifecycle.certificate import Issued
from gateway.lifecycle.joint import Joint
from gateway.references import Reference
from gateway.services import Services

Json = dict[str, Any]

OPERATIONS = {
    "$oppose": Act.OPPOSE,
    "$withdraw-opposition": Act.WITHDRAW,
    "$close": Act.CLOSE,
    "$reopen": Act.REOPEN,
    "$erase": Act.ERASE,
}


NAMES = {"oppose": Act.OPPOSE, "close": Act.CLOSE, "erase": Act.ERASE}
"""How the acts that need both parents are named in Parameters."""
CHILD = {"patient": "valueIdentifier"}


def _handler(act: Act) -> Handler:
    def answer(services: Services, principal: Principal, request: Request) -> Response:
        given = Given(request, CHILD)
        of = given.identifier("patient") if given.all("patient") else None
        identity = answers.request_id(request)
        done = asking.ask(services, principal, act, identity, of)
        if done is None:
            return answers.not_found()
        if isinstance(done, Issued):
            return operation.answer(*_certificate(done))
        if isinstance(done, Joint):
            return operation.answer(_joint(done), status=202)
        reference = {"reference": f"Patient/{done}"}
        return operation.answer({"name": "patient", "valueReference": reference})

    return answer


def joint_acts(services: Services, principal: Principal, request: Request) -> Response:
    """List what needs both parents: ``POST [base]/Patient/$joint-acts`` with ``patient``.

    To the child it is about, and to who represents the child.
    """
    find = by_identifier(services, Given(request, CHILD).identifier("patient"))
    identity = answers.request_id(request)
    found = joint.asked_for(services, principal, find, identity)
    if found is None:
        return answers.not_found()
    return operation.answer(*map(_joint, found))


def decline(services: Services, principal: Principal, request: Request) -> Response:
    """Refuse or withdraw one: ``POST [base]/Patient/$decline-joint-act``.

    With ``patient`` and ``act``: oppose, close or erase.
    """
    given = Given(request, CHILD | {"act": "valueCode"})
    if given.one("act") not in NAMES:
        raise operation.unclear("Parameters.parameter.where(name='act')")
    find = by_identifier(services, given.identifier("patient"))
    act, identity = NAMES[given.one("act")], answers.request_id(request)
    done = joint.decline(services, principal, act, find, identity)
    return operation.answer() if done else answers.not_found()


def export(services: Services, principal: Principal, request: Request) -> Response:
    """Give all of the own record as a zip: ``GET [base]/Patient/$export``."""
    identity = answers.request_id(request)
    found = exporting.export(services, principal, identity)
    if found is None:
        return answers.not_found()
    answer = Response(found, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{exporting.NAME}"'
    return answer


def suspend(services: Services, principal: Principal, request: Request) -> Response:
    """End who represents a minor: ``POST [base]/Patient/$suspend-representation``.

    With the patient and, for one of them only, the representative.
    """
    kinds = {"patient": "valueIdentifier", "representative": "valueIdentifier"}
    given = Given(request, kinds)
    named = bool(given.all("representative"))
    whom = str(given.identifier("representative")) if named else ""
    find = by_identifier(services, given.identifier("patient"))
    identity = answers.request_id(request)
    done = representation.suspend(services, principal, find, whom, identity)
    return operation.answer() if done else answers.not_found()


def announced(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Say that a document was announced: ``POST [base]/DocumentReference/[id]/$announced``.

    By whoever deposited it, after the consultation; the patient sees it from then on.
    """
    Given(request, {})
    target = Reference.parse(resource_id)
    identity = answers.request_id(request)
    done = announcing.announce(services, principal, target, identity)
    return operation.answer() if done else answers.not_found()


def _joint(each: Joint) -> Json:
    name = next(name for name, act in NAMES.items() if act is each.act)
    parts = [
        ("act", "valueCode", name),
        ("state", "valueCode", each.state.value),
        ("asked", "valueDateTime", each.at),
        ("due", "valueDateTime", each.due),
        ("by", "valueString", each.by),
        ("settled", "valueDateTime", each.settled),
        ("settledBy", "valueString", each.settled_by),
    ]
    return operation.part("act", [part for part in parts if part[2]])


def _certificate(issued: Issued) -> list[Json]:
    pdf = b64encode(certificate_pdf.written(issued)).decode()
    held = issued.certificate
    return [
        {"name": "date", "valueDateTime": held.at},
        {"name": "by", "valueDateTime": held.by},
        {"name": "number", "valueString": held.number},
        {"name": "code", "valueString": issued.code},
        {"name": "certificate", "valueBase64Binary": pdf},
    ]


ROUTES = (
    *(
        Route("POST", f"/fhir/Patient/{name}", _handler(act), name, "Patient")
        for name, act in OPERATIONS.items()
    ),
    Route("POST", "/fhir/Patient/$joint-acts", joint_acts, "$joint-acts", "Patient"),
    Route(
        "POST",
        "/fhir/Patient/$decline-joint-act",
        decline,
        "$decline-joint-act",
        "Patient",
    ),
    Route("GET", "/fhir/Patient/$export", export, "$export", "Patient"),
    Route(
        "POST",
        "/fhir/Patient/$suspend-representation",
        suspend,
        "$suspend-representation",
        "Patient",
    ),
    Route(
        "POST",
        "/fhir/DocumentReference/<resource_id>/$announced",
        announced,
        "$announced",
        "DocumentReference",
    ),
)
"""The routes of this file."""
