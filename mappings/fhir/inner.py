"""What the bytes of a document state by themselves: labels, and who the patient is.

A CDA in a Binary has a confidentialityCode and a recordTarget; a FHIR document has
meta.security. Metadata around them can add a label, never hide one, and cannot file the
document of one person in the record of another.
"""

from dataclasses import dataclass

from mappings.cda.confidentiality import security_labels
from mappings.cda.document import clinical_document
from mappings.cda.patient import traits
from mappings.fhir.elements import child, children, codings, string
from mappings.fhir.identity import contradict, patient_of
from mappings.fhir.issues import error, warning
from mappings.fhir.parse import parse_json
from mappings.fhir.references import Found, Scope, by_address
from mappings.fhir.security import NO_LABELS, Labels, tagged
from mappings.format import contradicted, readings
from mappings.mapped import Issue, Refused
from mappings.submission import JsonObject, Traits

COMPOSITION = "Bundle.entry[0].resource"
NOBODY = Traits(())


@dataclass(frozen=True, slots=True)
class Stated:
    """The labels and the patient a body states; nothing when it states none."""

    labels: Labels = NO_LABELS
    patient: Traits = NOBODY


NOTHING = Stated()
"""What a text or a PDF states."""


def stated(body: bytes, content_type: str, expression: str) -> Stated:
    """Return what ``body`` states, read as :mod:`mappings.body` reads it.

    The bytes decide before the type: a CDA declared as text states what a CDA states.
    A body that cannot be read states nothing; it is opaque, which restricts it already.
    Never raises.
    """
    kinds = readings(body, content_type)
    if "xml" in kinds:
        return _cda(body, expression)
    return _json(body, expression) if "json" in kinds else NOTHING


def honest(body: bytes, content_type: str, expression: str) -> tuple[Issue, ...]:
    """Return an error when the bytes at ``expression`` are of another format than said."""
    if not contradicted(body, content_type):
        return ()
    return (
        error(
            "conflict",
            f"{expression}.contentType",
            "The document is of another format than its content type says.",
            "Le document est d'un autre format que ne le dit son type de contenu.",
        ),
    )


def same_person(inside: Traits, outside: Traits, expression: str) -> tuple[Issue, ...]:
    """Return an error when the document is about somebody else than its metadata says."""
    if not contradict(inside.identifiers, outside.identifiers):
        return ()
    return (
        error(
            "conflict",
            expression,
            "The document is about another patient than its metadata.",
            "Le document concerne un autre patient que ses métadonnées.",
        ),
    )


def _cda(body: bytes, expression: str) -> Stated:
    try:
        root = clinical_document(body).root
    except Refused:
        return NOTHING
    remarks: list[Issue] = []
    concepts = security_labels(root, remarks)
    known = tuple(
        (string(coding, "system"), string(coding, "code"))
        for concept in concepts
        for coding in codings(concept)
    )
    try:
        return Stated(Labels(known, tuple(remarks)), traits(root))
    except Refused:
        nobody = warning(
            "incomplete",
            expression,
            "The CDA document does not say who its patient is.",
            "Le document CDA ne dit pas qui est son patient.",
        )
        return Stated(Labels(known, (*remarks, nobody)))


def _json(body: bytes, expression: str) -> Stated:
    try:
        resource = parse_json(body)
    except Refused:
        return NOTHING
    return Stated(tagged(resource, expression), _subject(resource))


def _subject(resource: JsonObject) -> Traits:
    """Return the patient of a FHIR document, nobody for another resource."""
    composition = child(next(iter(children(resource, "entry")), {}), "resource")
    if string(composition, "resourceType") != "Composition":
        return NOBODY
    scope = Scope(Found(composition, COMPOSITION), by_address(resource, "Bundle"))
    return patient_of(scope, [child(composition, "subject")])[0]
