"""One document of a deposit: a DocumentReference, the bytes it describes, the patient."""

from dataclasses import dataclass, replace

from mappings import body as bodies
from mappings.fhir.attachment import check_bytes
from mappings.fhir.content import contents
from mappings.fhir.elements import child, items, string
from mappings.fhir.identity import patient_of
from mappings.fhir.inner import NOTHING, Stated, honest, same_person
from mappings.fhir.issues import error
from mappings.fhir.metadata import attachment_of, kept
from mappings.fhir.people import People, people_of
from mappings.fhir.references import Scope
from mappings.fhir.replacement import preferred, replaced
from mappings.fhir.security import NO_LABELS, Labels, declared, tagged
from mappings.mapped import Issue, Mapped
from mappings.pdf import PdfReader
from mappings.submission import Document, JsonObject, Traits

ATTACHMENT = "content[0].attachment"


@dataclass(frozen=True, slots=True)
class Described:
    """A DocumentReference in its request, with the bytes it describes.

    ``around`` are labels given outside the DocumentReference (Bundle, Binary);
    ``patient_entry`` is a reference to the Patient entry of the request, if any;
    ``inside`` is what the bytes state by themselves.
    """

    scope: Scope
    body: bytes
    around: Labels = NO_LABELS
    patient_entry: JsonObject | None = None
    inside: Stated = NOTHING

    @property
    def resource(self) -> JsonObject:
        """The DocumentReference."""
        return self.scope.owner.resource

    @property
    def expression(self) -> str:
        """Its FHIRPath in the request."""
        return self.scope.owner.expression


@dataclass(frozen=True, slots=True)
class Read:
    """A document, its patient, and the names of what it replaces."""

    document: Document
    patient: Traits
    replaces: frozenset[str]


def read_document(given: Described, pdf: PdfReader) -> Mapped[Read]:
    """Map one described document; the issues may hold errors, which the caller refuses.

    The indispensable elements must have been checked before.
    """
    place = f"{given.expression}.{ATTACHMENT}"
    content_type = string(attachment_of(given.resource), "contentType")
    patient, found = _patient(given)
    people, custodian = _authors(given), _custodian(given)
    labels = _labels(given) + given.inside.labels
    names, link_issues = replaced(given.resource, given.expression)
    issues = (
        *found,
        *same_person(given.inside.patient, patient, place),
        *labels.issues,
        *link_issues,
        *_bytes(given, place),
        *people.issues,
        *custodian.issues,
    )
    document = Document(
        reference=kept(given.resource, given.body, labels),
        body=given.body,
        content_type=content_type,
        contents=(),
        authors=people.persons,
        organizations=people.structures,
        custodians=custodian.structures,
        replaces=preferred(names),
    )
    said = tuple(contents(document.reference, pdf))
    body = bodies.contents(document.body, document.content_type, pdf)
    document = replace(document, contents=(*said, *body), described=len(said))
    return Mapped(
        Read(document, _described(patient, given.inside.patient), names), issues
    )


def _described(patient: Traits, inside: Traits) -> Traits:
    """Take the traits that the document gives where the metadata give none."""
    if patient.family or patient.given or patient.birth_date:
        return patient
    return replace(
        inside, identifiers=patient.identifiers, place=inside.place or patient.place
    )


def _patient(given: Described) -> tuple[Traits, tuple[Issue, ...]]:
    source = child(given.resource, "context", "sourcePatientInfo")
    subject = child(given.resource, "subject")
    return patient_of(given.scope, (source, subject, given.patient_entry or {}))


def _authors(given: Described) -> People:
    place = f"{given.expression}.author"
    authors = ((ref, f"{place}[{i}]") for i, ref in items(given.resource, "author"))
    return people_of(given.scope, authors)


def _custodian(given: Described) -> People:
    custodian = child(given.resource, "custodian")
    if not custodian:
        return People()
    for_whom = custodian | {"type": "Organization"}
    return people_of(given.scope, [(for_whom, f"{given.expression}.custodian")])


def _labels(given: Described) -> Labels:
    own = declared(given.resource, "securityLabel", given.expression)
    return own + tagged(given.resource, given.expression) + given.around


def _bytes(given: Described, place: str) -> tuple[Issue, ...]:
    if given.body:
        attachment = attachment_of(given.resource)
        content_type = string(attachment, "contentType")
        return (
            *honest(given.body, content_type, place),
            *check_bytes(attachment, given.body, place),
        )
    return (
        error(
            "required",
            place,
            "The document is empty or is not valid base64.",
            "Le document est vide ou n'est pas du base64 valide.",
        ),
    )
