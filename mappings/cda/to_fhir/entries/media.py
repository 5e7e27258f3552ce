"""Pictures and files: Media, or DocumentReference for what is no picture."""

import base64
import binascii
import re

from mappings.cda.datatypes import as_fhir, attribute, find, identifier, text
from mappings.cda.to_fhir import clinical_types
from mappings.cda.to_fhir.entries.parts import parts_of
from mappings.cda.to_fhir.entries.statement import Related, Statement, compact
from mappings.cda.xml import Element
from mappings.submission import JsonObject

_KIND = re.compile(r"[a-z0-9.+-]{1,100}/[a-z0-9.+-]{1,100}")
_SHOWN = ("image/", "video/", "audio/")
_URL = re.compile(r"(?:https?|ftps?|urn|mailto|file|cid):\S+", re.IGNORECASE)
_TITLE = "69764-9"


def media(statement: Statement) -> str:
    """Map an observationMedia that holds its file; empty when it only refers to one."""
    value = statement.first("value")
    found = attachment(value)
    if not found:
        return ""
    if found.get("contentType", "").startswith(_SHOWN):
        resource = statement.base("Media") | {
            "status": "completed",
            "subject": statement.scope.subject,
            "content": found,
        }
        parts_of(statement).rest()
        return statement.keep(resource)
    parts_of(statement).rest()
    return statement.keep(_document(statement, {}, found))


def attachment(value: Element | None) -> JsonObject:
    """Return a file as an Attachment: base64 of its bytes, or where it is; else nothing."""
    written = ("" if value is None else str(value.text or "")).split()
    encoded = attribute(value, "representation").upper() == "B64"
    kind = attribute(value, "mediaType").lower()
    if not _KIND.fullmatch(kind):
        kind = "application/octet-stream" if encoded else "text/plain"
    head = {"contentType": kind}
    if written and attribute(value, "compression") == "":
        data = _base64("".join(written), value)
        return head | {"data": data} if data else {}
    where = attribute(find(value, "reference"), "value")
    return head | {"url": where} if _URL.fullmatch(where) else {}


def _base64(written: str, value: Element | None) -> str:
    if attribute(value, "representation").upper() != "B64":
        return base64.b64encode(text(value).encode("utf-8", "replace")).decode("ascii")
    try:
        base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return written


def attached(statement: Statement) -> str:
    """Map a document attached to the document: its files, with the title they are given."""
    parts = parts_of(statement)
    title, date = "", ""
    for one in parts.where(_is_title):
        found = one.statement.concept("value") or {}
        title = found.get("text") or one.statement.words()
        date = clinical_types.start(
            one.statement.first("effectiveTime"), statement.scope
        )
    files = [one.statement for one in parts.take("media")]
    contents = [found for one in files if (found := attachment(one.first("value")))]
    notes = "; ".join(one["text"] for one in parts.notes())
    parts.rest()
    if not contents:
        return ""
    said = {"description": title, "date": date} | compact({"title": title})
    resource = _document(statement, said, *contents) | compact(
        {"description": "; ".join(one for one in (title, notes) if one)}
    )
    reference = statement.keep(resource)
    for file in files:
        # A picture in the narrative refers to the media: it finds the document here.
        statement.scope.references.setdefault(file.element, reference)
    return reference


def _is_title(one: Related) -> bool:
    return attribute(one.statement.first("code"), "code") == _TITLE


def _document(
    statement: Statement, said: JsonObject, *contents: JsonObject
) -> JsonObject:
    issued = statement.authored()
    named = compact({"title": said.get("title"), "creation": said.get("date")})
    return statement.base("DocumentReference") | {
        "status": "current",
        "type": statement.concept("code"),
        "subject": statement.scope.subject,
        "date": issued if "T" in issued else None,
        "author": statement.people("author"),
        "content": [{"attachment": one | named} for one in contents],
    }


def referred(statement: Statement) -> list[JsonObject]:
    """Return a Reference to the document an observation refers to, if it names one."""
    found = document_pointer(statement)
    return [{"reference": found}] if found else []


def document_pointer(statement: Statement) -> str:
    """Map a pointer to another document to a DocumentReference; empty when it has none."""
    document = statement.first("reference", "externalDocument")
    number = identifier(find(document, "id"))
    target = attribute(find(document, "text", "reference"), "value")
    title = statement.words()
    found = compact(
        {
            "url": target if _URL.fullmatch(target) else "",
            "title": title
            or clinical_types.said(find(document, "text"), statement.scope),
        }
    )
    if document is None or not (number or found):
        return ""
    resource = _document(statement, {}, found or clinical_types.unstated())
    resource |= {
        "masterIdentifier": None if number is None else as_fhir(number),
        "type": clinical_types.concept(find(document, "code"), statement.scope),
        "author": None,
        "date": None,
        "identifier": None,
    }
    return statement.keep(resource)
