"""The schemas of ``/openapi.json``: of what FHIR itself is made of.

Of other resources it says that they are of their type; the specification says the rest.
"""

from typing import Any

Json = dict[str, Any]

SPECIFICATION = "https://hl7.org/fhir/R4/"
ID = r"^[A-Za-z0-9\-.]{1,64}$"
SEVERITIES = ["fatal", "error", "warning", "information"]
TEXT: Json = {"type": "string"}

SCHEMAS: dict[str, Json] = {
    "Resource": {
        "type": "object",
        "description": "Any FHIR R4 resource.",
        "required": ["resourceType"],
        "properties": {
            "resourceType": {"type": "string", "pattern": "^[A-Z][A-Za-z]+$"},
            "id": {"type": "string", "pattern": ID},
            "meta": {"type": "object"},
        },
    },
    "OperationOutcome": {
        "type": "object",
        "description": "What went wrong, in English with the French in an extension.",
        "externalDocs": {"url": f"{SPECIFICATION}operationoutcome.html"},
        "required": ["resourceType", "issue"],
        "properties": {
            "resourceType": {"const": "OperationOutcome"},
            "issue": {
                "type": "array",
                "minItems": 1,
                "items": {"$ref": "#/components/schemas/Issue"},
            },
        },
    },
    "Issue": {
        "type": "object",
        "required": ["severity", "code"],
        "properties": {
            "severity": {"type": "string", "enum": SEVERITIES},
            "code": TEXT,
            "details": {"type": "object", "properties": {"text": TEXT}},
            "expression": {"type": "array", "items": TEXT},
        },
    },
    "Bundle": {
        "type": "object",
        "externalDocs": {"url": f"{SPECIFICATION}bundle.html"},
        "required": ["resourceType", "type"],
        "properties": {
            "resourceType": {"const": "Bundle"},
            "type": TEXT,
            "total": {"type": "integer", "minimum": 0},
            "link": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["relation", "url"],
                    "properties": {"relation": TEXT, "url": TEXT},
                },
            },
            "entry": {
                "type": "array",
                "minItems": 1,
                "items": {"$ref": "#/components/schemas/Entry"},
            },
        },
    },
    "Entry": {
        "type": "object",
        "properties": {
            "fullUrl": TEXT,
            "resource": {"$ref": "#/components/schemas/Resource"},
            "search": {"type": "object"},
            "request": {"type": "object"},
            "response": {"type": "object"},
        },
    },
    "Parameters": {
        "type": "object",
        "externalDocs": {"url": f"{SPECIFICATION}parameters.html"},
        "required": ["resourceType"],
        "properties": {
            "resourceType": {"const": "Parameters"},
            "parameter": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {"name": TEXT},
                },
            },
        },
    },
    "JsonPatch": {
        "type": "array",
        "description": "RFC 6902; the path begins with /securityLabel.",
        "items": {
            "type": "object",
            "required": ["op", "path"],
            "properties": {
                "op": {
                    "type": "string",
                    "enum": ["add", "remove", "replace", "move", "copy", "test"],
                },
                "path": TEXT,
                "from": TEXT,
                "value": {},
            },
        },
    },
}
"""The schemas that say more than that a resource is of its type."""


def schemas(kinds: set[str]) -> Json:
    """Return the schemas of the named resources, and those they are made of."""
    return {kind: _resource(kind) for kind in sorted(kinds)} | SCHEMAS


def _resource(kind: str) -> Json:
    """Say of a resource that it is one of its type; the rest is in the specification."""
    return {
        "externalDocs": {"url": f"{SPECIFICATION}{kind.lower()}.html"},
        "allOf": [
            {"$ref": "#/components/schemas/Resource"},
            {"properties": {"resourceType": {"const": kind}}},
        ],
    }
