"""The routes of the FHIR application, as data: what is here is what /metadata says."""

from gateway.fhir import (
    circle_routes,
    consents,
    derived,
    emergency_routes,
    explaining,
    intake,
    lifecycle,
    operations,
    patching,
    reading,
    searching,
    versions,
)
from gateway.fhir.route import Route

ROUTES = (
    Route("POST", "/fhir", intake.bundle, "transaction", also=("batch",)),
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
        patching.patch,
        "patch",
        "DocumentReference",
    ),
    Route(
        "PATCH",
        "/fhir/DocumentReference",
        patching.conditional,
        "patch",
        "DocumentReference",
    ),
    Route(
        "POST",
        "/fhir/DocumentReference/<resource_id>/$meta-add",
        patching.meta_add,
        "$meta-add",
        "DocumentReference",
    ),
    Route(
        "POST",
        "/fhir/DocumentReference/<resource_id>/$meta-delete",
        patching.meta_delete,
        "$meta-delete",
        "DocumentReference",
    ),
    Route(
        "GET",
        "/fhir/DocumentReference/<resource_id>/$explain",
        explaining.by_address,
        "$explain",
        "DocumentReference",
    ),
    Route(
        "POST",
        "/fhir/DocumentReference/<resource_id>/$explain",
        explaining.by_body,
        "$explain",
        "DocumentReference",
    ),
    Route("GET", "/fhir/Binary/<resource_id>", reading.binary, "read", "Binary"),
    Route("GET", "/fhir/List", searching.lists, "search-type", "List"),
    Route("POST", "/fhir/List/_search", searching.lists, "search-type", "List"),
    Route("GET", "/fhir/Patient", searching.patients, "search-type", "Patient"),
    Route(
        "POST", "/fhir/Patient/_search", searching.patients, "search-type", "Patient"
    ),
    Route("GET", "/fhir/List/<resource_id>", searching.read_list, "read", "List"),
    Route(
        "GET", "/fhir/Patient/<resource_id>", searching.read_patient, "read", "Patient"
    ),
    *versions.ROUTES,
    *operations.ROUTES,
    Route("POST", "/fhir/Consent", consents.create, "create", "Consent"),
    Route("GET", "/fhir/Consent", consents.search, "search-type", "Consent"),
    Route("POST", "/fhir/Consent/_search", consents.search, "search-type", "Consent"),
    Route("GET", "/fhir/Consent/<resource_id>", consents.read, "read", "Consent"),
    Route("PUT", "/fhir/Consent/<resource_id>", consents.update, "update", "Consent"),
    Route(
        "GET",
        "/fhir/Consent/<resource_id>/_history/<version_id>",
        consents.vread,
        "vread",
        "Consent",
    ),
    *derived.ROUTES,
    *circle_routes.ROUTES,
    *emergency_routes.ROUTES,
    *lifecycle.ROUTES,
)
"""Every route that needs a token; /fhir/metadata is the one that does not."""
