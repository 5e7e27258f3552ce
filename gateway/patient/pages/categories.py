"""Whole subjects: mask or show every document that speaks of one, now and later."""

from dataclasses import dataclass

from flask import Response

from gateway.patient.offer import offer
from gateway.patient.pages.document import Decided, said
from gateway.patient.record import Open
from gateway.patient.telling import Teller
from gateway.patient.visit import Visit
from labels.codes import Category


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject, how many documents speak of it, and what is decided about it."""

    value: str
    name: str
    count: int
    decided: tuple[Decided, ...]


def show(visit: Visit) -> Response:
    """Show the subjects: those of the record first, each with its decisions."""
    with visit.record() as record:
        return page(visit, record)


def page(visit: Visit, record: Open, error: str = "", status: int = 200) -> Response:
    """Answer with the page of subjects, with what was unclear in a form if any was."""
    teller = visit.teller(record)
    return visit.page(
        "categories",
        status,
        subjects=subjects(record, teller) if record.own else [],
        offer=offer(record, teller),
        own=record.own,
        error=error,
        given=visit.form if error else {},
        came_for="/categories",
    )


def subjects(record: Open, teller: Teller) -> list[Subject]:
    """Return every subject, those that documents speak of first, then by name."""
    found = [_subject(record, teller, each) for each in Category]
    return sorted(found, key=lambda each: (not each.count, each.name))


def _subject(record: Open, teller: Teller, category: Category) -> Subject:
    documents = record.situation.documents
    decided = [
        Decided(teller.decided(each), decision=each.id)
        for each in record.situation.directives
        if category in each.categories
    ]
    words = [
        each
        for each in record.situation.words
        if each.word.rule.partition("/")[0] == category
    ]
    decided += said(words, teller)
    return Subject(
        category.value,
        teller.words.category(category),
        sum(category in each.whole.categories for each in documents),
        tuple(decided),
    )
