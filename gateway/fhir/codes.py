"""The routes of one-time codes: made, listed and revoked by the patient, presented once."""

from datetime import timedelta
from typing import Any

from flask import Request, Response

from gateway import presenting
from gateway.consents import codes
from gateway.consents.card import card
from gateway.consents.codes import HeldCode, Made
from gateway.fhir import answers, operation
from gateway.fhir.operation import Given
from gateway.identity.principal import Principal
from gateway.services import Services

Json = dict[str, Any]

MOST_HOURS = int(codes.LONGEST.total_seconds()) // 3600
DEFAULT_HOURS = int(codes.OPENS.total_seconds()) // 3600


def new_code(services: Services, principal: Principal, request: Request) -> Response:
    """Make one code: ``POST [base]/Consent/$new-code``; ``hours`` is how long it opens."""
    given = Given(request, {"hours": "valueInteger"})
    identity = answers.request_id(request)
    made = presenting.make(services, principal, _opens(given), request_id=identity)
    return operation.answer(*map(_made, made)) if made else answers.not_found()


def new_card(services: Services, principal: Principal, request: Request) -> Response:
    """Make a card of ten: ``POST [base]/Consent/$new-card``; the answer holds its SVG."""
    given = Given(request, {"hours": "valueInteger", "language": "valueCode"})
    opens, lang = _opens(given), given.one("language", "fr")
    identity = answers.request_id(request)
    made = presenting.make(services, principal, opens, card=True, request_id=identity)
    if not made:
        return answers.not_found()
    printed = {"name": "card", "valueString": card(made, lang)}
    return operation.answer(*map(_made, made), printed)


def kept(services: Services, principal: Principal, request: Request) -> Response:
    """List what became of every code: ``GET [base]/Consent/$codes``."""
    found = presenting.kept(services, principal, answers.request_id(request))
    ordered = sorted(found, key=lambda each: (each[1].made, each[0]))
    return operation.answer(*(_held(code_id, held) for code_id, held in ordered))


def revoke(services: Services, principal: Principal, request: Request) -> Response:
    """Revoke one code or, without ``id``, all: ``POST [base]/Consent/$revoke-code``."""
    given = Given(request, {"id": "valueString"})
    code_id = given.one("id", "")
    identity = answers.request_id(request)
    count = presenting.revoke(services, principal, code_id, identity)
    return operation.answer({"name": "revoked", "valueInteger": count})


def present(services: Services, principal: Principal, request: Request) -> Response:
    """Present a code: ``POST [base]/Consent/$present-code``, with patient and code.

    Whatever is wrong with it, 404 with the one body of all that is not to be found.
    """
    given = Given(request, {"patient": "valueIdentifier", "code": "valueString"})
    opened = presenting.present(
        services,
        principal,
        given.identifier("patient"),
        given.one("code"),
        answers.request_id(request),
    )
    if opened is None:
        return answers.not_found()
    reference = {"reference": f"Patient/{opened.patient_id}"}
    return operation.answer(
        {"name": "patient", "valueReference": reference},
        {"name": "until", "valueDateTime": opened.until.isoformat()},
    )


def _opens(given: Given) -> timedelta:
    hours = given.one("hours", DEFAULT_HOURS)
    if not 1 <= hours <= MOST_HOURS:
        raise operation.unclear("Parameters.parameter.where(name='hours')")
    return timedelta(hours=hours)


def _made(made: Made) -> Json:
    return operation.part(
        "code",
        (
            ("id", "valueString", made.id),
            ("value", "valueString", made.spaced),
            ("expires", "valueDateTime", made.expires.isoformat()),
            ("hours", "valueInteger", int(made.opens.total_seconds()) // 3600),
        ),
    )


def _held(code_id: str, held: HeldCode) -> Json:
    parts = [
        ("id", "valueString", code_id),
        ("made", "valueDateTime", held.made),
        ("expires", "valueDateTime", held.expires),
        ("hours", "valueInteger", held.seconds // 3600),
        ("card", "valueString", held.card),
        ("presented", "valueDateTime", held.spent),
        ("by", "valueString", held.by),
        ("revoked", "valueDateTime", held.revoked),
    ]
    return operation.part("code", [each for each in parts if each[2] != ""])
