"""The routes of notices: Communication, for who is told; and how to be told."""

from typing import Any

from flask import Request, Response

from gateway import notices
from gateway.fhir import answers, operation
from gateway.fhir.listing import Listing
from gateway.fhir.operation import Given
from gateway.fhir.paging import pairs_of
from gateway.fhir.parameters import Parameters
from gateway.fhir.problems import TRANSLATION
from gateway.fhir.searching import record_of
from gateway.identity.principal import Principal
from gateway.inquiry import by_identifier
from gateway.log import EVENT
from gateway.notices import Shown
from gateway.notify.occasions import OCCASIONS
from gateway.notify.preferences import Preferences
from gateway.references import UUID_HEX, Reference
from gateway.services import Services
from mappings.mapped import refuse

Json = dict[str, Any]

PATIENT = frozenset({"patient", "patient.identifier"})
OCCASION = "urn:paravent:occasion"
PREFERRED = {
    "patient": "valueIdentifier",
    "address": "valueString",
    "silent": "valueBoolean",
    "language": "valueCode",
}


def search(services: Services, principal: Principal, request: Request) -> Response:
    """Find the notices for who asks: ``GET [base]/Communication?patient.identifier=``."""
    listing = Listing.of(services, principal, request, "Communication", PATIENT)
    find, identity = record_of(services, listing.asked), answers.request_id(request)
    further = listing.further
    found = notices.inbox(services, principal, find, identity, following=further)
    return listing.answer([_written(each) for each in found])


def read(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Read one notice, by the reference in an e-mail to a professional."""
    identity = answers.request_id(request)
    found = notices.one(services, principal, resource_id, identity)
    return answers.resource(_written(found)) if found else answers.not_found()


def preferred(services: Services, principal: Principal, request: Request) -> Response:
    """Show how one is told: ``GET [base]/Communication/$settings?patient.identifier=``."""
    asked = Parameters.of(pairs_of(request), PATIENT, patient=False)
    find, identity = record_of(services, asked), answers.request_id(request)
    found = notices.preferred(services, principal, find, identity)
    return _settings(found) if found else answers.not_found()


def prefer(services: Services, principal: Principal, request: Request) -> Response:
    """Say how to be told: ``POST [base]/Communication/$settings``.

    ``patient`` is whose record; ``address`` the one that is safe, ``silent`` for no e-mail
    at all, ``language`` fr or en. It replaces what was said before.
    """
    given = Given(request, PREFERRED)
    find = by_identifier(services, given.identifier("patient"))
    try:
        wanted = Preferences(
            given.one("address", ""),
            given.one("silent", default=False),
            given.one("language", "fr"),
        )
    except ValueError as error:
        raise refuse(
            422,
            "value",
            f"Parameters.parameter.where(name='{error.args[0]}')",
            "Not an e-mail address, or not a language we write.",
            "Pas une adresse électronique, ou pas une langue que nous écrivons.",
        ) from None
    identity = answers.request_id(request)
    kept = notices.prefer(services, principal, find, wanted, identity)
    return _settings(wanted) if kept else answers.not_found()


def _settings(found: Preferences) -> Response:
    address = {"name": "address", "valueString": found.address}
    return operation.answer(
        *([address] if found.address else []),
        {"name": "silent", "valueBoolean": found.silent},
        {"name": "language", "valueCode": found.language},
    )


def _written(shown: Shown) -> Json:
    notice, said = shown.notice, OCCASIONS[shown.notice.occasion]
    translation = [
        {"url": "lang", "valueCode": "fr"},
        {"url": "content", "valueString": said.fr},
    ]
    in_french = {"extension": [{"url": TRANSLATION, "extension": translation}]}
    written: Json = {
        "resourceType": "Communication",
        "id": str(Reference(shown.patient_id, notice.id)),
        "status": "completed",
        "subject": {"reference": f"Patient/{shown.patient_id}"},
        "topic": {"coding": [{"system": OCCASION, "code": notice.occasion}]},
        "sent": notice.at.isoformat(),
        "payload": [{"contentString": said.en, "_contentString": in_french}],
    }
    about = [{"reference": _public(shown, each)} for each in notice.about]
    return written | ({"about": about} if about else {})


def _public(shown: Shown, reference: str) -> str:
    """Return a reference by which an event of the record is read: its public id."""
    kind, _, event = reference.partition("/")
    if kind != EVENT or len(event) != UUID_HEX:
        return reference
    return f"{EVENT}/{Reference(shown.patient_id, event)}"
