"""The CapabilityStatement, made from the routes."""

from typing import Any

from gateway.fhir.routes import ROUTES
from gateway.fhir.searching import DOCUMENT_TOKENS, LIST_TOKENS

Json = dict[str, Any]

FHIR_VERSION = "4.0.1"
RELEASED = "2026-11-22"
OPERATION = "urn:paravent:operation:"
PDSM = "https://interop.esante.gouv.fr/ig/fhir/pdsm/CapabilityStatement/"

PARAMETERS = {
    "DocumentReference": {
        "patient": "reference",
        "patient.identifier": "token",
        "status": "token",
        "date": "date",
        "_id": "token",
        **dict.fromkeys(sorted(DOCUMENT_TOKENS), "token"),
    },
    "List": {
        "patient": "reference",
        "patient.identifier": "token",
        "status": "token",
        "date": "date",
        "_id": "token",
        **dict.fromkeys(sorted(LIST_TOKENS), "token"),
    },
    "Patient": {"identifier": "token"},
    "Consent": {
        "patient": "reference",
        "patient.identifier": "token",
        "status": "token",
        "actor": "reference",
        "_id": "token",
        "_lastUpdated": "date",
    },
    "CareTeam": {"patient": "reference", "patient.identifier": "token"},
    "RelatedPerson": {"patient": "reference", "patient.identifier": "token"},
    "Communication": {"patient": "reference", "patient.identifier": "token"},
}


def statement(base_url: str, version: str) -> Json:
    """Return the statement of what this gateway does: all of it, and nothing else."""
    kinds = dict.fromkeys(route.resource for route in ROUTES if route.resource)
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": RELEASED,
        "kind": "instance",
        "software": {"name": "Paravent", "version": version},
        "implementation": {"description": "Paravent", "url": f"{base_url}/fhir"},
        "fhirVersion": FHIR_VERSION,
        "format": ["application/fhir+json"],
        "patchFormat": ["application/json-patch+json"],
        "rest": [
            {
                "mode": "server",
                "documentation": f"Ways in beside FHIR: {_beside()}.",
                "security": {
                    "cors": False,
                    "description": "Bearer tokens (JWT) of configured issuers.",
                },
                "resource": [_resource(kind) for kind in kinds],
                "interaction": [
                    {"code": route.interaction}
                    for route in ROUTES
                    if route.interaction and not route.resource
                ],
            }
        ],
    }


def _beside() -> str:
    """Name the routes that are no interaction of FHIR: a raw CDA, an XDM zip."""
    named = (f"{each.method} {each.path}" for each in ROUTES if not each.interaction)
    return ", ".join(named)


def _operation(code: str) -> bool:
    """Whether a route's interaction is an operation, written ``$name``."""
    return code.startswith("$")


def _resource(kind: str) -> Json:
    codes = dict.fromkeys(
        route.interaction for route in ROUTES if route.resource == kind
    )
    described: Json = {"type": kind}
    if interactions := [code for code in codes if not _operation(code)]:
        described["interaction"] = [{"code": code} for code in interactions]
    if operations := [code for code in codes if _operation(code)]:
        described["operation"] = [
            {"name": code[1:], "definition": f"{OPERATION}{kind}-{code[1:]}"}
            for code in operations
        ]
    parameters = PARAMETERS.get(kind, {})
    if parameters:
        described["searchParam"] = [
            {"name": name, "type": type_} for name, type_ in parameters.items()
        ]
    return described
