"""ITI-105, Simplified Publish, as PDSm profiles it: one DocumentReference with its data."""

from collections.abc import Iterator

from mappings.fhir.attachment import decode
from mappings.fhir.document import ATTACHMENT, Described, read_document
from mappings.fhir.elements import string
from mappings.fhir.inner import stated
from mappings.fhir.issues import error, refuse_errors
from mappings.fhir.metadata import SIMPLIFIED, attachment_of, indispensable, missing
from mappings.fhir.references import Found, Scope
from mappings.fhir.shape import check
from mappings.mapped import Issue, Mapped
from mappings.pdf import PdfReader
from mappings.submission import JsonObject, Submission

ROOT = "DocumentReference"


def read_document_reference(resource: JsonObject, pdf: PdfReader) -> Mapped[Submission]:
    """Map an ITI-105 request to a Submission of one document.

    Raises Refused 400 for what is not a DocumentReference of FHIR R4, Refused 422 for
    what PDSm forbids (an attachment by url) or Paravent cannot do without.
    """
    noted = refuse_errors(400, (*_type(resource), *check(resource, ROOT)))
    noted += refuse_errors(422, _before_reading(resource))
    body = decode(string(attachment_of(resource), "data")) or b""
    content_type = string(attachment_of(resource), "contentType")
    given = Described(
        Scope(Found(resource, ROOT)),
        body,
        inside=stated(body, content_type, f"{ROOT}.{ATTACHMENT}"),
    )
    found = read_document(given, pdf)
    noted = refuse_errors(422, (*noted, *found.issues))
    value = found.value
    return Mapped(Submission(value.patient, (value.document,), entries=(ROOT,)), noted)


def _type(resource: JsonObject) -> Iterator[Issue]:
    if string(resource, "resourceType") != ROOT:
        yield error(
            "invalid",
            f"{ROOT}.resourceType",
            "A DocumentReference is expected here.",
            "Une DocumentReference est attendue ici.",
        )


def _before_reading(resource: JsonObject) -> Iterator[Issue]:
    yield from indispensable(resource, ROOT, frozenset({"current"}))
    yield from missing(resource, ROOT, SIMPLIFIED)
    attachment = attachment_of(resource)
    if "url" in attachment:
        yield error(
            "business-rule",
            f"{ROOT}.{ATTACHMENT}.url",
            "A simplified publication carries its data; nothing is fetched.",
            "Une publication simplifiée porte ses données ; rien n'est téléchargé.",
        )
    if "data" not in attachment:
        yield error(
            "required",
            f"{ROOT}.{ATTACHMENT}.data",
            "A simplified publication carries its data.",
            "Une publication simplifiée porte ses données.",
        )
