"""The routes that read one resource: DocumentReference and Binary."""

from base64 import b64encode
from typing import Any

from flask import Request, Response

from gateway import disclosure, masking
from gateway.fhir import answers
from gateway.identity.principal import Principal
from gateway.services import Services
from mappings.fhir.parse import parse_json
from mappings.mapped import Refused, refuse

Json = dict[str, Any]

PATCH_TYPE = "application/json-patch+json"


def document_reference(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Read a DocumentReference."""
    identity = answers.request_id(request)
    found = disclosure.document(services, principal, resource_id, identity)
    if found is None:
        return answers.not_found()
    resource, version = found
    return answers.resource(resource, ETag=f'W/"{version}"')


def binary(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Retrieve a document (ITI-68): its bytes, or a Binary when FHIR is asked for."""
    identity = answers.request_id(request)
    found = disclosure.body(services, principal, resource_id, identity)
    if found is None:
        return answers.not_found()
    if wants_fhir(request):
        return answers.resource(
            {
                "resourceType": "Binary",
                "id": found.resource_id,
                "contentType": found.content_type,
                "data": b64encode(found.body).decode(),
            }
        )
    answer = Response(found.body, content_type=found.content_type)
    # Never shown inside a page of this origin: what was deposited is not ours to trust.
    answer.headers["Content-Disposition"] = "attachment"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def wants_fhir(request: Request) -> bool:
    """Return whether the client asks for the resource rather than for its bytes."""
    if request.args.get("_format"):
        return True
    return request.accept_mimetypes.best in (
        "application/fhir+json",
        "application/json",
    )


def patch_document_reference(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Let the patient mask or show a document: JSON Patch of securityLabel."""
    if request.mimetype != PATCH_TYPE:
        raise refuse(
            415,
            "not-supported",
            "",
            f"Send {PATCH_TYPE}.",
            f"Envoyez du {PATCH_TYPE}.",
        )
    operations = parse_operations(request.get_data())
    identity = answers.request_id(request)
    resource = masking.patch(services, principal, resource_id, operations, identity)
    if resource is None:
        return answers.not_found()
    version = resource["meta"]["versionId"]
    return answers.resource(resource, ETag=f'W/"{version}"')


def parse_operations(data: bytes) -> list[Json]:
    """Parse a JSON Patch as strictly as any resource (the parser wants an object)."""
    try:
        return list(parse_json(b'{"operations":' + data + b"}")["operations"])
    except (Refused, TypeError):
        raise refuse(
            400,
            "structure",
            "Patch",
            "The body is not a JSON Patch: a list of operations (RFC 6902).",
            "Le corps n'est pas un JSON Patch : une liste d'opérations (RFC 6902).",
        ) from None
