"""The journey with fhirpy's asynchronous client: what is independent goes at once."""

import asyncio
from base64 import b64decode
from collections.abc import Awaitable
from typing import Any

from fhirpy import AsyncFHIRClient
from fhirpy.base.exceptions import BaseFHIRError

from tests.clients.by_fhirpy import PATCHING
from tests.clients.journey import (
    ABSENT,
    DOCUMENT,
    Luggage,
    Told,
    interactions,
    labels,
    statuses,
)


def client(base: str, token: str, **headers: str) -> AsyncFHIRClient:
    """Return a client that speaks for somebody."""
    return AsyncFHIRClient(base, authorization=f"Bearer {token}", extra_headers=headers)


def travelled(given: Luggage) -> Told:
    """Go the whole way and tell of it."""
    return asyncio.run(_travelled(given))


async def _travelled(given: Luggage) -> Told:
    told = await deposited(given)
    ways = await asyncio.gather(found(given), created(given), errors(given))
    for each in ways:
        told |= each
    return told | await changed(given)


async def deposited(given: Luggage) -> Told:
    """Ask what is offered, and hand in a lot twice."""
    author = client(given.base, given.author)
    said = await author.execute("metadata", method="get")
    return {
        "version": said["fhirVersion"],
        "interactions": interactions(said),
        "deposited": statuses(await author.execute("", data=given.lot)),
        "again": statuses(await author.execute("", data=given.lot)),
    }


def of_lot(speaker: AsyncFHIRClient, given: Luggage, identifiers: str) -> Any:  # noqa: ANN401
    """Return the search for documents of the lot."""
    wanted = {"patient.identifier": given.person, "identifier": identifiers}
    return speaker.resources(DOCUMENT).search(**wanted)


async def found(given: Luggage) -> Told:
    """Search whole and page by page; read a document, and its bytes."""
    author = client(given.base, given.author)
    documents = of_lot(author, given, given.documents)
    one = await of_lot(author, given, given.first).get()
    document = await author.get(one.reference)
    binary = await author.get(document["content"][0]["attachment"]["url"])
    return {
        "all": [each.id for each in await documents.fetch()],
        "paged": [each.id async for each in documents.limit(1)],
        "read": document["masterIdentifier"]["value"],
        "body": b64decode(binary["data"]).decode(),
    }


async def changed(given: Luggage) -> Told:
    """Mask a document as its patient; see that a reader no longer finds it."""
    author, reader = client(given.base, given.author), client(given.base, given.reader)
    theirs = of_lot(reader, given, given.first)
    before = len(await theirs.fetch())
    name = (await of_lot(author, given, given.first).get()).reference
    patching = client(given.base, given.patient, **PATCHING)
    masked = await patching.execute(name, method="patch", data=given.masking)  # type: ignore[arg-type]
    versions = await author.execute(f"{name}/_history", method="get")
    numbers = [each["resource"]["meta"]["versionId"] for each in versions["entry"]]
    oldest = await author.execute(f"{name}/_history/{numbers[-1]}", method="get")
    return {
        "before": before,
        "masked": labels(masked),
        "after": len(await theirs.fetch()),
        "history": numbers,
        "vread": oldest["meta"]["versionId"],
    }


async def created(given: Luggage) -> Told:
    """Deposit on a condition, twice; decide by a Consent."""
    once = client(given.base, given.author, **{"If-None-Exist": given.condition})
    patient = client(given.base, given.patient)
    first = await once.resource(DOCUMENT, **given.alone).create()
    again = await once.resource(DOCUMENT, **given.alone).create()
    consent = await patient.resource("Consent", **given.consent).create()
    wanted = {"patient.identifier": given.person, "status": "active"}
    consents = await patient.resources("Consent").search(**wanted).fetch_all()
    return {
        "created": first.id,
        "once_more": again.id,
        "consent": consent.id,
        "consents": [each.id for each in consents],
    }


async def errors(given: Luggage) -> Told:
    """Return the class of what is raised when something is wrong."""
    author, nobody = client(given.base, given.author), client(given.base, "nobody")
    unknown = author.resources(DOCUMENT).search(patient=ABSENT, colour="red")
    raised_ = {
        "404": await raised(author.get(DOCUMENT, ABSENT)),
        "400": await raised(unknown.fetch()),
        "401": await raised(nobody.get(DOCUMENT, ABSENT)),
    }
    return {"errors": raised_}


async def raised(act: Awaitable[object]) -> str:
    """Return the name of the error, and what the outcome in it says it is about."""
    try:
        await act
    except BaseFHIRError as error:
        resource = getattr(error, "resource", None) or {"issue": [{}]}
        about = resource["issue"][0].get("expression", [])
        return " ".join([type(error).__name__, *about])
    return "nothing"
