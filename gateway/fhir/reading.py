"""The routes that read one resource: DocumentReference and Binary."""

from base64 import b64encode
from typing import Any

from flask import Request, Response

from gateway import disclosure
from gateway.fhir import answers, media
from gateway.identity.principal import Principal
from gateway.services import Services

Json = dict[str, Any]


def document_reference(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Read a DocumentReference."""
    identity = answers.request_id(request)
    found = disclosure.document(services, principal, resource_id, identity)
    if found is None:
        return answers.not_found()
    resource, _ = found
    return answers.versioned(resource)


def binary(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Retrieve a document (ITI-68): its bytes, or a Binary when FHIR is asked for."""
    identity = answers.request_id(request)
    found = disclosure.body(services, principal, resource_id, identity)
    if found is None:
        return answers.not_found()
    if media.wants_resource(request):
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
