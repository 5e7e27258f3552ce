"""One document passage by passage: what was found where, to mask it or to deny it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Response

from gateway.patient import papers, sight
from gateway.patient.offer import Offer, offer
from gateway.patient.pages.document import Decided, said
from gateway.patient.passages import Passage, Read
from gateway.patient.reasons import Reason, reasons
from gateway.patient.record import Open
from gateway.patient.telling import Teller
from gateway.patient.visit import Visit
from gateway.repository.items import Stored
from labels import last_word
from labels.codes import Category

MOST_PASSAGES = 100


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing a passage was recognised by, and the rules that go by it, in one field."""

    reason: Reason
    rules: str


@dataclass(frozen=True, slots=True)
class Line:
    """A passage in words: as found, its subjects, by what, who reads on without it."""

    key: str
    text: str
    subjects: tuple[str, ...]
    signs: tuple[Sign, ...]
    denied: bool
    decided: tuple[Decided, ...]
    without: tuple[str, ...]


def show(visit: Visit, public_id: str) -> Response:
    """Show the passages of a document to the patient; to anybody else there is nothing."""
    with visit.record() as record:
        stored = record.document(public_id) if record.own else None
        if stored is None:
            return visit.not_found()
        return page(visit, record, stored)


def page(
    visit: Visit, record: Open, stored: Stored, error: str = "", status: int = 200
) -> Response:
    """Answer with the passages of a document, with what was unclear in a form if any was."""
    read = record.read(stored)
    if read is None:
        return visit.not_found()
    teller = visit.teller(record)
    found = read.passages[:MOST_PASSAGES]
    seen = sight.portions(stored, visit.cleared(record), record.situation)
    parts = [(reader.name, portion.left_out) for reader, portion in seen]
    public_id = record.public_id(stored)
    return visit.page(
        "passages",
        status,
        id=public_id,
        title=teller.title(stored),
        lines=[_line(each, read, record, teller, parts) for each in found],
        more=len(read.passages) - len(found),
        divisible=stored.label.separable,
        audiences=audiences(offer(record, teller), teller),
        error=error,
        came_for=f"/documents/{public_id}/passages",
    )


def audiences(offered: Offer, teller: Teller) -> list[tuple[str, str]]:
    """Return from whom a passage can be masked: how a form names them, and in words."""
    kinds = ("professionals", "everyone")
    everybody = [(kind, teller.words(f"passage.{kind}")) for kind in kinds]
    return [*everybody, *offered.people]


def _line(
    passage: Passage,
    read: Read,
    record: Open,
    teller: Teller,
    parts: Iterable[tuple[str, frozenset[str]]],
) -> Line:
    stored = read.opened.stored
    left = last_word.apply(
        passage.label, stored.id, [each.word for each in record.situation.words]
    ).categories
    names = [teller.words.category(c) for c in Category if c in left]
    own = frozenset(passage.places)
    return Line(
        passage.key,
        passage.text,
        tuple(names),
        tuple(signs(passage, read, teller)),
        bool(passage.label.categories - left),
        tuple(decided(passage, record, teller, stored)),
        tuple(name for name, left_out in parts if left_out & own),
    )


def signs(passage: Passage, read: Read, teller: Teller) -> Iterator[Sign]:
    """Yield what a passage was recognised by, with every rule that goes by the same."""
    displays = read.displays | papers.displays_of(read.opened.stored)
    label = passage.label
    for category in Category:
        for each in reasons(label.evidence, category, displays, teller.words):
            seen = each.evidence.what.casefold()
            rules = dict.fromkeys(
                other.rule
                for other in label.evidence
                if other.what.casefold() == seen
                and last_word.category_of(other) == category
            )
            yield Sign(each, " ".join(rules))


def decided(
    passage: Passage, record: Open, teller: Teller, stored: Stored
) -> Iterator[Decided]:
    """Yield what the patient decided about a passage, or about what it goes by."""
    for each in record.situation.directives:
        if any(i == stored.id and passage.holds(p) for i, p in each.places):
            yield Decided(teller.decided(each), decision=each.id)
    rules = {each.rule for each in passage.label.evidence}
    words = [
        held
        for held in record.situation.words
        if held.word.rule in rules
        or (stored.id in held.word.items and _in(passage, held.word.place))
    ]
    yield from said(words, teller)


def _in(passage: Passage, place: str) -> bool:
    return bool(place) and passage.holds(place)
