"""Items of one record kept in another too, under its own key, with their labels and links."""

from dataclasses import replace
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import Connection

from gateway import indexing
from gateway.consents import label_words
from gateway.labelling import Labelled
from gateway.lifecycle import copied
from gateway.repository import finding, items, keeping, place_labels, standing
from gateway.repository.items import (
    DOCUMENT,
    MEMBER,
    REPLACES,
    NewItem,
    Stored,
)
from gateway.repository.records import Record
from gateway.sandbox import PDFS, at_most
from labels.codes import Mark
from mappings.pdf import PdfReader


def transferable(connection: Connection, source: Record) -> list[Stored]:
    """Return what is to be kept in another record: all, what is refused with its mark.

    Raises ``ValueError`` when something waits for the patient's review.
    """
    found = list(keeping.every(connection, source))
    if any(Mark.HELD in each.label.effective.marks for each in found):
        raise ValueError("a deposit waits for the patient's review")
    return found


def transfer(
    connection: Connection,
    source: Record,
    target: Record,
    found: list[Stored],
    pdf: PdfReader,
) -> dict[str, str]:
    """Keep the items in the target too; returns the new id of each.

    A copy has the same author and date, the label of before with what the identity of the
    target adds to it (``copied.py``), and its own identity: the same document in both
    records is two.
    """
    ids = {each.id: uuid4().hex for each in found}
    places = place_labels.of_items(connection, source, ids)
    for each in found:
        document = each.kind == DOCUMENT
        original = finding.original(connection, source, each) if document else None
        before = Labelled(each.label, places[each.id])
        who = source.identity, target.identity
        one = at_most(PDFS, pdf)
        label = copied.labelled(each, before, original or b"", who, one)
        new = _new(each, label, original, ids[each.id])
        items.add(connection, target, new)
    for code in (REPLACES, MEMBER):
        links = finding.targets(connection, source, keeping.KEEPER, code, ids)
        for old, linked in links.items():
            for other in linked:
                if other in ids:
                    items.add_link(connection, target, ids[old], code, ids[other])
    _say(connection, source, target, ids)
    return ids


def _new(
    stored: Stored,
    labelled: Labelled,
    original: bytes | None,
    new_id: str,
) -> NewItem:
    unique = indexing.unique_identifier(stored.content)
    facts = items.with_label(stored, labelled.label).facts
    return NewItem(
        stored.kind,
        replace(facts, id=new_id),
        labelled.label,
        stored.content,
        f"{unique}#{stored.id}",  # as a record may hold two of them, one a copy
        sha256(original if original is not None else new_id.encode()).hexdigest(),
        stored.dated,
        stored.recorded,
        indexing.tokens(stored.content),
        original,
        labelled.places,
        announced=stored.facts.announced,
    )


def _say(
    connection: Connection, source: Record, target: Record, ids: dict[str, str]
) -> None:
    """Have what was said of single items, and how they stand, hold for their copies."""
    for old, said in standing.of_items(connection, source, ids).items():
        standing.keep(connection, target, ids[old], said)
    for held in label_words.in_force(connection, source):
        named = frozenset(ids[each] for each in held.word.items if each in ids)
        if named and held.said is not None:
            word = replace(held.word, items=named)
            label_words.say(connection, target, word, held.said)
