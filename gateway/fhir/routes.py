"""The routes of the FHIR application, as data: what is here is what /metadata says."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response

from gateway.fhir import intake, reading, searching

Handler = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One interaction: method and path, who answers, its FHIR name and resource."""

    method: str
    path: str
    handler: Handler
    interaction: str
    resource: str = ""


ROUTES = (
    Route("POST", "/fhir", intake.bundle, "transaction"),
    Route("POST", "/cda", intake.clinical_document, ""),
    Route("POST", "/xdm", intake.medium, ""),
    Route(
        "POST",
        "/fhir/DocumentReference",
        intake.document_reference,
        "create",
        "DocumentReference",
    ),
    Route(
        "GET",
        "/fhir/DocumentReference",
        searching.document_references,
        "search-type",
        "DocumentReference",
    ),
    Route(
        "POST",
        "/fhir/DocumentReference/_search",
        searching.document_references,
        "search-type",
        "DocumentReference",
    ),
    Route(
        "GET",
        "/fhir/DocumentReference/<resource_id>",
        reading.document_reference,
        "read",
        "DocumentReference",
    ),
    Route(
        "PATCH",
        "/fhir/DocumentReference/<resource_id>",
        reading.patch_document_reference,
        "patch",
        "DocumentReference",
    ),
    Route("GET", "/fhir/Binary/<resource_id>", reading.binary, "read", "Binary"),
    Route("GET", "/fhir/List", searching.lists, "search-type", "List"),
    Route("POST", "/fhir/List/_search", searching.lists, "search-type", "List"),
    Route("GET", "/fhir/Patient", searching.patients, "search-type", "Patient"),
    Route(
        "POST", "/fhir/Patient/_search", searching.patients, "search-type", "Patient"
    ),
)
"""Every route that needs a token; /fhir/metadata is the one that does not."""
