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
    representation,
)
from gateway.lifecycle.act import Act
from gateway.lifecycle.certificate import Issued
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


def _handler(act: Act) -> Handler:
    def answer(services: Services, principal: Principal, request: Request) -> Response:
        Given(request, {})
        identity = answers.request_id(request)
        done = asking.ask(services, principal, act, identity)
        if done is None:
            return answers.not_found()
        if isinstance(done, Issued):
            return operation.answer(*_certificate(done))
        reference = {"reference": f"Patient/{done}"}
        return operation.answer({"name": "patient", "valueReference": reference})

    return answer


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
