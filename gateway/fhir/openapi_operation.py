"""One route as an operation of OpenAPI: what it takes, what it answers."""

import re
from typing import Any

from gateway.fhir import openapi_components as parts
from gateway.fhir import openapi_schemas
from gateway.fhir.capability import NEEDED, PARAMETERS
from gateway.fhir.route import Route

Json = dict[str, Any]

VARIABLES = {"resource_id": openapi_schemas.ID, "version_id": "^[0-9]{1,9}$"}
_VARIABLE = re.compile(r"<([a-z_]+)>")

BUNDLES = {"transaction", "search-type", "history-instance"}
OF_BUNDLE = {"$everything", "$docref", "$document", "$status"}
OF_PARAMETERS = {"$meta", "$meta-add", "$meta-delete", "$explain"}
ANSWERED = {
    **dict.fromkeys(sorted(BUNDLES | OF_BUNDLE), "Bundle"),
    **dict.fromkeys(sorted(OF_PARAMETERS), "Parameters"),
    "$validate": "OperationOutcome",
}
"""The resource that an interaction answers; else that of its route, or any."""
STATUSES = {
    "create": ("200", "201"),
    "read": ("200", "304"),
    "vread": ("200", "304"),
    "delete": ("204",),
}
"""The good answers of an interaction; 200 for all others."""
EXPORT = "/fhir/Patient/<resource_id>/$export"
LATER = {
    EXPORT: ("202",),
    "/fhir/Patient/$export-status/<resource_id>": ("200", "202"),
}
"""What is done apart from the request: 202, and the answer when it is ready."""
EMPTY = {
    "202": ("Being made.", ("Content-Location", "Retry-After")),
    "204": ("Done.", ()),
    "304": ("Not modified.", ()),
}
"""The good answers that hold nothing."""
RAW = {
    "/cda": ("application/xml", "text/xml", "application/hl7-cda+xml"),
    "/xdm": ("application/zip", "application/x-zip-compressed"),
}
"""The ways in beside FHIR, and what they take."""
ASKED: dict[str, tuple[str, ...]] = {
    "$docref": ("patient", "start", "end"),
    "$explain": ("reader", "organization", "profession", "skill", "purpose"),
    "$blocked": ("patient", "patient.identifier"),
    EXPORT: ("_type", "_since", "_outputFormat"),
}
"""The parameters in the address of operations, by name or by path."""
OTHERWISE = {
    "/fhir/Patient/$export": "application/zip",
    "/fhir/Patient/$export-status/<resource_id>": "application/json",
    "/fhir/Binary/$export-file/<resource_id>": "application/fhir+ndjson",
}
"""Answers that are no resource."""
REQUIRED = {("$docref", "patient"), ("$explain", "reader")}


def operation(route: Route) -> Json:
    """Return the description of a route."""
    said: Json = {
        "operationId": name(route),
        "tags": [route.resource or "deposit"],
        "summary": f"{route.interaction or 'deposit'} {route.resource}".strip(),
        "parameters": [*_variables(route), *_query(route), *_headers(route)],
        "responses": _responses(route),
    }
    if route.method not in ("GET", "DELETE"):
        said["requestBody"] = {"required": True, "content": _body(route)}
    return said


def name(route: Route) -> str:
    """Return a name for generated code; no two routes have the same."""
    words = [route.interaction or "deposit", route.resource or route.path]
    if route.interaction.startswith("$"):
        words += ["by", route.method.lower()]
    if route.path.endswith("/_search"):
        words += ["by", "post"]
    if route.method == "PATCH" and "<" not in route.path:
        words += ["where"]
    spoken: list[str] = re.findall("[A-Za-z]+", " ".join(words))
    first, *others = spoken
    return first + "".join(each[0].upper() + each[1:] for each in others)


def _variables(route: Route) -> list[Json]:
    return [
        {
            "name": each,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": VARIABLES.get(each, "^[^/]+$")},
        }
        for each in _VARIABLE.findall(route.path)
    ]


def _searches(route: Route) -> bool:
    return route.interaction == "search-type"


def _query(route: Route) -> list[Json]:
    """Return the parameters in the address."""
    if route.method == "PATCH" and "<" not in route.path:
        return [parts.parameter("identifier", "token") | {"required": True}]
    if route.method != "GET":
        return []
    held = parts.writing()
    if _searches(route):
        common = {each for each, _ in parts.COMMON}
        held += [
            parts.shared(each["name"]) if each["name"] in common else each
            for each in _search(route.resource)
        ]
    for each in ASKED.get(route.path, ASKED.get(route.interaction, ())):
        needed = (route.interaction, each) in REQUIRED
        said = parts.parameter(each, "date" if each in ("start", "end") else "string")
        held.append(said | {"required": needed})
    return held


def _search(kind: str) -> list[Json]:
    """Return the parameters of a search."""
    return [
        *(
            parts.parameter(each, type_, repeated=True)
            | {"required": (kind, each) in NEEDED}
            for each, type_ in PARAMETERS.get(kind, {}).items()
        ),
        *(parts.parameter(e, "") for e in parts.PAGED.get(kind, parts.PAGING)),
    ]


def _headers(route: Route) -> list[Json]:
    names = ["X-Request-Id"]
    if route.interaction in ("read", "vread"):
        names.append("If-None-Match")
    if route.interaction in ("patch", "update"):
        names.append("If-Match")
    if route.interaction in ("search-type", "create") or route.path == EXPORT:
        names.append("Prefer")
    if (route.interaction, route.resource) == ("create", "DocumentReference"):
        names.append("If-None-Exist")
    return [parts.header(each) for each in names]


def _body(route: Route) -> Json:
    if _searches(route):
        return {parts.FORM: {"schema": _form(route.resource)}}
    if not route.interaction:
        binary: Json = {"schema": {"type": "string", "format": "binary"}}
        return dict.fromkeys(RAW.get(route.path, ("application/octet-stream",)), binary)
    if route.interaction == "patch":
        patch = {"schema": {"$ref": "#/components/schemas/JsonPatch"}}
        return {parts.JSON_PATCH: patch} | parts.content("Parameters")
    if route.interaction == "transaction":
        return parts.content("Bundle")
    operated = route.interaction.startswith("$") and route.interaction != "$validate"
    return parts.content("Parameters" if operated else route.resource)


def _form(kind: str) -> Json:
    """Return the schema of a posted search."""
    given = _search(kind)
    return {
        "type": "object",
        "properties": {each["name"]: each["schema"] for each in given} | parts.WRITING,
        "required": [each["name"] for each in given if each.get("required")],
        "additionalProperties": False,
    }


def _responses(route: Route) -> Json:
    content, told = _answer(route), _told(route)
    held: Json = {
        status: parts.empty(*EMPTY[status])
        if status in EMPTY
        else parts.good(content, *told)
        for status in _statuses(route)
    }
    if route.method in ("GET", "DELETE"):
        return held | parts.refused(parts.READING)
    if _searches(route):
        return held | parts.refused((*parts.READING, 413, 415))
    changes = route.interaction in ("patch", "update")
    return held | parts.refused(parts.CHANGING if changes else parts.WRITTEN)


def _statuses(route: Route) -> tuple[str, ...]:
    """Return the good answers of a route."""
    if route.path in LATER:
        return LATER[route.path]
    return STATUSES.get(route.interaction, ("200",))


def _told(route: Route) -> tuple[str, ...]:
    """Return the headers that tell more of a good answer."""
    if route.interaction == "create":
        return ("Location", "ETag")
    return (
        ("ETag", "Last-Modified")
        if "304" in STATUSES.get(route.interaction, ())
        else ()
    )


def _answer(route: Route) -> Json:
    """Return what a good answer holds."""
    if (route.interaction, route.resource) == ("read", "Binary"):
        anything: Json = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
        return parts.content("Binary") | anything
    if route.path in OTHERWISE:
        schema: Json = {"schema": {"type": "string"}}
        return {
            OTHERWISE[route.path]: {} if "json" in OTHERWISE[route.path] else schema
        }
    if not route.interaction:
        return parts.content("Bundle" if route.path == "/xdm" else "Resource")
    known = ANSWERED.get(route.interaction)
    if known is None and route.interaction.startswith("$"):
        return parts.content("Resource")
    if route.interaction == "create":
        return parts.content("Resource")
    return parts.content(known or route.resource)
