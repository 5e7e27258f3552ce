"""How these tests read requests and look at refusals."""

from collections.abc import Callable

import pytest

from mappings.fhir.parse import dump, parse_json
from mappings.fhir.submission import (
    read_document_bundle,
    read_document_reference,
    read_transaction,
)
from mappings.mapped import Mapped, Refused
from mappings.pdf import unread
from mappings.submission import JsonObject, Submission


def read(value: JsonObject) -> Mapped[Submission]:
    """Read a request by what it is, as the gateway does, without a reader of PDF."""
    raw = dumped(value)
    resource = parse_json(raw)
    if resource["resourceType"] == "DocumentReference":
        return read_document_reference(resource, unread)
    if resource["type"] == "document":
        return read_document_bundle(resource, raw, unread)
    return read_transaction(resource, unread)


def dumped(value: JsonObject) -> bytes:
    """Write a request of this module as the bytes a client would send."""
    return dump(value)


def refusal(value: JsonObject, call: Callable[[JsonObject], object] = read) -> Refused:
    """Return the refusal of a request that must be refused."""
    with pytest.raises(Refused) as caught:
        call(value)
    return caught.value


def attempted(call: Callable[[], object]) -> Refused | None:
    """Return the refusal of a call, or None when it answers; anything else fails."""
    try:
        call()
    except Refused as refused:
        return refused
    return None


def places(refused: Refused) -> list[str]:
    """Return the places a refusal names."""
    return [issue.expression for issue in refused.issues]


def warned(found: Mapped[Submission]) -> list[str]:
    """Return the places of the warnings that came with a submission."""
    return [issue.expression for issue in found.issues if issue.severity == "warning"]
