"""One ExtrinsicObject as the FHIR DocumentReference it describes.

Source: IHE MHD, mapping of DocumentEntry (ITI TF-3 4.2.3.2); PDSm. What is left out is
said: a slot that this mapping does not know is an issue, never silence.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mappings.cda.xml import Element
from mappings.fhir.issues import information
from mappings.mapped import Issue, refuse
from mappings.submission import Identifier, JsonObject
from mappings.terminology import uri
from mappings.xdm import ebrim, hl7v2, people, refusals, schemes
from mappings.xdm.ebrim import RegistryObject
from mappings.xdm.people import Contained

REFERENCE_IDS = "urn:ihe:iti:xds:2013:referenceIdList"
_SLOTS = frozenset(
    {
        "creationTime",
        "hash",
        "languageCode",
        "legalAuthenticator",
        "serviceStartTime",
        "serviceStopTime",
        "size",
        "sourcePatientId",
        "sourcePatientInfo",
        "URI",
        REFERENCE_IDS,
    }
)
_SCHEMES = frozenset(
    {
        schemes.DOCUMENT_AUTHOR,
        schemes.CLASS,
        schemes.CONFIDENTIALITY,
        schemes.EVENT,
        schemes.FORMAT,
        schemes.FACILITY,
        schemes.SETTING,
        schemes.TYPE,
    }
)
_STATUSES = {"": "current", "Approved": "current", "Deprecated": "superseded"}
_SIZE_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Relation:
    """What a document does to another one: a FHIR code, and the other's identifier."""

    code: str
    target: Identifier


def uri_of(entry: RegistryObject) -> str:
    """Return the name of the document's file; long ones come in numbered pieces."""
    pieces = entry.values("URI")
    if len(pieces) == 1:
        return pieces[0]
    return "".join(piece.partition("|")[2] for piece in sorted(pieces))


def document_reference(
    entry: RegistryObject, url: str, relations: list[Relation]
) -> JsonObject:
    """Return the DocumentReference of a document whose bytes are at ``url``.

    Raises :class:`~mappings.mapped.Refused` (422) for an entry without bytes (on
    demand) or of a status that is none of XDS. Elements that are only absent or empty
    are left out: what cannot do without them says so later.
    """
    _check_kind(entry)
    kept = Contained()
    patient = _patient(entry)
    source = kept.keep("Patient", "patient", patient) if patient["identifier"] else None
    subject = hl7v2.patient_identifier(entry.identifier(schemes.DOCUMENT_PATIENT))
    writers = people.authors(entry.classified(schemes.DOCUMENT_AUTHOR), kept)
    unique = hl7v2.unique_identifier(entry.identifier(schemes.DOCUMENT_UNIQUE))
    known = hl7v2.entry_uuid(entry.id)
    made: JsonObject = {
        "contained": kept.resources,
        "masterIdentifier": _fhir(unique),
        "identifier": [{"use": "official", **_fhir(known)}] if known else [],
        "status": _status(entry),
        "type": _first(entry, schemes.TYPE),
        "category": _concepts(entry, schemes.CLASS),
        "subject": {"identifier": _fhir(subject)} if subject else None,
        "date": _instant(hl7v2.date_time(entry.value("creationTime"))),
        "author": writers,
        "authenticator": people.signer(entry.value("legalAuthenticator"), kept),
        "relatesTo": [_relates_to(one) for one in relations],
        "description": entry.said("Description"),
        "securityLabel": _labels(entry),
        "content": [_content(entry, url)],
        "context": _filled(_context(entry) | {"sourcePatientInfo": source}),
    }
    return {"resourceType": "DocumentReference", **_filled(made)}


def left_out(entry: RegistryObject) -> Iterator[Issue]:
    """Yield an issue for each slot or class of a document that no element stands for."""
    yield from unknown(entry, _SLOTS, _SCHEMES)


def unknown(
    entry: RegistryObject, slots: frozenset[str], scheme: frozenset[str]
) -> Iterator[Issue]:
    """Yield an issue, naming its number only, for each slot or class not known."""
    numbers = {n for name, n, _ in ebrim.slots(entry.element) if name not in slots}
    steps = [f"rim:Slot[{number}]" for number in sorted(numbers)]
    steps += [
        f"rim:Classification[{number}]"
        for number, one in enumerate(entry.classifications, start=1)
        if ebrim.attribute(one, "classificationScheme") not in scheme
        and not ebrim.attribute(one, "classificationNode")
    ]
    for step in steps:
        yield information(
            "informational",
            f"{entry.place}/{step}",
            "This has no place in the metadata that are kept; it is left out.",
            "Ceci n'a pas de place dans les métadonnées conservées ; c'est omis.",
        )


def concept(one: Element) -> JsonObject:
    """Return a classification as a CodeableConcept: code, coding scheme, display."""
    coding = {
        "system": uri(next(iter(ebrim.values(one, "codingScheme")), "")),
        "code": ebrim.attribute(one, "nodeRepresentation"),
        "display": ebrim.said(one, "Name"),
    }
    return {"coding": [_filled(coding)]} if any(coding.values()) else {}


def _concepts(entry: RegistryObject, scheme: str) -> list[JsonObject]:
    return [c for one in entry.classified(scheme) if (c := concept(one))]


def _labels(entry: RegistryObject) -> list[JsonObject]:
    """Return the confidentiality codes; one without a code is said, to be refused."""
    found = entry.classified(schemes.CONFIDENTIALITY)
    return [concept(one) or {"text": "?"} for one in found]


def _first(entry: RegistryObject, scheme: str) -> JsonObject:
    codings = [coding for each in _concepts(entry, scheme) for coding in each["coding"]]
    return {"coding": codings} if codings else {}


def _check_kind(entry: RegistryObject) -> None:
    if ebrim.attribute(entry.element, "objectType") != schemes.DOCUMENT:
        raise refusals.not_supported(f"{entry.place}/@objectType")


def _status(entry: RegistryObject) -> str:
    written = ebrim.attribute(entry.element, "status").rpartition(":")[2]
    if written not in _STATUSES:
        raise refuse(
            422,
            "value",
            f"{entry.place}/@status",
            "the status of a document is Approved or Deprecated",
            "le statut d'un document est Approved ou Deprecated",
        )
    return _STATUSES[written]


def _patient(entry: RegistryObject) -> JsonObject:
    own = hl7v2.patient_identifier(entry.value("sourcePatientId"))
    return hl7v2.patient(entry.values("sourcePatientInfo"), (own,) if own else ())


def _content(entry: RegistryObject, url: str) -> JsonObject:
    attachment: JsonObject = {
        "contentType": ebrim.attribute(entry.element, "mimeType"),
        "language": entry.value("languageCode"),
        "url": url,
        "size": _size(entry),
        "hash": entry.value("hash").lower(),
        "title": entry.said("Name"),
        "creation": hl7v2.date_time(entry.value("creationTime")),
    }
    form = _first(entry, schemes.FORMAT).get("coding", [None])[0]
    return _filled({"attachment": _filled(attachment), "format": form})


def _size(entry: RegistryObject) -> int | None:
    """Return the stated size; one that is no number is refused, as a wrong one is."""
    written = entry.value("size")
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) <= _SIZE_DIGITS):
        raise refuse(
            422,
            "value",
            f"{entry.place}/rim:Slot[@name='size']",
            "the size is a number of bytes",
            "la taille est un nombre d'octets",
        )
    return int(written)


def _context(entry: RegistryObject) -> JsonObject:
    period = {
        "start": hl7v2.date_time(entry.value("serviceStartTime")),
        "end": hl7v2.date_time(entry.value("serviceStopTime")),
    }
    named = map(hl7v2.patient_identifier, entry.values(REFERENCE_IDS))
    return {
        "event": _concepts(entry, schemes.EVENT),
        "period": _filled(period),
        "facilityType": _first(entry, schemes.FACILITY),
        "practiceSetting": _first(entry, schemes.SETTING),
        "related": [{"identifier": _fhir(one)} for one in named if one],
    }


def _relates_to(relation: Relation) -> JsonObject:
    return {"code": relation.code, "target": {"identifier": _fhir(relation.target)}}


def _instant(date_time: str) -> str:
    return date_time if "T" in date_time else ""


def _fhir(found: Identifier | None) -> JsonObject:
    return {"system": found.system, "value": found.value} if found else {}


def _filled(made: JsonObject) -> JsonObject:
    """Leave out what is empty: FHIR has no empty elements (0 is a value)."""
    return {
        name: value for name, value in made.items() if value not in (None, "", [], {})
    }
