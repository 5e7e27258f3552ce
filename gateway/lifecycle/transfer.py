"""Items of one record kept in another too, under its own key, with their labels and links."""

from dataclasses import replace
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import Connection

from gateway import indexing, labelling
from gateway.consents import label_words
from gateway.labelling import Labelled
from gateway.repository import finding, items, keeping, place_labels, standing
from gateway.repository.items import (
    DOCUMENT,
    MEMBER,
    REPLACES,
    NewItem,
    Stored,
)
from gateway.repository.place_labels import Places
from gateway.repository.records import Record
from labels.codes import Mark

REVIEWED = frozenset({Mark.HELD, Mark.REFUSED})


def transferable(connection: Connection, source: Record) -> list[Stored]:
    """Return what is to be kept in another record: all but what the patient refused.

    Raises ``ValueError`` when something waits for the patient's review.
    """
    found = list(keeping.every(connection, source))
    marks = {each.id: each.label.effective.marks for each in found}
    if any(Mark.HELD in each for each in marks.values()):
        raise ValueError("a deposit waits for the patient's review")
    return [each for each in found if not REVIEWED & marks[each.id]]


def transfer(
    connection: Connection, source: Record, target: Record, found: list[Stored]
) -> dict[str, str]:
    """Keep the items in the target too; returns the new id of each.

    A copy has the same author, date and label, and its own identity: the same document
    in both records is two.
    """
    ids = {each.id: uuid4().hex for each in found}
    places = place_labels.of_items(connection, source, ids)
    for each in found:
        new = _new(connection, source, each, ids[each.id])
        items.add(connection, target, _labelled(new, places[each.id], target))
    for code in (REPLACES, MEMBER):
        links = finding.targets(connection, source, keeping.KEEPER, code, ids)
        for old, linked in links.items():
            for other in linked:
                if other in ids:
                    items.add_link(connection, target, ids[old], code, ids[other])
    _say(connection, source, target, ids)
    return ids


def _new(
    connection: Connection, source: Record, stored: Stored, new_id: str
) -> NewItem:
    document = stored.kind == DOCUMENT
    original = finding.original(connection, source, stored) if document else None
    unique = indexing.unique_identifier(stored.content)
    return NewItem(
        stored.kind,
        replace(stored.facts, id=new_id),
        stored.label,
        stored.content,
        f"{unique}#{source.patient_id}",
        sha256(original if original is not None else new_id.encode()).hexdigest(),
        stored.dated,
        stored.recorded,
        indexing.tokens(stored.content),
        original,
        announced=stored.facts.announced,
    )


def _labelled(new: NewItem, places: Places, target: Record) -> NewItem:
    """Return the copy with its labels, of the whole alone if its new person needs it.

    What can be left out of a document was decided for who it was deposited for.
    """
    if new.original is None:
        return replace(new, places=places)
    content_type = new.content["content"][0]["attachment"]["contentType"]
    found = labelling.whole_if_ungiven(
        Labelled(new.label, places), new.original, content_type, target.identity
    )
    frame = found.label.frame
    facts = replace(
        new.facts,
        confidentiality=frame.confidentiality,
        categories=frame.categories,
        marks=frame.marks,
    )
    return replace(new, label=found.label, places=found.places, facts=facts)


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
