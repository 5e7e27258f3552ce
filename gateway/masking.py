"""What a patient decides about a document or a category: marks and directives.

A mask never touches the document: versions, ETags and dates stay as they were, since a
change that everyone could see would tell (DESIGN 6, where we differ from PDSm flux 03).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import jsonpatch
from jsonpointer import JsonPointerException

from gateway import view
from gateway.audit.events import Interaction
from gateway.consents import directives
from gateway.identification import only_the_patient
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_id, by_identifier, inquire
from gateway.references import Reference
from gateway.rendering import Shown
from gateway.repository import finding, items, renditions
from gateway.repository.held_label import HeldLabel
from gateway.repository.items import Stored
from gateway.services import Services
from labels import fhir
from labels.codes import Confidentiality, Mark
from labels.consent import Directive
from labels.label import Label
from mappings.mapped import Refused, refuse

Json = dict[str, Any]

PATCHED = "securityLabel"
OPERATIONS = frozenset({"add", "remove", "replace", "test"})
MOST_OPERATIONS = 20
SETTABLE = frozenset({Mark.MASQUE_PS, Mark.INVISIBLE_REPRESENTANTS_LEGAUX})
"""The marks that a patient puts on a document by itself, and takes off."""


def patch(
    services: Services,
    principal: Principal,
    public_id: str,
    operations: list[Json],
    request_id: str = "",
) -> Json | None:
    """Apply a JSON Patch of the patient to a document's securityLabel.

    Returns the DocumentReference, or None when the patient may not see such a document.
    Raises ``Refused``: 403 when somebody else asks, before anything is looked up; 405
    when another element would change (PDSm, update of metadata); 422 for a patch that
    cannot be applied or a label that is not understood.
    """
    if not principal.patient:
        raise only_the_patient()
    _check_paths(operations)
    to = partial(_applied, operations=operations)
    return _change(services, principal, public_id, to, request_id)


def tag(
    services: Services,
    principal: Principal,
    public_id: str,
    codings: list[Json],
    request_id: str = "",
    *,
    delete: bool = False,
) -> Json | None:
    """Add codings to a document's securityLabel, or take them from it; all else stays.

    Returns and raises as :func:`patch` does.
    """
    if not principal.patient:
        raise only_the_patient()
    named = {(each.get("system"), each.get("code")) for each in codings}

    def to(before: list[Json]) -> list[Json]:
        if delete:
            return [each for each in before if not _has(each, named)]
        return [*before, *({"coding": [each]} for each in codings)]

    return _change(services, principal, public_id, to, request_id)


def _change(
    services: Services,
    principal: Principal,
    public_id: str,
    to: Callable[[list[Json]], list[Json]],
    request_id: str,
) -> Json | None:
    """Put what ``to`` makes of the labels in their place, in one transaction."""
    with _held(services, principal, public_id, request_id) as (asked, stored):
        if stored is None:
            return None
        before = fhir.security_label(stored.label.effective)
        changed = items.with_label(stored, _labelled(stored.label, to(before)))
        items.relabel(asked.connection, asked.record, changed)
        return _shown(asked, changed)


def _has(concept: Json, named: set[tuple[Any, Any]]) -> bool:
    codings = concept.get("coding", ())
    return any((each.get("system"), each.get("code")) in named for each in codings)


def set_mark(
    services: Services, principal: Principal, public_id: str, mark: Mark, *, on: bool
) -> bool:
    """Put one mark on a document of the patient's, or take it off; all else stays.

    Returns whether anything changed: not for a document the patient may not see, nor
    when it is so already. Raises ``Refused`` (403) when somebody else asks, ValueError
    for a mark that is not the patient's to set.
    """
    if mark not in SETTABLE:
        raise ValueError(mark)
    if not principal.patient:
        raise only_the_patient()
    with _held(services, principal, public_id) as (asked, stored):
        if stored is None or (mark in stored.label.effective.marks) is on:
            return False
        marks = stored.label.effective.marks
        label = stored.label.with_marks(marks | {mark} if on else marks - {mark})
        items.relabel(*asked.place, items.with_label(stored, label))
        return True


@contextmanager
def _held(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> Iterator[tuple[Inquiry, Stored | None]]:
    """Give a document of the patient who asks, its record held, and leave the trace.

    None when the patient may not see such a document; ``Refused`` for another's.
    """
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id, hold=True) as asked:
        # Labels are also written by the patient's words and by relabelling: in turns.
        stored = finding.find(
            asked.connection, asked.record, asked.clearance, target.item_id
        )
        allowed = stored is not None and asked.by_patient
        _trace(asked, public_id, granted=allowed)
        yield asked, stored if allowed else None
    if stored is not None and not allowed:
        # Raised after the transaction, which keeps the trace of the refusal.
        raise only_the_patient()


def decide(services: Services, principal: Principal, decided: Directive) -> str | None:
    """Keep a directive of the patient about his own record; returns its id.

    None when the principal is not the person of an open record.
    """
    if not principal.patient:
        raise only_the_patient()
    find = by_identifier(services, principal.patient[0])
    with inquire(services, principal, find, hold=True) as asked:
        _trace(asked, "", granted=asked.by_patient)
        if not asked.by_patient:
            return None
        started = replace(decided, start=asked.at)
        renditions.forget(*asked.place)
        return directives.decide(*asked.place, started)


def end(services: Services, principal: Principal, directive_id: str) -> bool:
    """End a directive of the patient now; False when there was none to end."""
    if not principal.patient:
        raise only_the_patient()
    find = by_identifier(services, principal.patient[0])
    with inquire(services, principal, find, hold=True) as asked:
        _trace(asked, "", granted=asked.by_patient)
        if not asked.by_patient:
            return False
        renditions.forget(*asked.place)
        return directives.end(*asked.place, directive_id, asked.at)


def _labelled(label: HeldLabel, labels: list[Json]) -> HeldLabel:
    """Return the label with these in its place: their marks, and the level if named.

    A change that drops the level (a client that overwrites N with a mark) drops nothing:
    the level is changed only by naming another.
    """
    wanted = _read(labels)
    if Mark.INVISIBLE_PATIENT in wanted.marks - label.effective.marks:
        raise _refused(
            "To wait for an announcement is asked with the deposit, never after.",
            "L'attente d'une annonce se demande avec le dépôt, jamais après.",
        )
    ours = label.effective.marks & {Mark.OPAQUE, Mark.HELD}
    changed = label.with_marks(wanted.marks | ours)
    old = max(label.effective.confidentiality, Confidentiality.N)
    if wanted.confidentiality in (Confidentiality.U, old):
        return changed
    return replace(changed, level=wanted.confidentiality)


def _applied(before: list[Json], operations: list[Json]) -> list[Json]:
    try:
        after = jsonpatch.apply_patch({PATCHED: before}, operations)
    except (jsonpatch.JsonPatchException, JsonPointerException, TypeError, KeyError):
        raise _refused(
            "The patch cannot be applied.", "La modification échoue."
        ) from None
    labels = after.get(PATCHED)
    if not isinstance(labels, list):
        raise _refused(
            "securityLabel must stay a list.", "securityLabel reste une liste."
        )
    return labels


def _read(security_labels: list[Json]) -> Label:
    try:
        return fhir.read(security_labels)
    except fhir.LabelError:
        raise _refused(
            "A security label that is not of JDV_J08.",
            "Un label de sécurité qui n'est pas du JDV_J08.",
        ) from None


def check_form(operations: list[Json]) -> None:
    """Raise ``Refused`` (422) for what is no JSON Patch of the operations we take."""
    if not isinstance(operations, list) or not operations:
        raise _refused("A JSON Patch is a list.", "Un JSON Patch est une liste.")
    if len(operations) > MOST_OPERATIONS:
        raise _refused("Too many operations.", "Trop d'opérations.")
    for operation in operations:
        if not _is_operation(operation):
            raise _refused(
                "Each operation adds, removes, replaces or tests.",
                "Chaque opération ajoute, retire, remplace ou vérifie.",
            )


def _is_operation(operation: object) -> bool:
    """Whether it names one of our operations, and its pointers as texts."""
    if not isinstance(operation, dict):
        return False
    names = (operation.get(name, "") for name in ("op", "path", "from"))
    return all(isinstance(name, str) for name in names) and (
        operation.get("op") in OPERATIONS
    )


def _check_paths(operations: list[Json]) -> None:
    """Refuse a patch of anything but securityLabel, before any data is touched."""
    check_form(operations)
    for operation in operations:
        paths = [operation.get("path", ""), operation.get("from", f"/{PATCHED}")]
        if not all(_allowed(path) for path in paths):
            raise refuse(
                405,
                "not-supported",
                "DocumentReference",
                "Only securityLabel, status and isArchived can be patched.",
                "Seuls securityLabel, status et isArchived peuvent être modifiés.",
            )


def _allowed(path: object) -> bool:
    return path == f"/{PATCHED}" or str(path).startswith(f"/{PATCHED}/")


def _shown(asked: Inquiry, changed: Stored) -> Json:
    found = finding.targets(
        asked.connection,
        asked.record,
        asked.clearance,
        items.REPLACES,
        [changed.id],
    )
    stored = items.as_it_stands(*asked.place, [changed])[0]
    whole = Shown(stored, stored.content, stored.label.of_content)
    return view.document(asked.record, whole, found[changed.id], to_patient=True)


def _trace(asked: Inquiry, public_id: str, *, granted: bool) -> None:
    items = (f"DocumentReference/{public_id}",) if public_id else ()
    asked.trace(Interaction.PATCH, granted=granted, items=items)


def _refused(text: str, texte: str) -> Refused:
    return refuse(422, "invalid", "DocumentReference.securityLabel", text, texte)
