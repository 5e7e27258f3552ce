"""The routes of versions: ``_history`` of a document and one of its versions (R4, http)."""

import re
from typing import Any

from flask import Request, Response

from gateway.fhir import answers
from gateway.fhir.operations import no_parameters
from gateway.fhir.route import Route
from gateway.identity.principal import Principal
from gateway.search import versions
from gateway.services import Services

Json = dict[str, Any]

KIND = "DocumentReference"


def history(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """List the versions: ``GET DocumentReference/[id]/_history``, the present one first."""
    no_parameters(request)
    identity = answers.request_id(request)
    found = versions.history(services, principal, resource_id, identity)
    if not found:
        return answers.not_found()
    base = f"{services.settings.base_url}/fhir"
    own = f"{base}/{KIND}/{resource_id}/_history"
    return answers.resource(
        {
            "resourceType": "Bundle",
            "type": "history",
            "total": len(found),
            "link": [{"relation": "self", "url": own}],
            "entry": [_entry(base, each) for each in found],
        }
    )


def _entry(base: str, version: Json) -> Json:
    """Return a version with what made it: its deposit, or what replaced it."""
    number, name = version["meta"]["versionId"], f"{KIND}/{version['id']}"
    first = number == "1"
    return {
        "fullUrl": f"{base}/{name}",
        "resource": version,
        "request": {
            "method": "POST" if first else "PUT",
            "url": KIND if first else name,
        },
        "response": {
            "status": "201 Created" if first else "200 OK",
            "etag": f'W/"{number}"',
            "lastModified": version["meta"]["lastUpdated"],
        },
    }


def vread(
    services: Services,
    principal: Principal,
    request: Request,
    resource_id: str,
    version_id: str,
) -> Response:
    """Read one version: ``GET DocumentReference/[id]/_history/[vid]``."""
    no_parameters(request)
    number = int(version_id) if re.fullmatch("[0-9]{1,9}", version_id) else 0
    identity = answers.request_id(request)
    found = versions.version(services, principal, resource_id, number, identity)
    return answers.not_found() if found is None else answers.versioned(found)


ROUTES = (
    Route(
        "GET",
        "/fhir/DocumentReference/<resource_id>/_history",
        history,
        "history-instance",
        KIND,
    ),
    Route(
        "GET",
        "/fhir/DocumentReference/<resource_id>/_history/<version_id>",
        vread,
        "vread",
        KIND,
    ),
)
"""The routes of this file."""
