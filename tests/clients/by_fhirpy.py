"""The journey with fhirpy, one request after the other."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import BaseFHIRError

from tests.clients.journey import (
    ABSENT,
    DOCUMENT,
    Luggage,
    Told,
    interactions,
    labels,
    statuses,
)

PATCHING = {"Content-Type": "application/json-patch+json"}
"""fhirpy writes every body as application/json; a JSON Patch has its own type."""


def client(base: str, token: str, **headers: str) -> SyncFHIRClient:
    """Return a client that speaks for somebody."""
    return SyncFHIRClient(base, authorization=f"Bearer {token}", extra_headers=headers)


def travelled(given: Luggage) -> Told:
    """Go the whole way and tell of it."""
    told = deposited(given) | found(given)
    return told | changed(given) | created(given) | {"errors": errors(given)}


def deposited(given: Luggage) -> Told:
    """Ask what is offered, and hand in a lot twice."""
    author = client(given.base, given.author)
    said = author.execute("metadata", method="get")
    return {
        "version": said["fhirVersion"],
        "interactions": interactions(said),
        "deposited": statuses(author.execute("", data=given.lot)),
        "again": statuses(author.execute("", data=given.lot)),
    }


def of_lot(speaker: SyncFHIRClient, given: Luggage, identifiers: str) -> Any:  # noqa: ANN401
    """Return the search for documents of the lot."""
    wanted = {"patient.identifier": given.person, "identifier": identifiers}
    return speaker.resources(DOCUMENT).search(**wanted)


def found(given: Luggage) -> Told:
    """Search whole and page by page; read a document, and its bytes."""
    author = client(given.base, given.author)
    documents = of_lot(author, given, given.documents)
    name = of_lot(author, given, given.first).get().reference
    document = author.get(name)
    data = author.get(document["content"][0]["attachment"]["url"])["data"]
    return {
        "all": [each.id for each in documents.fetch()],
        "paged": [each.id for each in documents.limit(1).fetch_all()],
        "read": document["masterIdentifier"]["value"],
        "body": b64decode(data).decode(),
    }


def changed(given: Luggage) -> Told:
    """Mask a document as its patient; see that a reader no longer finds it."""
    author, reader = client(given.base, given.author), client(given.base, given.reader)
    theirs = of_lot(reader, given, given.first)
    before = len(theirs.fetch())
    name = of_lot(author, given, given.first).get().reference
    patching = client(given.base, given.patient, **PATCHING)
    masked = patching.execute(name, method="patch", data=given.masking)  # type: ignore[arg-type]
    versions = author.execute(f"{name}/_history", method="get")["entry"]
    numbers = [each["resource"]["meta"]["versionId"] for each in versions]
    oldest = author.execute(f"{name}/_history/{numbers[-1]}", method="get")
    return {
        "before": before,
        "masked": labels(masked),
        "after": len(theirs.fetch()),
        "history": numbers,
        "vread": oldest["meta"]["versionId"],
    }


def created(given: Luggage) -> Told:
    """Deposit on a condition, twice; decide by a Consent."""
    once = client(given.base, given.author, **{"If-None-Exist": given.condition})
    patient = client(given.base, given.patient)
    consent = patient.resource("Consent", **given.consent).create()
    wanted = {"patient.identifier": given.person, "status": "active"}
    return {
        "created": once.resource(DOCUMENT, **given.alone).create().id,
        "once_more": once.resource(DOCUMENT, **given.alone).create().id,
        "consent": consent.id,
        "consents": [e.id for e in patient.resources("Consent").search(**wanted)],
    }


def errors(given: Luggage) -> dict[str, str]:
    """Return the class of what is raised when something is wrong."""
    author, nobody = client(given.base, given.author), client(given.base, "nobody")
    unknown = author.resources(DOCUMENT).search(patient=ABSENT, colour="red")
    return {
        "404": raised(lambda: author.get(DOCUMENT, ABSENT)),
        "400": raised(unknown.fetch),
        "401": raised(lambda: nobody.get(DOCUMENT, ABSENT)),
    }


def raised(act: Callable[[], object]) -> str:
    """Return the name of the error, and what the outcome in it says it is about."""
    try:
        act()
    except BaseFHIRError as error:
        resource = getattr(error, "resource", None) or {"issue": [{}]}
        about = resource["issue"][0].get("expression", [])
        return " ".join([type(error).__name__, *about])
    return "nothing"
