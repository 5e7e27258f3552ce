"""The list of documents: date, type, title, author, subjects, who sees it."""

from dataclasses import dataclass

from flask import Response

from gateway.patient import papers, sight
from gateway.patient.record import Open
from gateway.patient.telling import Teller, bearing_on, is_mask
from gateway.patient.visit import Visit
from gateway.repository.items import Stored
from labels.codes import Category, Mark
from labels.policy.rule import Rules


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
    hidden: tuple[str, ...] = ()
    seen_by: tuple[str, ...] = ()
    not_seen_by: tuple[str, ...] = ()


def show(visit: Visit) -> Response:
    """Show every document that who is signed in may see."""
    with visit.record() as record:
        teller = visit.teller(record)
        rules = visit.house.services.rules
        lines = [
            line(record, each, teller, rules) for each in record.situation.documents
        ]
        return visit.page("documents", lines=lines, own=record.own)


def line(record: Open, stored: Stored, teller: Teller, rules: Rules) -> Line:
    """Return one document in words, with masks and readers for the patient alone."""
    author = papers.author_of(stored)
    label = stored.label.effective if record.own else stored.label.of_content
    subjects = [teller.words.category(c) for c in Category if c in label.categories]
    seen, not_seen = _readers(record, stored, rules)
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
        tuple(hidden_from(record, stored, teller)),
        seen,
        not_seen,
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
    masks = filter(is_mask, bearing_on(stored, record.situation))
    return [*told, *dict.fromkeys(teller.audience(each.audience) for each in masks)]


def _readers(
    record: Open, stored: Stored, rules: Rules
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    judged = sight.decisions(stored, record.readers, record.situation, rules)
    seen = tuple(reader.name for reader, decision in judged if decision.permitted)
    others = (reader.name for reader, decision in judged if not decision.permitted)
    return seen, tuple(others)
