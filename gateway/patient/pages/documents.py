"""The list of documents: date, type, title, author, subjects, who sees it."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response

from gateway import view
from gateway.patient import papers, sight
from gateway.patient.record import Open
from gateway.patient.sight import Cleared, Extent
from gateway.patient.telling import Teller, bearing_on, is_mask, speaks_of_whole
from gateway.patient.visit import Visit
from gateway.repository.items import Stored
from labels.codes import Category, Mark
from labels.consent import Directive


@dataclass(frozen=True, slots=True)
class Line:
    """One document of the list, in words.

    What only the patient may know is empty for anybody else.
    """

    id: str
    title: str
    day: str
    type: str
    author: str
    structure: str
    subjects: tuple[str, ...]
    opaque: bool
    replaced: bool = False
    waits: bool = False
    in_error: bool = False
    archived: bool = False
    hidden: tuple[str, ...] = ()
    hidden_part: tuple[str, ...] = ()
    seen_by: tuple[str, ...] = ()
    seen_in_part_by: tuple[str, ...] = ()
    not_seen_by: tuple[str, ...] = ()


def show(visit: Visit) -> Response:
    """Show every document that who is signed in may see."""
    with visit.record() as record:
        teller = visit.teller(record)
        cleared = visit.cleared(record)
        lines = [
            line(record, each, teller, cleared) for each in record.situation.documents
        ]
        return visit.page("documents", lines=lines, own=record.own)


def line(
    record: Open, stored: Stored, teller: Teller, cleared: Iterable[Cleared]
) -> Line:
    """Return one document in words, with masks and readers for the patient alone."""
    author = papers.author_of(stored)
    label = stored.label.effective if record.own else stored.label.of_content
    subjects = [teller.words.category(c) for c in Category if c in label.categories]
    seen = _readers(record, stored, teller, cleared)
    return Line(
        record.public_id(stored),
        teller.title(stored),
        teller.words.day(papers.day_of(stored)),
        papers.type_of(stored),
        author.name,
        author.structure,
        tuple(subjects),
        Mark.OPAQUE in label.marks,
        stored.replacements > 0,
        record.own and Mark.HELD in stored.whole.marks,
        stored.standing.in_error,
        view.archived(stored),
        tuple(hidden_from(record, stored, teller)),
        tuple(hidden_in_part(record, stored, teller)),
        *(tuple(seen[extent]) for extent in (Extent.ALL, Extent.PART, Extent.NOTHING)),
    )


def hidden_from(record: Open, stored: Stored, teller: Teller) -> list[str]:
    """Return from whom a document is masked, in words; nothing unless the patient asks."""
    if not record.own:
        return []
    marks = stored.whole.marks
    told = [
        teller.words(f"audience.{name}", name="")
        for mark, name in teller.marks()
        if mark in marks
    ]
    masks = [m for m in _masks(record, stored) if speaks_of_whole(m, stored)]
    return [*told, *dict.fromkeys(teller.audience(each.audience) for each in masks)]


def hidden_in_part(record: Open, stored: Stored, teller: Teller) -> list[str]:
    """Return from whom a part of a document is masked; nothing unless the patient asks."""
    if not record.own:
        return []
    masks = [m for m in _masks(record, stored) if not speaks_of_whole(m, stored)]
    return list(dict.fromkeys(teller.audience(each.audience) for each in masks))


def _masks(record: Open, stored: Stored) -> list[Directive]:
    return list(filter(is_mask, bearing_on(stored, record.situation)))


def _readers(
    record: Open, stored: Stored, teller: Teller, cleared: Iterable[Cleared]
) -> dict[Extent, list[str]]:
    """Return the names of who sees all, a part (with what is left out of it), nothing."""
    found: dict[Extent, list[str]] = {each: [] for each in Extent}
    for reader, portion in sight.portions(stored, cleared, record.situation):
        part = portion.extent is Extent.PART
        name = f"{reader.name} ({teller.without(portion)})" if part else reader.name
        found[portion.extent].append(name)
    return found
