"""Submission sets: what they are in the record, and which documents they hold."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

from gateway import indexing, labelling
from gateway.references import Reference
from gateway.repository import held_label, items
from gateway.repository.held_label import HeldLabel
from gateway.repository.items import MEMBER, SUBMISSION_SET, NewItem
from gateway.taking import Intake, Receipt, already, raise_label, spoken
from gateway.view import public_id
from labels.item import SUBMISSION_SET as SUBMISSION_SET_TYPE
from mappings.submission import Document, Submission

Json = dict[str, Any]


def keep_set(
    intake: Intake, submission: Submission, receipts: tuple[Receipt, ...]
) -> Receipt | None:
    """Keep the submission set with links to its members; one sent twice is one."""
    content = submission.submission_set
    if content is None:
        return None
    unique = indexing.unique_identifier(content)
    digest = sha256("\n".join(map(_told, submission.documents)).encode()).hexdigest()
    label = labelling.label_set(submission, intake.record.identity)
    known = already(intake, SUBMISSION_SET, unique, digest)
    if known is not None:
        raise_label(intake, SUBMISSION_SET, known, label)
        # Anew in a known set is what was refused, erased, and sent again.
        _hold(intake, Reference.parse(known.id).item_id, receipts, anew=True)
        return known
    # What concerns a set that is new concerns every item: nobody has named it yet.
    label = spoken(intake, label, "")
    new = _new_set(intake, content, label, unique, digest)
    items.add(intake.connection, intake.record, new)
    _hold(intake, new.facts.id, receipts)
    return Receipt(public_id(intake.record, new.facts.id), created=True)


def _told(document: Document) -> str:
    """Return what a set tells of one of its documents: its identifier and its bytes."""
    unique = indexing.unique_identifier(document.reference)
    return f"{unique} {sha256(document.body).hexdigest()}"


def _hold(
    intake: Intake, set_id: str, receipts: tuple[Receipt, ...], *, anew: bool = False
) -> None:
    """Link a set to its members, or to those only that are new."""
    for receipt in receipts:
        if receipt.created or not anew:
            member = Reference.parse(receipt.id).item_id
            items.add_link(*intake.place, set_id, MEMBER, member)


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
