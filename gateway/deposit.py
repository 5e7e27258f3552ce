"""The way in: what happens to a submission, in order.

1. is the depositor the author, or the author's organisation?  2. (the mappings have read
it: a malformed one never comes here)  3. the record, by qualified identifier, traits
checked; unknown, opposed, closed: one answer  4.-6. label every place, join with what
was submitted and with what is replaced  7. accept, mask, hold or refuse, as the patient
said: the depositor is answered the same  8. one transaction:
original, metadata, label with evidence, search tokens, links, audit event  9. answer.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from gateway import deadline, filing, identification, labelling, sets
from gateway.audit import trail
from gateway.audit.events import Interaction, Trace, audit_event
from gateway.identity.principal import Principal
from gateway.labelling import Labelled
from gateway.references import Reference
from gateway.repository import records
from gateway.repository.items import DOCUMENT
from gateway.services import Services
from gateway.subscribing import kept as subscriptions
from gateway.taking import CollisionError, Intake, Receipt, deposited_as
from mappings.mapped import Refused, refuse
from mappings.submission import Submission, Traits

NOBODY = Traits(())


@dataclass(frozen=True, slots=True)
class Deposited:
    """The receipts, in the order of the submission's documents; the set's if any."""

    documents: tuple[Receipt, ...]
    submission_set: Receipt | None


class RefusedDepositError(Refused):
    """A refusal that has left its trace in the patient's own record."""


def deposit(
    services: Services,
    principal: Principal,
    submission: Submission,
    request_id: str = "",
    *,
    unless: str = "",
) -> Deposited:
    """Take the submission in, whole or not at all, and return the receipts.

    Unless the depositor's structure has deposited a document under the identifier
    ``unless`` (system|value) in the record: then nothing is taken, and its receipt is given.

    Raises ``Refused`` with the place of what is wrong; then nothing is kept but the
    trace of the refusal: :class:`RefusedDepositError` when it stands in the record the
    deposit was for, else the caller leaves it (see :func:`trace_refusal`).
    """
    identification.check_author(principal, submission)
    identification.check_identifiers(submission.patient, services.settings)
    _check_places(submission, services.settings.limits.places)
    held = _held(services, submission.patient)
    labelled = [
        labelling.label_document(each, submission, held)
        for each in deadline.each(submission.documents)
    ]
    try:
        with services.store.unit() as connection:
            intake = _intake(services, connection, principal, submission, request_id)
            known = deposited_as(intake, unless) if unless else None
            if known is not None:
                _trace(intake, (known,))
                return Deposited((known,), None)
            return _kept(intake, submission, labelled)
    except Refused as refused:
        code, about = refused.issues[0].code, submission.patient
        named = (refused.item,) if isinstance(refused, CollisionError) else ()
        trace_refusal(services, principal, code, request_id, about, named)
        raise RefusedDepositError(refused.status, *refused.issues) from None


def _check_places(submission: Submission, most: int) -> None:
    """Refuse (413) a document, or a set, of more places than are labelled in time."""
    said = {
        f"DocumentReference/{number}": each.contents
        for number, each in enumerate(submission.documents)
    } | {"List": submission.set_contents}
    for name, contents in said.items():
        if len(contents) > most:
            raise refuse(
                413,
                "too-costly",
                _place(submission, name),
                f"More than {most} paragraphs, cells and coded statements.",
                f"Plus de {most} paragraphes, cellules et énoncés codés.",
            )


def _place(submission: Submission, name: str) -> str:
    """Return the element of a transaction's entry; nothing for a body that is a document."""
    entries = submission.entries
    return f"Bundle.entry[{entries.index(name)}].resource" if name in entries else ""


def _kept(
    intake: Intake, submission: Submission, labelled: list[Labelled]
) -> Deposited:
    """Keep every document with its label, the set, and the trace."""
    known = intake.record.identity
    receipts = tuple(
        filing.keep_document(
            intake,
            document,
            labelling.against(found, submission.patient, known),
        )
        for document, found in zip(submission.documents, labelled, strict=True)
    )
    kept_set = sets.keep_set(intake, submission, receipts)
    came = [Reference.parse(each.id).item_id for each in receipts if each.created]
    subscriptions.came(*intake.place, came, intake.at)
    _trace(intake, receipts)
    return Deposited(receipts, kept_set)


def trace_refusal(
    services: Services,
    principal: Principal,
    code: str,
    request_id: str = "",
    patient: Traits = NOBODY,
    items: tuple[str, ...] = (),
) -> None:
    """Leave the trace of a refusal: with the person it concerned, or with nobody.

    ``items`` are what it collided with: who may not see those is not told of it.
    """
    at = services.clock.now()
    with services.store.unit() as connection:
        record = identification.record_of(connection, services, patient)
        trace = Trace(
            Interaction.CREATE,
            principal,
            granted=False,
            patient_id=record.patient_id,
            items=items,
            request_id=request_id,
            reason=code,
        )
        trail.append(connection, record, audit_event(trace, at), at)


def _held(services: Services, patient: Traits) -> Traits:
    """Return who the record says the person is, nobody for a person without a record."""
    with services.store.unit() as connection:
        return identification.record_of(connection, services, patient).identity


def _intake(
    services: Services,
    connection: Connection,
    principal: Principal,
    submission: Submission,
    request_id: str,
) -> Intake:
    """Find the record and hold it, so that deposits to it take turns."""
    found = identification.record_of(connection, services, submission.patient)
    record = records.hold(connection, services.store.keys, found)
    identification.check_identity(record, submission.patient)
    return Intake(connection, principal, record, services.clock.now(), request_id)


def _trace(intake: Intake, receipts: tuple[Receipt, ...]) -> None:
    trace = Trace(
        Interaction.CREATE,
        intake.principal,
        granted=True,
        patient_id=intake.record.patient_id,
        items=tuple(f"{DOCUMENT}/{each.id}" for each in receipts),
        request_id=intake.request_id,
    )
    event = audit_event(trace, intake.at)
    trail.append(intake.connection, intake.record, event, intake.at)
