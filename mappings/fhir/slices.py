"""The entries an ITI-65 request may hold, and no others (PDSm, closed slicing)."""

from dataclasses import dataclass
from types import MappingProxyType

from mappings.fhir.elements import child, children, codings, items, string
from mappings.fhir.issues import error
from mappings.mapped import Issue
from mappings.submission import JsonObject

ENTRIES_AT_MOST = 1000
LIST_TYPES = "://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes"

_SLICES = MappingProxyType(
    {
        "List": frozenset({"POST"}),
        "DocumentReference": frozenset({"POST"}),
        "Binary": frozenset({"POST"}),
        "Bundle": frozenset({"POST"}),
        "Parameters": frozenset({"PATCH"}),
        "Patient": frozenset({"GET", "POST", "PUT"}),
    }
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One entry: what it is, its entry object, its address and its FHIRPath."""

    kind: str
    entry: JsonObject
    url: str
    expression: str

    @property
    def resource(self) -> JsonObject:
        """The resource of the entry."""
        return child(self.entry, "resource")

    @property
    def place(self) -> str:
        """The FHIRPath of the resource."""
        return f"{self.expression}.resource"


def slots_of(bundle: JsonObject) -> tuple[tuple[Slot, ...], tuple[Issue, ...]]:
    """Return the entries of ``bundle`` in order, and an error for each that may not be.

    Also errors: too many entries (then none is looked at), an address given twice, not
    exactly one submission set, no DocumentReference, more than one Patient.
    """
    if not 0 < len(children(bundle, "entry")) <= ENTRIES_AT_MOST:
        return (), (
            _count("Bundle.entry", "between 1 and 1000 entries", "de 1 à 1000 entrées"),
        )
    slots = tuple(_slot(i, entry) for i, entry in items(bundle, "entry"))
    wrong = [issue for slot in slots for issue in _foreign(slot)]
    return slots, (*wrong, *_cardinalities(slots), *_twice(slots))


def of_kind(slots: tuple[Slot, ...], *kinds: str) -> tuple[Slot, ...]:
    """Return the slots of these kinds, in order."""
    return tuple(slot for slot in slots if slot.kind in kinds)


def _slot(index: int, entry: JsonObject) -> Slot:
    kind = string(child(entry, "resource"), "resourceType")
    if not kind and string(child(entry, "request"), "method") == "GET":
        kind = _type_in(entry)
    return Slot(kind, entry, string(entry, "fullUrl"), f"Bundle.entry[{index}]")


def _type_in(entry: JsonObject) -> str:
    return string(child(entry, "request"), "url").partition("?")[0].partition("/")[0]


def _foreign(slot: Slot) -> tuple[Issue, ...]:
    method = string(child(slot.entry, "request"), "method")
    if method not in _SLICES.get(slot.kind, ()) or _type_in(slot.entry) != (
        "DocumentReference" if slot.kind == "Parameters" else slot.kind
    ):
        return (
            error(
                "business-rule",
                slot.expression,
                "ITI-65 does not allow an entry of this type and request.",
                "ITI-65 n'admet pas d'entrée de ce type avec cette requête.",
            ),
        )
    if slot.kind == "List" and not _is_submission_set(slot.resource):
        return (_not_a_submission_set(f"{slot.place}.code"),)
    if slot.kind == "Bundle" and string(slot.resource, "type") != "document":
        return (
            error(
                "business-rule",
                f"{slot.place}.type",
                "Only a FHIR document may be deposited as a Bundle.",
                "Seul un document FHIR peut être déposé sous forme de Bundle.",
            ),
        )
    return ()


def _is_submission_set(resource: JsonObject) -> bool:
    return any(
        string(coding, "code") == "submissionset"
        and string(coding, "system") in {f"http{LIST_TYPES}", f"https{LIST_TYPES}"}
        for coding in codings(child(resource, "code"))
    )


def _not_a_submission_set(expression: str) -> Issue:
    return error(
        "not-supported",
        expression,
        "The List is not a submission set; folders are not supported.",
        "La List n'est pas un lot de soumission ; les classeurs ne sont pas pris en "
        "charge.",
    )


def _cardinalities(slots: tuple[Slot, ...]) -> tuple[Issue, ...]:
    found = []
    if len(of_kind(slots, "List")) != 1:
        found.append(
            _count("Bundle.entry", "one submission set", "un lot de soumission")
        )
    if not of_kind(slots, "DocumentReference"):
        found.append(
            _count("Bundle.entry", "a DocumentReference", "une DocumentReference")
        )
    found += [
        _count(extra.expression, "one Patient at most", "un Patient au plus")
        for extra in of_kind(slots, "Patient")[1:]
    ]
    return tuple(found)


def _twice(slots: tuple[Slot, ...]) -> tuple[Issue, ...]:
    seen: set[str] = set()
    found = []
    for slot in slots:
        if slot.url and slot.url in seen:
            found.append(
                error(
                    "duplicate",
                    f"{slot.expression}.fullUrl",
                    "Another entry has the same address.",
                    "Une autre entrée porte la même adresse.",
                )
            )
        seen.add(slot.url)
    return tuple(found)


def _count(expression: str, what: str, quoi: str) -> Issue:
    return error(
        "business-rule",
        expression,
        f"ITI-65 requires {what} here.",
        f"ITI-65 exige ici {quoi}.",
    )
