"""A document that came as a file: the body of a CDA of level 1."""

from mappings.fhir.attachment import decode
from mappings.fhir.elements import child, children, string
from mappings.fhir.references import Found
from mappings.fhir.to_cda.bundle import Source, of_kind
from mappings.fhir.to_cda.tag import Tag, tag
from mappings.submission import JsonObject


def body(bundle: JsonObject, source: Source) -> Tag:
    """Return the file of the first DocumentReference as nonXMLBody.

    Without one, a section that holds nothing: a CDA always has a body.
    """
    for reference in of_kind(bundle, "DocumentReference"):
        for content in children(reference.resource, "content"):
            kind, data = _file(child(content, "attachment"), reference, source)
            if data and decode(data) is not None:
                said = tag("text", data, mediaType=kind, representation="B64")
                return tag("component", tag("nonXMLBody", said))
    nothing = tag("section", tag("text", tag("paragraph", "-")))
    return tag("component", tag("structuredBody", tag("component", nothing)))


def _file(attachment: JsonObject, owner: Found, source: Source) -> tuple[str, str]:
    """Return media type and base64 of an attachment, its own or of the Binary it names."""
    kind, own = string(attachment, "contentType"), string(attachment, "data")
    found = source.find({"reference": string(attachment, "url")}, owner)
    binary = found.resource if found else {}
    return kind or string(binary, "contentType"), own or string(binary, "data")
