"""The way in: what happens to a submission, in order.

1. is the depositor the author, or the author's organisation?  2. (the mappings have read
it: a malformed one never comes here)  3. the record, by qualified identifier, traits
checked; unknown, opposed, closed: one answer  4.-6. label every place, join with what
was submitted and with what is replaced  7. (review by the patient)  8. one transaction:
original, metadata, label with evidence, search tokens, links, audit event  9. answer.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from gateway import identification, indexing, labelling
from gateway.audit import trail
from gateway.audit.events import Interaction, Trace, audit_event
from gateway.consents import asking, directives
from gateway.identity.principal import Principal
from gateway.repository import held_label, items, records
from gateway.repository.held_label import HeldLabel
from gateway.repository.items import (
    DOCUMENT,
    MEMBER,
    REPLACES,
    SUBMISSION_SET,
    NewItem,
    Stored,
)
from gateway.repository.records import Record
from gateway.services import Services
from gateway.view import public_id
from labels.policy.clearance import Clearance
from labels.policy.decide import clearance_for
from mappings.mapped import refuse
from mappings.submission import Document, Submission

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one document: its public id, and whether it is new."""

    id: str
    created: bool


@dataclass(frozen=True, slots=True)
class Deposited:
    """The receipts, in the order of the submission's documents; the set's if any."""

    documents: tuple[Receipt, ...]
    submission_set: Receipt | None


@dataclass(frozen=True, slots=True)
class Intake:
    """One depositor before one record, in one transaction."""

    services: Services
    connection: Connection
    principal: Principal
    record: Record
    clearance: Clearance
    at: datetime
    request_id: str = ""


def deposit(
    services: Services,
    principal: Principal,
    submission: Submission,
    request_id: str = "",
) -> Deposited:
    """Take the submission in, whole or not at all, and return the receipts.

    Raises ``Refused`` with the place of what is wrong; then nothing is kept but the
    trace of the refusal, which the caller writes (see :func:`trace_refusal`).
    """
    identification.check_author(principal, submission)
    identification.check_identifiers(submission.patient, services.settings)
    labelled = [
        labelling.label_document(each, submission) for each in submission.documents
    ]
    with services.store.unit() as connection:
        intake = _intake(services, connection, principal, submission, request_id)
        receipts = tuple(
            _keep_document(intake, document, label)
            for document, label in zip(submission.documents, labelled, strict=True)
        )
        kept_set = _keep_set(intake, submission, receipts)
        _trace(intake, receipts)
    return Deposited(receipts, kept_set)


def trace_refusal(
    services: Services, principal: Principal, code: str, request_id: str = ""
) -> None:
    """Leave the trace of a refused deposit, in the record of nobody."""
    at = services.clock.now()
    with services.store.unit() as connection:
        house = records.by_id(connection, services.store.keys, records.HOUSE)
        trace = Trace(
            Interaction.CREATE,
            principal,
            granted=False,
            patient_id=house.patient_id,
            request_id=request_id,
            reason=code,
        )
        trail.append(connection, house, audit_event(trace, at), at)


def _intake(
    services: Services,
    connection: Connection,
    principal: Principal,
    submission: Submission,
    request_id: str,
) -> Intake:
    """Find the record, hold it, and work out what the depositor may see of it."""
    record = identification.record_of(connection, services, submission.patient)
    records.lock(connection, record)
    at = services.clock.now()
    question = asking.question(connection, principal, record, at)
    clearance = clearance_for(question, services.rules)
    return Intake(services, connection, principal, record, clearance, at, request_id)


def _keep_document(intake: Intake, document: Document, label: HeldLabel) -> Receipt:
    unique = indexing.unique_identifier(document.reference)
    known = _already(intake, DOCUMENT, unique, sha256(document.body).hexdigest())
    if known is not None:
        return known
    replaced = _replaced(intake, document)
    if replaced is not None:
        label = labelling.inheriting(label, replaced.label)
    new = _new_document(intake, document, label, unique)
    items.add(intake.connection, intake.record, new)
    if replaced is not None:
        _replace(intake, new.facts.id, replaced.id)
    return Receipt(public_id(intake.record, new.facts.id), created=True)


def _already(intake: Intake, kind: str, unique: str, digest: str) -> Receipt | None:
    """Return the receipt of what this organisation has deposited before.

    Raises ``Refused`` (409) when the same identifier comes with another content.
    """
    found = items.deposited(
        intake.connection, intake.record, intake.principal.organization, kind, unique
    )
    if found is None:
        return None
    item_id, token = found
    if token != intake.record.keys.token("digest", digest):
        raise refuse(
            409,
            "duplicate",
            f"{kind}.masterIdentifier",
            "You have deposited another content under this identifier; a new version "
            "needs an identifier of its own and relatesTo replaces.",
            "Vous avez déjà déposé un autre contenu sous cet identifiant ; une nouvelle "
            "version demande son propre identifiant et relatesTo replaces.",
        )
    return Receipt(public_id(intake.record, item_id), created=False)


def _replaced(intake: Intake, document: Document) -> Stored | None:
    """Return what the document replaces; hidden and absent get the same refusal."""
    if not document.replaces:
        return None
    for item_id in indexing.candidates(intake.connection, intake.record, document):
        found = items.find(intake.connection, intake.record, intake.clearance, item_id)
        if found is not None:
            return found
    raise refuse(
        422,
        "not-found",
        "DocumentReference.relatesTo.target",
        "The document to replace is not among those you may replace.",
        "Le document à remplacer n'est pas parmi ceux que vous pouvez remplacer.",
    )


def _new_document(
    intake: Intake, document: Document, label: HeldLabel, unique: str
) -> NewItem:
    reference, principal = document.reference, intake.principal
    facts = held_label.facts(
        uuid4().hex,
        label.effective,
        indexing.document_type(reference),
        principal.subject,
        principal.organization,
    )
    return NewItem(
        kind=DOCUMENT,
        facts=facts,
        label=label,
        content=indexing.stored_reference(reference),
        unique=unique,
        digest=sha256(document.body).hexdigest(),
        dated=indexing.dated(reference, intake.at),
        recorded=intake.at,
        tokens=indexing.tokens(reference),
        original=document.body,
    )


def _replace(intake: Intake, new_id: str, old_id: str) -> None:
    items.add_link(intake.connection, intake.record, new_id, REPLACES, old_id)
    directives.extend(intake.connection, intake.record, old_id, new_id)


def _keep_set(
    intake: Intake, submission: Submission, receipts: tuple[Receipt, ...]
) -> Receipt | None:
    """Keep the submission set with links to its members; one sent twice is one."""
    content = submission.submission_set
    if content is None:
        return None
    unique = indexing.unique_identifier(content)
    digest = sha256("\n".join(each.id for each in receipts).encode()).hexdigest()
    known = _already(intake, SUBMISSION_SET, unique, digest)
    if known is not None:
        return known
    label = labelling.label_contents(submission.set_contents, submission)
    new = _new_set(intake, content, label, unique, digest)
    items.add(intake.connection, intake.record, new)
    for receipt in receipts:
        member = receipt.id[len(intake.record.patient_id) :]
        items.add_link(intake.connection, intake.record, new.facts.id, MEMBER, member)
    return Receipt(public_id(intake.record, new.facts.id), created=True)


def _new_set(
    intake: Intake, content: Json, label: HeldLabel, unique: str, digest: str
) -> NewItem:
    principal = intake.principal
    facts = held_label.facts(
        uuid4().hex, label.effective, "", principal.subject, principal.organization
    )
    return NewItem(
        kind=SUBMISSION_SET,
        facts=facts,
        label=label,
        content=indexing.stored_set(content),
        unique=unique,
        digest=digest,
        dated=indexing.dated(content, intake.at),
        recorded=intake.at,
        tokens=indexing.tokens(content),
    )


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
