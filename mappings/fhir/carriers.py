"""The entries that carry the documents of an ITI-65 request: one Binary or Bundle each."""

from collections.abc import Iterator

from mappings.fhir.attachment import decode
from mappings.fhir.document import ATTACHMENT
from mappings.fhir.elements import child, string
from mappings.fhir.issues import error
from mappings.fhir.metadata import COMPREHENSIVE, attachment_of, indispensable, missing
from mappings.fhir.parse import dump
from mappings.fhir.slices import Slot, of_kind
from mappings.format import media_type
from mappings.mapped import Issue
from mappings.submission import JsonObject

_STATUSES = frozenset({"current", "superseded"})


def carrier_of(document: Slot, slots: tuple[Slot, ...]) -> Slot | None:
    """Return the entry that carries ``document``, or None when the request has none."""
    url = string(attachment_of(document.resource), "url")
    carriers = of_kind(slots, "Binary", "Bundle")
    return next((c for c in carriers if url and c.url == url), None)


def body_of(carrier: Slot) -> bytes:
    """Return the bytes of a document; empty when the Binary holds no valid base64.

    A FHIR document inside the JSON of the request has no bytes of its own: it gets
    those of :func:`mappings.fhir.parse.dump`, with every number as written.
    """
    if carrier.kind == "Bundle":
        return dump(carrier.resource)
    return decode(string(carrier.resource, "data")) or b""


def unmeasured(resource: JsonObject) -> JsonObject:
    """Return the DocumentReference of a carried Bundle without size and hash.

    Nobody can have measured bytes that did not exist before :func:`body_of`.
    """
    first = resource["content"][0]
    attachment = {
        k: v for k, v in first["attachment"].items() if k not in {"size", "hash"}
    }
    return resource | {"content": [first | {"attachment": attachment}]}


def check_documents(slots: tuple[Slot, ...]) -> Iterator[Issue]:
    """Yield what is wrong or missing in the DocumentReferences and their carriers.

    After a pass without errors every DocumentReference has its own carrier, and every
    carrier its DocumentReference.
    """
    used: set[str] = set()
    names: set[str] = set()
    for slot in of_kind(slots, "DocumentReference"):
        yield from indispensable(slot.resource, slot.place, _STATUSES)
        yield from missing(slot.resource, slot.place, COMPREHENSIVE)
        yield from _named_once(slot, names)
        carrier = carrier_of(slot, slots)
        yield from _carried(slot, carrier, used)
        used.add(carrier.expression if carrier else "")
    for carrier in of_kind(slots, "Binary", "Bundle"):
        if carrier.expression not in used:
            yield error(
                "business-rule",
                carrier.expression,
                "No DocumentReference of this request points to this document.",
                "Aucune DocumentReference de cette requête ne désigne ce document.",
            )


def _named_once(slot: Slot, names: set[str]) -> Iterator[Issue]:
    identifier = child(slot.resource, "masterIdentifier")
    name = f"{string(identifier, 'system')}|{string(identifier, 'value')}"
    if name in names:
        yield error(
            "duplicate",
            f"{slot.place}.masterIdentifier",
            "Another document of this request has the same identifier.",
            "Un autre document de cette requête porte le même identifiant.",
        )
    names.add(name)


def _carried(slot: Slot, carrier: Slot | None, used: set[str]) -> Iterator[Issue]:
    place = f"{slot.place}.{ATTACHMENT}"
    if "data" in attachment_of(slot.resource):
        yield error(
            "business-rule",
            f"{place}.data",
            "ITI-65 carries the document in a Binary.",
            "ITI-65 porte le document dans un Binary.",
        )
    if carrier is None or carrier.expression in used:
        yield error(
            "not-found",
            f"{place}.url",
            "This request has no document of its own for this DocumentReference.",
            "Cette requête n'a pas de document propre à cette DocumentReference.",
        )
    elif not _same_type(slot, carrier):
        yield error(
            "conflict",
            f"{place}.contentType",
            "The content type is not that of the Binary.",
            "Le type de contenu n'est pas celui du Binary.",
        )


def _same_type(slot: Slot, carrier: Slot) -> bool:
    said = media_type(string(attachment_of(slot.resource), "contentType"))
    if carrier.kind == "Bundle":
        return said.endswith("json")
    return said == media_type(string(carrier.resource, "contentType"))
