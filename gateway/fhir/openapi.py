"""``/openapi.json``: the same routes as OpenAPI 3.1, for tools that do not know FHIR.

Made of the routes and the search parameters; what a resource holds is left to the
specification. What nothing names is described as any of its kind.
"""

import re
from typing import Any

from gateway.fhir import openapi_components as parts
from gateway.fhir import openapi_schemas, smart
from gateway.fhir.openapi_operation import operation
from gateway.fhir.routes import ROUTES

Json = dict[str, Any]

_VARIABLE = re.compile(r"<([a-z_]+)>")
OPEN = {
    "/fhir/metadata": parts.content("CapabilityStatement"),
    "/openapi.json": {"application/json": {"schema": {"type": "object"}}},
}
"""What needs no token, and what is answered."""


def described(base_url: str, version: str) -> Json:
    """Return the description of every route, and of the two that need no token."""
    paths: dict[str, Json] = {}
    for route in ROUTES:
        place = paths.setdefault(_VARIABLE.sub(r"{\1}", route.path), {})
        place[route.method.lower()] = operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Paravent",
            "version": version,
            "summary": "FHIR R4: each reader is given exactly what they may see.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "externalDocs": {"url": openapi_schemas.SPECIFICATION},
        "servers": [{"url": base_url}],
        "security": [{"bearer": []}],
        "paths": {
            **paths,
            **smart.described(),
            **{path: {"get": _open(path)} for path in OPEN},
        },
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
            "schemas": openapi_schemas.schemas(_kinds()),
            "parameters": parts.parameters(),
            "headers": parts.headers(),
            "responses": parts.problems(),
        },
    }


def _kinds() -> set[str]:
    """Return the types of resources that are described no further than by their name."""
    return {each.resource for each in ROUTES if each.resource} | {"CapabilityStatement"}


def _open(path: str) -> Json:
    name = path.rpartition("/")[2].partition(".")[0]
    return {
        "operationId": name,
        "tags": ["about"],
        "summary": path,
        "security": [],
        "parameters": parts.writing(
            () if name == "openapi" else ("_format", "_pretty")
        ),
        "responses": {"200": parts.good(OPEN[path]), **parts.refused(parts.OPEN)},
    }
