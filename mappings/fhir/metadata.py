"""DocumentReference metadata: what is indispensable, what is expected, what is kept.

Sources: PDSm pdsm-comprehensive-document-reference and pdsm-simplified-publish, IHE MHD
Comprehensive. Only what Paravent cannot do without is an error; the other mandatory
elements of PDSm are warnings that name the element, since real software omits them.
"""

from collections.abc import Iterator

from mappings.fhir.attachment import sha1
from mappings.fhir.elements import child, children, codings, string
from mappings.fhir.identity import without_traits
from mappings.fhir.issues import error, warning
from mappings.fhir.security import Labels
from mappings.format import well_formed
from mappings.mapped import Issue
from mappings.submission import JsonObject

COMPREHENSIVE = (
    "category",
    "subject",
    "date",
    "author",
    "custodian",
    "securityLabel",
    "content[0].format",
    "content[0].attachment.language",
    "content[0].attachment.size",
    "content[0].attachment.hash",
    "content[0].attachment.title",
    "content[0].attachment.creation",
    "context.period.start",
    "context.facilityType",
    "context.practiceSetting",
    "context.sourcePatientInfo",
)
"""Mandatory in PDSm for ITI-65 (standards-fr.md 1.1), beside the indispensable ones."""

SIMPLIFIED = (
    "category",
    "subject",
    "date",
    "author",
    "custodian",
    "securityLabel",
    "content[0].attachment.title",
)
"""Mandatory in PDSm for ITI-105 (standards-fr.md 1.2)."""


def attachment_of(resource: JsonObject) -> JsonObject:
    """Return the attachment of the first content of a DocumentReference."""
    return child(next(iter(children(resource, "content")), {}), "attachment")


def missing(
    resource: JsonObject, expression: str, names: tuple[str, ...]
) -> Iterator[Issue]:
    """Yield a warning for each of the elements ``names`` that ``resource`` lacks."""
    for name in names:
        if not _at(resource, name):
            yield warning(
                "required",
                f"{expression}.{name}",
                "PDSm requires this element; the document is taken without it.",
                "PDSm exige cet élément ; le document est pris sans lui.",
            )


def indispensable(
    resource: JsonObject, expression: str, statuses: frozenset[str]
) -> Iterator[Issue]:
    """Yield an error for each element without which no document can be kept."""
    if not string(child(resource, "masterIdentifier"), "value"):
        yield _required(f"{expression}.masterIdentifier")
    if not any(string(c, "code") for c in codings(child(resource, "type"))):
        yield _required(f"{expression}.type")
    if string(resource, "status") not in statuses:
        yield error(
            "business-rule",
            f"{expression}.status",
            "A document is deposited as current.",
            "Un document se dépose à l'état current.",
        )
    if len(children(resource, "content")) != 1:
        yield error(
            "structure",
            f"{expression}.content",
            "A DocumentReference has exactly one content.",
            "Une DocumentReference a exactement un content.",
        )
    yield from _content_type(
        resource, f"{expression}.content[0].attachment.contentType"
    )


def _content_type(resource: JsonObject, expression: str) -> Iterator[Issue]:
    content_type = string(attachment_of(resource), "contentType")
    if not content_type.strip():
        yield _required(expression)
    elif not well_formed(content_type):
        yield error(
            "value",
            expression,
            "This is not a media type: type/subtype and parameters in ASCII, at most "
            "200 characters.",
            "Ce n'est pas un type de média : type/sous-type et paramètres en ASCII, "
            "200 caractères au plus.",
        )


def kept(resource: JsonObject, body: bytes, labels: Labels) -> JsonObject:
    """Return the DocumentReference to keep, in the order of elements it came in.

    As submitted, minus id, meta, narrative, attachment.url and attachment.data, and
    minus the patient's traits. Labels are in canonical form; size and hash (SHA-1,
    base64) are those of ``body``.
    """
    found = without_traits(resource)
    for name in ("id", "meta", "securityLabel"):
        found.pop(name, None)
    if labels.codings:
        found["securityLabel"] = labels.concepts()
    first = dict(children(resource, "content")[0])
    attachment = {
        k: v for k, v in child(first, "attachment").items() if k not in {"url", "data"}
    }
    first["attachment"] = attachment | {"size": len(body), "hash": sha1(body)}
    found["content"] = [first]
    return found


def _at(resource: JsonObject, name: str) -> object:
    value: object = resource
    for part in name.replace("[0]", "").split("."):
        value = value[0] if isinstance(value, list) and value else value
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _required(expression: str) -> Issue:
    return error(
        "required",
        expression,
        "The document cannot be kept without this element.",
        "Le document ne peut être conservé sans cet élément.",
    )
