"""The submission set of an ITI-65 request: a List that names each document of it.

Sources: IHE MHD Comprehensive SubmissionSet; PDSm pdsm-submissionset-comprehensive.
"""

from collections.abc import Iterable, Iterator

from mappings.fhir.elements import child, children, extension, items, string
from mappings.fhir.identity import contradict, usable, without_traits
from mappings.fhir.issues import error, warning
from mappings.fhir.metadata import missing
from mappings.fhir.references import Found, Scope, identifiers, logical
from mappings.fhir.security import Labels, tagged
from mappings.fhir.slices import Slot
from mappings.mapped import Issue
from mappings.submission import JsonObject, Traits

_MANDATORY = ("identifier", "status", "mode", "subject", "date", "source", "entry")
_IHE = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/"
_EXTENSIONS = (f"{_IHE}ihe-designationType", f"{_IHE}ihe-sourceId")


def kept_set(
    resource: JsonObject, labels: Labels, documents: tuple[str, ...]
) -> JsonObject:
    """Return the List to keep: as submitted, minus id, meta, narrative and the patient's traits.

    ``documents`` are the addresses of the documents of the request. Each entry then
    names one by its number, ``DocumentReference/0``, as ``Submission.entries`` does; who
    stores the set puts the identifiers there. Documents it did not list come last.
    """
    numbers = {url: number for number, url in enumerate(documents)}
    listed = [
        (numbers[string(child(entry, "item"), "reference")], entry)
        for entry in children(resource, "entry")
    ]
    told = {number for number, _ in listed}
    listed += [(n, {}) for n in range(len(documents)) if n not in told]
    found = without_traits(resource)
    for name in ("id", "meta"):
        found.pop(name, None)
    found["entry"] = [
        entry | {"item": {"reference": f"DocumentReference/{number}"}}
        for number, entry in listed
    ]
    tags = [{"system": system, "code": code} for system, code in labels.codings]
    return found | ({"meta": {"security": tags}} if tags else {})


def check_set(
    slot: Slot, documents: Iterable[Slot], scope: Scope, patient: Traits
) -> tuple[Issue, ...]:
    """Return what is missing or wrong in the submission set.

    Errors: a member that is no document of the request, another patient. Warnings: a
    mandatory element missing, a document that the set does not list.
    """
    return (
        *missing(slot.resource, slot.place, _MANDATORY),
        *_extensions(slot),
        *_members(slot, {d.url: d.expression for d in documents}),
        *_same_patient(slot, scope, patient),
    )


def set_labels(slot: Slot) -> Labels:
    """Return the labels that the List itself carries."""
    return tagged(slot.resource, slot.place)


def _extensions(slot: Slot) -> Iterator[Issue]:
    for url in _EXTENSIONS:
        if not extension(slot.resource, url):
            yield warning(
                "required",
                f"{slot.place}.extension",
                f"The extension {url.removeprefix(_IHE)} is missing.",
                f"L'extension {url.removeprefix(_IHE)} manque.",
            )


def _members(slot: Slot, documents: dict[str, str]) -> Iterator[Issue]:
    listed = set()
    for index, entry in items(slot.resource, "entry"):
        member = string(child(entry, "item"), "reference")
        listed.add(member)
        if member not in documents:
            yield error(
                "not-found",
                f"{slot.place}.entry[{index}].item",
                "The submission set may only name documents of this request.",
                "Le lot ne peut nommer que des documents de cette requête.",
            )
    for url, expression in documents.items():
        if url not in listed:
            yield warning(
                "incomplete",
                expression,
                "The submission set does not list this document; it is added.",
                "Le lot de soumission ne cite pas ce document ; il y est ajouté.",
            )


def _same_patient(slot: Slot, scope: Scope, patient: Traits) -> Iterator[Issue]:
    subject = child(slot.resource, "subject")
    target = scope.at(Found(slot.resource, slot.place)).resolve(subject)
    resource = target.resource if target else {}
    told = tuple(usable((*logical(subject), *identifiers(resource))))
    if told and contradict(told, patient.identifiers):
        yield error(
            "conflict",
            f"{slot.place}.subject",
            "The submission set speaks of another patient than its documents.",
            "Le lot de soumission désigne un autre patient que ses documents.",
        )
