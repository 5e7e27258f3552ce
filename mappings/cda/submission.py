"""From a CDA document to a submission: what ``POST /cda`` hands in."""

from mappings.cda import remarks
from mappings.cda.content import contents
from mappings.cda.datatypes import find, text
from mappings.cda.document import clinical_document, place
from mappings.cda.header import CONTENT_TYPE, header
from mappings.cda.patient import traits
from mappings.cda.people import people
from mappings.cda.xml import Element
from mappings.mapped import Issue, Mapped
from mappings.pdf import PdfReader
from mappings.submission import Document, Submission


def read(data: bytes, pdf: PdfReader) -> Mapped[Submission]:
    """Map a CDA R2 document (CI-SIS or C-CDA) to a submission of one document.

    Raises :class:`~mappings.mapped.Refused` when the bytes are no CDA document that
    can be kept: not XML, no ClinicalDocument, no identifier, no patient.
    """
    document = clinical_document(data)
    who = traits(document.root)
    staff = people(document.root)
    found = header(document.root, data, who, staff)
    kept = Document(
        reference=found.value.reference,
        body=data,
        content_type=CONTENT_TYPE,
        contents=contents(document, pdf),
        authors=staff.author_ids,
        organizations=staff.organization_ids,
        custodians=staff.custodian_ids,
        replaces=found.value.replaces,
        must_replace=False,
    )
    issues = (*found.issues, *_body_elsewhere(document.root))
    return Mapped(Submission(who, (kept,)), issues)


def _body_elsewhere(root: Element) -> tuple[Issue, ...]:
    body = find(root, "component", "nonXMLBody", "text")
    if body is None or text(body) or find(body, "reference") is None:
        return ()
    return (remarks.external(place(body)),)
