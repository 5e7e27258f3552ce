"""One document: what it is about and why, who sees it and why, to mask or to show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response

from gateway.patient import sight
from gateway.patient.offer import offer
from gateway.patient.pages.documents import line
from gateway.patient.record import Open
from gateway.patient.telling import Teller, bearing_on
from gateway.patient.visit import Visit
from gateway.repository.items import Stored
from labels.codes import Category, Mark
from labels.label import Evidence
from labels.policy import explain

MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject with the reasons why the document is said to be about it."""

    name: str
    reasons: tuple[Evidence, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Sight:
    """A reader, whether they see the document, and the sentence that says why."""

    reader: str
    sees: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision about the document that can be ended: by a mark, or by its id."""

    sentence: str
    mark: str = ""
    decision: str = ""


def show(visit: Visit, public_id: str) -> Response:
    """Show one document; unknown, hidden and another person's are one answer."""
    with visit.record() as record:
        stored = record.document(public_id)
        if stored is None:
            return visit.not_found()
        return page(visit, record, stored)


def page(
    visit: Visit, record: Open, stored: Stored, error: str = "", status: int = 200
) -> Response:
    """Answer with the page of a document, with what was unclear in a form if any was."""
    teller = visit.teller(record)
    return visit.page(
        "document",
        status,
        line=line(record, stored, teller, visit.house.services.rules),
        subjects=list(subjects(stored, teller)) if record.own else [],
        sights=sights(visit, record, stored, teller),
        decided=list(decided(record, stored, teller)),
        offer=offer(record, teller),
        own=record.own,
        error=error,
        given=visit.form if error else {},
        came_for=f"/documents/{record.public_id(stored)}",
    )


def subjects(stored: Stored, teller: Teller) -> Iterable[Subject]:
    """Yield the subjects of a document with their evidence."""
    label = stored.label.effective
    for category in Category:
        if category in label.categories:
            found = _reasons(label.evidence, category)
            kept = found[:MOST_REASONS]
            name = teller.words.category(category)
            yield Subject(name, kept, len(found) - len(kept))


def _reasons(evidence: Iterable[Evidence], category: Category) -> tuple[Evidence, ...]:
    """Return the first reason for each thing seen: the same word twice is one reason."""
    own = [e for e in evidence if e.rule.split("/")[0] == category.value]
    return tuple({each.what.casefold(): each for each in reversed(own)}.values())[::-1]


def sights(visit: Visit, record: Open, stored: Stored, teller: Teller) -> list[Sight]:
    """Return who sees the document and who does not, each with the reason."""
    rules, lang = visit.house.services.rules, visit.words.lang
    judged = sight.decisions(stored, record.readers, record.situation, rules)
    return [
        Sight(
            teller.described(reader),
            decision.permitted,
            explain.sentence(decision, rules, lang),
        )
        for reader, decision in judged
    ]


def decided(record: Open, stored: Stored, teller: Teller) -> Iterable[Decided]:
    """Yield what the patient decided about the document, or about what it speaks of."""
    if not record.own:
        return
    for mark, name in teller.marks():
        if mark in stored.facts.marks:
            audience = teller.words(f"audience.{name}", name="")
            said = teller.words("decided.mask", audience=audience)
            yield Decided(said, mark=Mark(mark).value)
    for each in bearing_on(stored, record.situation):
        yield Decided(teller.decided(each), decision=each.id)
