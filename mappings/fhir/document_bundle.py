"""A FHIR document: a Bundle whose first entry is a Composition (FHIR R4, documents.html).

Its DocumentReference is derived from the Composition. People it names are copied into
``contained``, since a DocumentReference leads nowhere outside itself.
"""

from collections.abc import Iterator
from dataclasses import replace

from mappings.fhir.attachment import sha1
from mappings.fhir.containment import Contained
from mappings.fhir.document import Described, read_document
from mappings.fhir.elements import child, children, string
from mappings.fhir.identity import patient_of
from mappings.fhir.inner import COMPOSITION
from mappings.fhir.issues import error, refuse_errors
from mappings.fhir.metadata import indispensable
from mappings.fhir.references import Found, Scope, by_address
from mappings.fhir.security import CONFIDENTIALITY, Labels, tagged
from mappings.fhir.shape import check
from mappings.mapped import Issue, Mapped
from mappings.pdf import PdfReader
from mappings.submission import JsonObject, Submission

ENTRIES_AT_MOST = 10_000

CONTENT_TYPE = "application/fhir+json"

_FORMAT = {
    "system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
    "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient",
}


def read_document_bundle(
    bundle: JsonObject, raw: bytes, pdf: PdfReader
) -> Mapped[Submission]:
    """Map a FHIR document to a Submission; the body kept is ``raw``, the bytes received.

    Raises Refused 422 for a Bundle of another type or without a Composition first, an
    identifier, a type or a patient; Refused 400 for what is not FHIR R4.
    """
    refuse_errors(422, _kind(bundle))
    noted = refuse_errors(400, check(bundle, "Bundle"))
    entries = by_address(bundle, "Bundle")
    composition = child(children(bundle, "entry")[0], "resource")
    scope = Scope(Found(composition, COMPOSITION), entries)
    derived = document_reference(bundle, scope, raw)
    noted += refuse_errors(422, _indispensable(derived))
    labels = tagged(bundle, "Bundle") + _confidentiality(composition)
    given = Described(Scope(Found(derived, COMPOSITION)), raw, labels)
    found = read_document(given, pdf)
    # The places to name are those of the request, not of the derived resource.
    patient, unknown = patient_of(scope, [child(composition, "subject")])
    noted = refuse_errors(422, (*noted, *unknown, *found.issues))
    return Mapped(
        Submission(patient, (found.value.document,), entries=("Bundle",)), noted
    )


def document_reference(bundle: JsonObject, scope: Scope, raw: bytes) -> JsonObject:
    """Derive the DocumentReference of a FHIR document from its Composition.

    Elements that the Composition does not have are absent. ``scope`` is the
    Composition's, with the entries of the Bundle.
    """
    composition = scope.owner.resource
    held = Contained(scope)
    subject = held.reference(child(composition, "subject"))
    authors = [held.reference(a) for a in children(composition, "author")]
    custodian = held.reference(child(composition, "custodian"))
    attester = held.reference(_attester(composition))
    found: JsonObject = {
        "resourceType": "DocumentReference",
        "contained": held.resources,
        "masterIdentifier": _identifier(bundle, composition),
        "identifier": [child(composition, "identifier")],
        "status": "current",
        "docStatus": string(composition, "status"),
        "type": child(composition, "type"),
        "category": list(children(composition, "category")),
        "subject": held.without_link(child(composition, "subject")) or subject,
        "date": string(bundle, "timestamp") or string(composition, "date"),
        "author": authors,
        "authenticator": attester,
        "custodian": custodian,
        "relatesTo": [_link(link) for link in children(composition, "relatesTo")],
        "description": string(composition, "title"),
        "content": [
            {"attachment": _attachment(bundle, composition, raw), "format": _FORMAT}
        ],
        "context": _context(composition, subject),
    }
    return _without_empty(found)


def _kind(bundle: JsonObject) -> Iterator[Issue]:
    entries = children(bundle, "entry")
    if string(bundle, "type") != "document":
        yield error(
            "not-supported",
            "Bundle.type",
            "A Bundle is deposited as a transaction or as a document.",
            "Un Bundle se dépose comme transaction ou comme document.",
        )
    elif len(entries) > ENTRIES_AT_MOST:
        text, texte = (
            "The document has too many entries.",
            "Le document a trop d'entrées.",
        )
        yield error("too-costly", "Bundle.entry", text, texte)
    elif (
        not entries
        or string(child(entries[0], "resource"), "resourceType") != "Composition"
    ):
        yield error(
            "structure",
            COMPOSITION,
            "The first entry of a FHIR document is its Composition.",
            "La première entrée d'un document FHIR est sa Composition.",
        )
    elif string(child(entries[0], "resource"), "status") == "entered-in-error":
        yield error(
            "business-rule",
            f"{COMPOSITION}.status",
            "A document entered in error is not deposited.",
            "Un document saisi par erreur ne se dépose pas.",
        )


def _indispensable(derived: JsonObject) -> Iterator[Issue]:
    """Name the elements of the Bundle from which the missing ones would be derived."""
    for issue in indispensable(derived, COMPOSITION, frozenset({"current"})):
        missing = issue.expression.endswith(".masterIdentifier")
        yield replace(issue, expression="Bundle.identifier") if missing else issue


def _confidentiality(composition: JsonObject) -> Labels:
    code = string(composition, "confidentiality")
    return Labels(((CONFIDENTIALITY, code),)) if code else Labels()


def _identifier(bundle: JsonObject, composition: JsonObject) -> JsonObject:
    return child(bundle, "identifier") or child(composition, "identifier")


def _attester(composition: JsonObject) -> JsonObject:
    legal = [
        a for a in children(composition, "attester") if string(a, "mode") == "legal"
    ]
    return child(next(iter(legal), {}), "party")


def _link(link: JsonObject) -> JsonObject:
    identifier = child(link, "targetIdentifier")
    target = (
        {"identifier": identifier} if identifier else child(link, "targetReference")
    )
    return {"code": string(link, "code"), "target": target}


def _attachment(bundle: JsonObject, composition: JsonObject, raw: bytes) -> JsonObject:
    return {
        "contentType": CONTENT_TYPE,
        "language": string(composition, "language") or string(bundle, "language"),
        "size": len(raw),
        "hash": sha1(raw),
        "title": string(composition, "title"),
        "creation": string(composition, "date"),
    }


def _context(composition: JsonObject, subject: JsonObject) -> JsonObject:
    events = children(composition, "event")
    periods = [child(event, "period") for event in events if child(event, "period")]
    return {
        "event": [code for event in events for code in children(event, "code")],
        "period": next(iter(periods), {}),
        "sourcePatientInfo": subject,
    }


def _without_empty(value: JsonObject) -> JsonObject:
    """Drop what the Composition did not have: FHIR has no empty element."""
    found: JsonObject = {}
    for name, item in value.items():
        kept = _without_empty(item) if isinstance(item, dict) else item
        if isinstance(item, list):
            kept = [
                cleaned
                if (cleaned := _without_empty(i) if isinstance(i, dict) else i)
                else None
                for i in item
            ]
            kept = [i for i in kept if i is not None]
        if kept or kept == 0:
            found[name] = kept
    return found
