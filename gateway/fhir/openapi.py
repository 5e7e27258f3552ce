"""``/openapi.json``: the same routes as OpenAPI 3.1, for tools that do not know FHIR."""

import re
from typing import Any

from gateway.fhir.capability import PARAMETERS
from gateway.fhir.media import Form
from gateway.fhir.presentation import NAMES, SUMMARIES, TOTALS
from gateway.fhir.route import Route
from gateway.fhir.routes import ROUTES

Json = dict[str, Any]

_VARIABLE = re.compile(r"<([a-z_]+)>")
RESOURCE: Json = {"schema": {"$ref": "#/components/schemas/Resource"}}
ANSWERED: Json = {form.value: RESOURCE for form in Form}
STATUSES = {
    "create": ("200", "201"),
    "search-type": ("200",),
    "read": ("200", "304"),
    "vread": ("200", "304"),
}
"""The good answers of an interaction; 200 for all others."""
WRITING: dict[str, Json] = {
    "_format": {"type": "string"},
    "_pretty": {"type": "string", "enum": ["true", "false"]},
    "_summary": {"type": "string", "enum": sorted(SUMMARIES)},
    "_elements": {"type": "string"},
    "_total": {"type": "string", "enum": sorted(TOTALS)},
}
PAGING = ("_count", "_sort", "page")


def described(base_url: str, version: str) -> Json:
    """Return the description of every route, and of the two that need no token."""
    paths: dict[str, Json] = {}
    for route in ROUTES:
        paths.setdefault(_path(route.path), {})[route.method.lower()] = _operation(
            route
        )
    for path in ("/fhir/metadata", "/openapi.json"):
        said: Json = {"summary": path, "security": [], "responses": _responses("200")}
        paths[path] = {"get": said}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Paravent", "version": version},
        "servers": [{"url": base_url}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
            "schemas": {
                "Resource": {
                    "type": "object",
                    "required": ["resourceType"],
                    "properties": {"resourceType": {"type": "string"}},
                }
            },
        },
    }


def _path(path: str) -> str:
    return _VARIABLE.sub(r"{\1}", path)


def _operation(route: Route) -> Json:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _VARIABLE.findall(route.path)
    ]
    if route.method == "GET":
        parameters += _query(route)
    said: Json = {
        "summary": f"{route.interaction or 'deposit'} {route.resource}".strip(),
        "parameters": parameters,
        "responses": _responses(*STATUSES.get(route.interaction, ("200",))),
    }
    if route.method != "GET":
        said["requestBody"] = {"content": _content(route)}
    return said


def _query(route: Route) -> list[Json]:
    held: dict[str, Json] = {name: WRITING[name] for name in sorted(NAMES)}
    if route.interaction == "search-type":
        names = (*PARAMETERS.get(route.resource, {}), *PAGING)
        held |= {name: {"type": "string"} for name in names}
    return [{"name": n, "in": "query", "schema": s} for n, s in held.items()]


def _content(route: Route) -> Json:
    if route.path.endswith("/_search"):
        return {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
    if route.path == "/cda":
        return {"application/xml": {"schema": {"type": "string"}}}
    if route.path == "/xdm":
        return {"application/zip": {"schema": {"type": "string"}}}
    patch: Json = {"application/json-patch+json": {"schema": {"type": "array"}}}
    return ANSWERED | (patch if route.method == "PATCH" else {})


def _responses(*good: str) -> Json:
    """Return the good answers, and one for all errors: an OperationOutcome."""
    held: Json = {
        status: {"description": "Not modified."}
        if status == "304"
        else {"description": "Answered.", "content": ANSWERED}
        for status in good
    }
    refused = {"description": "An OperationOutcome.", "content": ANSWERED}
    return held | {"4XX": refused, "5XX": refused}
