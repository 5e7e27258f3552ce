"""ITI-65, Provide Document Bundle, as PDSm profiles it: one request, one patient."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mappings.fhir.carriers import body_of, carrier_of, check_documents, unmeasured
from mappings.fhir.content import contents
from mappings.fhir.document import Described, Read, read_document
from mappings.fhir.elements import child, string
from mappings.fhir.identity import contradict
from mappings.fhir.inner import Stated, stated
from mappings.fhir.issues import error, refuse_errors
from mappings.fhir.metadata import attachment_of
from mappings.fhir.references import Found, Scope, by_address
from mappings.fhir.replacement import agree, patched
from mappings.fhir.security import Labels, tagged
from mappings.fhir.shape import check
from mappings.fhir.slices import Slot, of_kind, slots_of
from mappings.fhir.submission_set import check_set, kept_set, set_labels
from mappings.mapped import Issue, Mapped
from mappings.pdf import PdfReader
from mappings.submission import JsonObject, Submission


@dataclass(frozen=True, slots=True)
class _Request:
    """What every document of a request is read with."""

    slots: tuple[Slot, ...]
    entries: Mapping[str, Found]
    around: Labels


def read_transaction(bundle: JsonObject, pdf: PdfReader) -> Mapped[Submission]:
    """Map an ITI-65 request to a Submission, its documents in the order of the request.

    Raises Refused 400 for what is not FHIR R4, Refused 422 for what PDSm forbids or
    Paravent cannot do without, each error naming its element. What is only missing from
    PDSm's mandatory elements is a warning of the result.
    """
    slots = _slots(bundle)
    noted = refuse_errors(400, check(bundle, "Bundle"))
    documents = of_kind(slots, "DocumentReference")
    noted += refuse_errors(422, check_documents(slots))
    entries = by_address(bundle, "Bundle")
    around = tagged({"meta": child(bundle, "meta")}, "Bundle")
    read = [
        _read(slot, carrier, _Request(slots, entries, around), pdf)
        for slot in documents
        if (carrier := carrier_of(slot, slots))
    ]
    noted += tuple(issue for one in read for issue in one.issues)
    values = [one.value for one in read]
    noted += _together(values, slots, entries)
    return _submission(values, slots, around, refuse_errors(422, noted), pdf)


def _slots(bundle: JsonObject) -> tuple[Slot, ...]:
    """Look at what the entries are first: it is cheap, and most wrong requests end here."""
    if string(bundle, "type") != "transaction":
        text, texte = "ITI-65 is a transaction.", "ITI-65 est une transaction."
        refuse_errors(422, [error("business-rule", "Bundle.type", text, texte)])
    slots, wrong = slots_of(bundle)
    refuse_errors(422, wrong)
    return slots


def _read(slot: Slot, carrier: Slot, request: _Request, pdf: PdfReader) -> Mapped[Read]:
    resource, body, around = slot.resource, body_of(carrier), request.around
    if carrier.kind == "Bundle":
        resource = unmeasured(resource)
    else:
        around += tagged(carrier.resource, carrier.place)
    patients = of_kind(request.slots, "Patient")
    given = Described(
        Scope(Found(resource, slot.place), request.entries),
        body,
        around,
        {"reference": patients[0].url} if patients else None,
        _inside(slot, carrier, body),
    )
    return read_document(given, pdf)


def _inside(slot: Slot, carrier: Slot, body: bytes) -> Stated:
    kind = string(attachment_of(slot.resource), "contentType")
    json = carrier.kind == "Bundle"
    return stated(body, "application/fhir+json" if json else kind, carrier.place)


def _together(
    read: list[Read], slots: tuple[Slot, ...], entries: Mapping[str, Found]
) -> tuple[Issue, ...]:
    documents = of_kind(slots, "DocumentReference")
    [the_set] = of_kind(slots, "List")
    scope = Scope(Found(the_set.resource, the_set.place), entries)
    patches = [
        (patched(slot.entry, slot.expression), slot.expression)
        for slot in of_kind(slots, "Parameters")
    ]
    replacing = [(r.replaces, s.place) for r, s in zip(read, documents, strict=True)]
    return (
        *_one_patient(read, documents),
        *check_set(the_set, documents, scope, read[0].patient),
        *(issue for (_, issues), _ in patches for issue in issues),
        *agree(replacing, [(name, place) for (name, _), place in patches]),
    )


def _one_patient(read: list[Read], documents: tuple[Slot, ...]) -> Iterator[Issue]:
    first = read[0].patient.identifiers
    for one, slot in zip(read, documents, strict=True):
        if contradict(first, one.patient.identifiers):
            yield error(
                "conflict",
                f"{slot.place}.subject",
                "A request speaks of one patient only.",
                "Une requête ne concerne qu'un patient.",
            )


def _submission(
    read: list[Read],
    slots: tuple[Slot, ...],
    around: Labels,
    issues: tuple[Issue, ...],
    pdf: PdfReader,
) -> Mapped[Submission]:
    [the_set] = of_kind(slots, "List")
    labels = set_labels(the_set) + around
    issues += refuse_errors(422, labels.issues)
    addresses = tuple(slot.url for slot in of_kind(slots, "DocumentReference"))
    members = kept_set(the_set.resource, labels, addresses)
    submission = Submission(
        patient=read[0].patient,
        documents=tuple(one.document for one in read),
        submission_set=members,
        set_contents=contents(members, pdf),
        entries=_entries(slots),
    )
    return Mapped(submission, tuple(dict.fromkeys(issues)))


def _entries(slots: tuple[Slot, ...]) -> tuple[str, ...]:
    """Name each entry; a Binary or Bundle by the number of the document it carries."""
    numbers: dict[str, int] = {}
    for number, slot in enumerate(of_kind(slots, "DocumentReference")):
        numbers[slot.expression] = number
        carrier = carrier_of(slot, slots)
        numbers.setdefault(carrier.expression if carrier else "", number)
    return tuple(
        f"{slot.kind}/{numbers[slot.expression]}"
        if slot.expression in numbers
        else slot.kind
        for slot in slots
    )
