"""What is kept of the metadata, and by which values it can be found."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from gateway.references import Reference
from gateway.repository import indexed
from gateway.repository.records import Record
from mappings.submission import Document
from mappings.terminology import uri
from mappings.terminology.document_type import document_class

Json = dict[str, Any]

DERIVED = ("id", "meta", "text", "status", "relatesTo", "securityLabel", "subject")
"""Elements that are made anew for each reader, so the submitted ones are not kept."""

FIRST_YEAR, LAST_YEAR = 1800, 2200
"""Years between which a document of a living person is dated."""

RFC_3986 = "urn:ietf:rfc:3986"

CONCEPTS = {
    "type": ("type",),
    "category": ("category",),
    "event": ("context", "event"),
    "facility": ("context", "facilityType"),
    "setting": ("context", "practiceSetting"),
    "code": ("code",),
}
"""Token parameters (R4 and PDSm) and the CodeableConcept they match."""


def unique_identifier(resource: Json) -> str:
    """Return the identifier its producer gave it: masterIdentifier, or the first one."""
    master = resource.get("masterIdentifier")
    identifiers = [master] if master else resource.get("identifier", [])
    for each in identifiers:
        return f"{each.get('system', '')}|{each.get('value', '')}"
    return ""


def document_type(reference: Json) -> str:
    """Return the code of the document type, by which the matrix knows it.

    Empty for a code of another system than the list's, and for a type that is not in it:
    what is not known to be of a type is within no bound on types.
    """
    for coding in reference.get("type", {}).get("coding", []):
        code = str(coding.get("code", ""))
        if document_class(uri(str(coding.get("system", ""))), code) is not None:
            return code
    return ""


def stored_reference(reference: Json) -> Json:
    """Return what is kept of a submitted DocumentReference."""
    kept = _without(reference, DERIVED)
    kept["context"] = _without(reference.get("context", {}), ("sourcePatientInfo",))
    attachment = reference["content"][0]["attachment"]
    plain = _without(attachment, ("url", "data"))
    kept["content"] = [reference["content"][0] | {"attachment": plain}]
    return kept


def stored_set(content: Json) -> Json:
    """Return what is kept of a submission set: its entries are links, made anew."""
    kept = _without(content, ("id", "meta", "subject", "entry", "text"))
    contained = kept.get("contained", [])
    kept["contained"] = [
        each for each in contained if each.get("resourceType") != "Patient"
    ]
    return kept


def dated(resource: Json, otherwise: datetime) -> datetime:
    """Return the date a document is ordered by: its own, else that of its deposit.

    A date so far off that another time zone would leave the calendar is not believed.
    """
    try:
        found = datetime.fromisoformat(str(resource.get("date", "")))
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        return otherwise
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else otherwise


def tokens(resource: Json) -> frozenset[tuple[str, str]]:
    """Return (parameter, value) for all a token search may match."""
    found = set(_concepts(resource))
    for each in (resource.get("masterIdentifier"), *resource.get("identifier", [])):
        if each:
            found |= _token("identifier", each.get("system", ""), each.get("value", ""))
    for identifier in _encounters(resource):
        found |= _token("encounter", identifier.get("system", ""), identifier["value"])
    for content in resource.get("content", []):
        coding = content.get("format", {})
        found |= _token("format", coding.get("system", ""), coding.get("code", ""))
        media_type = content.get("attachment", {}).get("contentType", "")
        found |= _token("contenttype", "", media_type)
    return frozenset(found)


def _encounters(resource: Json) -> Iterator[Json]:
    """Yield the identifiers of the encounters a document says that it belongs to."""
    context = resource.get("context", {})
    for each in (*context.get("encounter", ()), *context.get("related", ())):
        if each.get("identifier", {}).get("value"):
            yield each["identifier"]


def _concepts(resource: Json) -> Iterator[tuple[str, str]]:
    for param, path in CONCEPTS.items():
        value: Any = resource
        for name in path:
            value = value.get(name, {}) if isinstance(value, dict) else {}
        for concept in value if isinstance(value, list) else [value]:
            for coding in concept.get("coding", []):
                yield from _token(
                    param, coding.get("system", ""), coding.get("code", "")
                )


def _token(param: str, system: str, value: str) -> set[tuple[str, str]]:
    """Return the forms of FHIR token search that match: ``code`` and ``system|code``."""
    if not value:
        return set()
    return {(param, value), (param, f"{system}|{value}")}


def candidates(connection: Connection, record: Record, document: Document) -> list[str]:
    """Return ids of items that ``document.replaces`` may name, before any clearance."""
    wanted = document.replaces
    if "|" not in wanted and not wanted.startswith("urn:"):
        target = Reference.parse(wanted.rpartition("/")[2])
        return [target.item_id] if target.patient_id == record.patient_id else []
    value = wanted if "|" in wanted else f"{RFC_3986}|{wanted}"
    return indexed.by_token(connection, record, "identifier", value)


def _without(resource: Json, names: tuple[str, ...]) -> Json:
    return {name: value for name, value in resource.items() if name not in names}
