"""What a submission becomes in the record: items, originals, links; one sent twice is one.

Every function works for one depositor before one record, inside one transaction.
"""

from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import uuid4

from gateway import indexing, labelling, twins
from gateway.consents import announcements, directives, label_words, reviewing
from gateway.consents.reviewing import Answer
from gateway.labelling import Labelled
from gateway.notify import notices
from gateway.repository import finding, held_label, indexed, items, keeping
from gateway.repository.held_label import HeldLabel
from gateway.repository.items import (
    DOCUMENT,
    REPLACES,
    NewItem,
    Stored,
)
from gateway.taking import Intake, Receipt, already, raise_label, spoken
from gateway.view import public_id
from mappings.mapped import Issue, Refused
from mappings.submission import Document

Json = dict[str, Any]

NOT_REPLACED = Issue(
    "warning",
    "not-found",
    "DocumentReference.relatesTo.target",
    "The document to replace is not among those you may replace.",
    "Le document à remplacer n'est pas parmi ceux que vous pouvez remplacer.",
)


def keep_document(intake: Intake, document: Document, labelled: Labelled) -> Receipt:
    """Keep a document with its label, and what it replaces; raises ``Refused``.

    409 for another content under a known identifier, 422 for a replacement of nothing.
    """
    unique = indexing.unique_identifier(document.reference)
    digest, label = sha256(document.body).hexdigest(), labelled.label
    known = already(intake, DOCUMENT, unique, digest)
    if known is not None:
        raise_label(intake, DOCUMENT, known, label)
        return known
    replaced = _replaced(intake, document)
    item_id, twins_here = uuid4().hex, twins.tokens(document)
    before = {replaced.id} if replaced is not None else set()
    if replaced is not None:
        label = _succeeding(intake, label, replaced, item_id)
    for copy_id, copied in finding.same_bytes(*intake.place, digest):
        before.add(copy_id)
        label = labelling.inheriting(label, copied)
        _decisions_of(intake, copy_id, item_id, same=True)
    for twin in _same_results(intake, twins_here, digest):
        before.add(twin.id)
        label = _succeeding(intake, label, twin, item_id)
    label = _answered(intake, spoken(intake, label, item_id), digest)
    new = _new_document(intake, document, replace(labelled, label=label), item_id)
    waits = announcements.since(*intake.place, before, intake.at)
    new = replace(new, tokens=new.tokens | twins_here, announced=waits)
    items.add(*intake.place, new)
    announcements.begin(*intake.place, item_id, label, waits, intake.at)
    came = reviewing.Came(item_id, label, digest, intake.at, waits)
    reviewing.begin(*intake.place, came)
    if reviewing.waits(label):
        notices.tell(*intake.place, "deposit-waiting", intake.at)
    if replaced is not None:
        items.add_link(*intake.place, item_id, REPLACES, replaced.id)
    alone = bool(document.replaces) and replaced is None
    issues = (NOT_REPLACED,) if alone else ()
    return Receipt(public_id(intake.record, new.facts.id), created=True, issues=issues)


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


def _succeeding(
    intake: Intake, label: HeldLabel, before: Stored, item_id: str
) -> HeldLabel:
    """Return the label of what comes after another document, or tells the same results."""
    _decisions_of(intake, before.id, item_id, same=False)
    return labelling.inheriting(label, reviewing.succeeding(before.label))


def _same_results(
    intake: Intake, tokens: frozenset[tuple[str, str]], digest: str
) -> list[Stored]:
    """Return the documents that tell the same results in other bytes."""
    found = {
        item_id
        for param, value in tokens
        for item_id in indexed.by_token(*intake.place, param, value)
    }
    copies = {item_id for item_id, _ in finding.same_bytes(*intake.place, digest)}
    return list(keeping.named(*intake.place, frozenset(found - copies)))


def _answered(intake: Intake, label: HeldLabel, digest: str) -> HeldLabel:
    """Return the label under what the patient said of new documents."""
    about = label.effective.categories
    given = reviewing.answer(*intake.place, intake.principal, about, intake.at)
    if reviewing.refused_before(*intake.place, digest):
        given = Answer.REFUSE
    return reviewing.marked(label, given)


def _decisions_of(intake: Intake, old_id: str, new_id: str, *, same: bool) -> None:
    """Have what the patient decided about a document hold for its next version or copy."""
    directives.extend(*intake.place, (old_id, new_id), same=same)
    label_words.extend(*intake.place, old_id, new_id)
