"""What a submission becomes in the record: items, originals, links; one sent twice is one.

Every function works for one depositor before one record, inside one transaction.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from gateway import indexing, labelling
from gateway.consents import directives, label_words
from gateway.identity.principal import Principal
from gateway.labelling import Labelled
from gateway.references import Reference
from gateway.repository import finding, held_label, items
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
from gateway.view import public_id
from labels.item import SUBMISSION_SET as SUBMISSION_SET_TYPE
from labels.label import join
from labels.last_word import concerns
from labels.policy.clearance import Clearance, Permit
from mappings.mapped import Issue, Refused, refuse
from mappings.submission import Document, Submission

Json = dict[str, Any]

NOT_REPLACED = Issue(
    "warning",
    "not-found",
    "DocumentReference.relatesTo.target",
    "The document to replace is not among those you may replace.",
    "Le document à remplacer n'est pas parmi ceux que vous pouvez remplacer.",
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one document: its public id, whether it is new, what to know."""

    id: str
    created: bool
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Intake:
    """One depositor before one record, in one transaction."""

    connection: Connection
    principal: Principal
    record: Record
    at: datetime
    request_id: str = ""

    @property
    def place(self) -> tuple[Connection, Record]:
        """The transaction and the record, which every statement is about."""
        return self.connection, self.record

    @property
    def own(self) -> Clearance:
        """What the depositor may replace or deposit again: his own, and his structure's.

        Not what he may read: a reader of the care team replaces nobody's document.
        """
        mine = frozenset({self.principal.subject, self.principal.depositor})
        return Clearance((Permit("depositor", own_of=mine),))


def keep_document(intake: Intake, document: Document, labelled: Labelled) -> Receipt:
    """Keep a document with its label, and what it replaces; raises ``Refused``.

    409 for another content under a known identifier, 422 for a replacement of nothing.
    """
    unique = indexing.unique_identifier(document.reference)
    digest, label = sha256(document.body).hexdigest(), labelled.label
    known = _already(intake, DOCUMENT, unique, digest)
    if known is not None:
        _raise(intake, DOCUMENT, known, label)
        return known
    replaced = _replaced(intake, document)
    item_id = uuid4().hex
    if replaced is not None:
        label = labelling.inheriting(label, replaced.label)
        _decisions_of(intake, replaced.id, item_id, same=False)
    for twin_id, twin in finding.same_bytes(*intake.place, digest):
        label = labelling.inheriting(label, twin)
        _decisions_of(intake, twin_id, item_id, same=True)
    label = _spoken(intake, label, item_id)
    new = _new_document(intake, document, replace(labelled, label=label), item_id)
    items.add(intake.connection, intake.record, new)
    if replaced is not None:
        items.add_link(*intake.place, item_id, REPLACES, replaced.id)
    alone = bool(document.replaces) and replaced is None
    issues = (NOT_REPLACED,) if alone else ()
    return Receipt(public_id(intake.record, new.facts.id), created=True, issues=issues)


def _raise(intake: Intake, kind: str, known: Receipt, label: HeldLabel) -> None:
    """Join what a repeated deposit asks for: it may raise the label, never lower it."""
    item_id = Reference.parse(known.id).item_id
    found = finding.find(intake.connection, intake.record, intake.own, item_id, kind)
    if found is None:
        return
    submitted = join(found.label.submitted, label.submitted)
    if submitted != found.label.submitted:
        raised = items.with_label(found, replace(found.label, submitted=submitted))
        items.relabel(intake.connection, intake.record, raised)


def _already(intake: Intake, kind: str, unique: str, digest: str) -> Receipt | None:
    """Return the receipt of what this organisation has deposited before.

    Raises ``Refused`` (409) when the same identifier comes with another content.
    """
    found = finding.deposited(
        intake.connection, intake.record, intake.principal.depositor, kind, unique
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
    """Return what the document replaces; hidden and absent get the same answer.

    Raises ``Refused`` (422) when the deposit makes no sense without it.
    """
    if not document.replaces:
        return None
    for item_id in indexing.candidates(intake.connection, intake.record, document):
        found = finding.find(intake.connection, intake.record, intake.own, item_id)
        if found is not None:
            return found
    if not document.must_replace:
        return None
    raise Refused(422, replace(NOT_REPLACED, severity="error"))


def _new_document(
    intake: Intake, document: Document, labelled: Labelled, item_id: str
) -> NewItem:
    reference, principal = document.reference, intake.principal
    facts = held_label.facts(
        item_id,
        labelled.label.frame,
        indexing.document_type(reference),
        principal.subject,
        principal.depositor,
    )
    return NewItem(
        kind=DOCUMENT,
        facts=facts,
        label=labelled.label,
        content=indexing.stored_reference(reference),
        unique=indexing.unique_identifier(reference),
        digest=sha256(document.body).hexdigest(),
        dated=indexing.dated(reference, intake.at),
        recorded=intake.at,
        tokens=indexing.tokens(reference),
        original=document.body,
        places=labelled.places,
    )


def _decisions_of(intake: Intake, old_id: str, new_id: str, *, same: bool) -> None:
    """Have what the patient decided about a document hold for its next version or copy."""
    directives.extend(*intake.place, old_id, new_id, same=same)
    label_words.extend(*intake.place, old_id, new_id)


def _spoken(intake: Intake, label: HeldLabel, item_id: str) -> HeldLabel:
    """Return the label with what the patient said that concerns the new item."""
    said = (each.word for each in label_words.in_force(*intake.place))
    return replace(label, words=frozenset(w for w in said if concerns(w, item_id)))


def keep_set(
    intake: Intake, submission: Submission, receipts: tuple[Receipt, ...]
) -> Receipt | None:
    """Keep the submission set with links to its members; one sent twice is one."""
    content = submission.submission_set
    if content is None:
        return None
    unique = indexing.unique_identifier(content)
    digest = sha256("\n".join(each.id for each in receipts).encode()).hexdigest()
    label = labelling.label_set(submission)
    known = _already(intake, SUBMISSION_SET, unique, digest)
    if known is not None:
        _raise(intake, SUBMISSION_SET, known, label)
        return known
    # What concerns a set that is new concerns every item: nobody has named it yet.
    label = _spoken(intake, label, "")
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
        uuid4().hex,
        label.frame,
        SUBMISSION_SET_TYPE,
        principal.subject,
        principal.depositor,
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
