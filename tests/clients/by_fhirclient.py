"""The journey with fhirclient (SMART): its models refuse what is not R4."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import requests
from fhirclient import client as smart
from fhirclient.models.bundle import Bundle
from fhirclient.models.consent import Consent
from fhirclient.models.documentreference import DocumentReference
from fhirclient.server import FHIRNotFoundException, FHIRUnauthorizedException

from tests.clients.journey import (
    ABSENT,
    DOCUMENT,
    Luggage,
    Told,
    interactions,
    labels,
    statuses,
)

JSON_PATCH = "application/json-patch+json"
ERRORS = (
    FHIRNotFoundException,
    FHIRUnauthorizedException,
    requests.HTTPError,
)


def server(base: str, token: str, **headers: str) -> Any:  # noqa: ANN401 - untyped there
    """Return the server that somebody speaks to."""
    found = smart.FHIRClient(settings={"app_id": "tests", "api_base": base}).server
    found.session.headers.update({"Authorization": f"Bearer {token}", **headers})
    return found


def travelled(given: Luggage) -> Told:
    """Go the whole way and tell of it."""
    told = deposited(given) | found(given)
    return told | changed(given) | created(given) | {"errors": errors(given)}


def deposited(given: Luggage) -> Told:
    """Ask what is offered, and hand in a lot twice."""
    author = server(given.base, given.author)
    said = author.capabilityStatement
    return {
        "version": said.fhirVersion,
        "interactions": interactions(said.as_json()),
        "deposited": statuses(Bundle(given.lot).create(author)),
        "again": statuses(Bundle(given.lot).create(author)),
    }


def of_lot(speaker: Any, given: Luggage, identifiers: str, **more: str) -> list[Any]:  # noqa: ANN401
    """Return the documents of the lot, through all pages."""
    wanted = {"patient.identifier": given.person, "identifier": identifiers}
    return list(DocumentReference.where(wanted | more).perform_resources_iter(speaker))


def found(given: Luggage) -> Told:
    """Search whole and page by page; read a document, and its bytes."""
    author = server(given.base, given.author)
    (one,) = of_lot(author, given, given.first)
    document = DocumentReference.read(one.id, author)
    url = document.content[0].attachment.url
    body = author.request_data(url, headers={"Accept": "text/plain"})
    return {
        "all": [each.id for each in of_lot(author, given, given.documents)],
        "paged": [
            each.id for each in of_lot(author, given, given.documents, _count="1")
        ],
        "read": document.masterIdentifier.value,
        "body": body.decode(),
    }


def changed(given: Luggage) -> Told:
    """Mask a document as its patient; see that a reader no longer finds it."""
    author, reader = server(given.base, given.author), server(given.base, given.reader)
    before = of_lot(reader, given, given.first)
    (one,) = of_lot(author, given, given.first)
    patient = server(given.base, given.patient, **{"Content-Type": JSON_PATCH})
    address = f"{given.base}/{one.relativePath()}"
    masked = patient.session.patch(address, json=given.masking)
    patient.raise_for_status(masked)
    history = Bundle.read_from(f"{one.relativePath()}/_history", author)
    numbers = [each.resource.meta.versionId for each in history.entry]
    path = f"{one.relativePath()}/_history/{numbers[-1]}"
    return {
        "before": len(before),
        "masked": labels(DocumentReference(masked.json()).as_json()),
        "after": len(of_lot(reader, given, given.first)),
        "history": numbers,
        "vread": DocumentReference.read_from(path, author).meta.versionId,
    }


def created(given: Luggage) -> Told:
    """Deposit on a condition, twice; decide by a Consent."""
    once = server(given.base, given.author, **{"If-None-Exist": given.condition})
    patient = server(given.base, given.patient)
    wanted = {"patient.identifier": given.person, "status": "active"}
    made = Consent(given.consent).create(patient)
    consents = Consent.where(wanted).perform_resources_iter(patient)
    return {
        "created": DocumentReference(given.alone).create(once)["id"],
        "once_more": DocumentReference(given.alone).create(once)["id"],
        "consent": made["id"],
        "consents": [each.id for each in consents],
    }


def errors(given: Luggage) -> dict[str, str]:
    """Return the class of what is raised when something is wrong."""
    author, nobody = server(given.base, given.author), server(given.base, "nobody")
    unknown = f"{DOCUMENT}?patient={ABSENT}&colour=red"
    return {
        "404": raised(lambda: DocumentReference.read(ABSENT, author)),
        "400": raised(lambda: author.request_json(unknown)),
        "401": raised(lambda: DocumentReference.read(ABSENT, nobody)),
    }


def raised(act: Callable[[], object]) -> str:
    """Return the name of the error, and what the outcome in it says it is about."""
    try:
        act()
    except ERRORS as error:
        response = error.response
        about = response.json()["issue"][0].get("expression", [])
        assert response.status_code >= HTTPStatus.BAD_REQUEST
        return " ".join([type(error).__name__, *about])
    return "nothing"
