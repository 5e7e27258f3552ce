"""What the tests of the mapping ask for: the resources of a document by their type."""

from mappings.cda.document import clinical_document
from mappings.cda.to_fhir.document import mapped
from mappings.mapped import Issue
from mappings.submission import JsonObject

RECORDED = "2026-11-22T08:00:00Z"


def resources(data: bytes, kind: str) -> list[JsonObject]:
    """Return the resources of one type that a document gives, in order."""
    found = mapped(clinical_document(data), RECORDED).value
    return [o.resource for o in found if o.resource["resourceType"] == kind]


def only(data: bytes, kind: str) -> JsonObject:
    """Return the one resource of a type, without its id and label."""
    (found,) = resources(data, kind)
    return {k: v for k, v in found.items() if k not in {"id", "meta", "resourceType"}}


def issues(data: bytes) -> tuple[Issue, ...]:
    """Return what the mapping of a document says it loses."""
    return mapped(clinical_document(data), RECORDED).issues


def referred(data: bytes, reference: JsonObject) -> JsonObject:
    """Return the resource that a reference of the mapped document leads to."""
    found = mapped(clinical_document(data), RECORDED).value
    by_name = {f"urn:uuid:{one.resource['id']}": one.resource for one in found}
    return by_name[reference["reference"]]
