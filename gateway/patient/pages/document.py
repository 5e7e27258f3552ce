"""One document: what it is about and why, who sees it and why, to mask or to show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response

from gateway.consents.label_words import HeldWord
from gateway.patient import papers, sight
from gateway.patient.offer import offer
from gateway.patient.pages.documents import line
from gateway.patient.reasons import Reason, reasons
from gateway.patient.record import Open
from gateway.patient.sight import Extent
from gateway.patient.telling import Teller, bearing_on
from gateway.patient.visit import Visit
from gateway.repository.items import Stored
from labels import last_word
from labels.codes import Category, Confidentiality, Mark
from labels.policy import explain
from labels.policy.clearance import Clearance

MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject with the reasons why the document is said to be about it.

    ``yours`` says that the patient said so, ``submitted`` that who deposited it did.
    """

    value: str
    name: str
    reasons: tuple[Reason, ...]
    more: int
    yours: bool
    submitted: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """A reader, how much of the document they see, and the sentences that say why.

    ``without`` says what is left out of what is seen in part, ``closed`` why.
    """

    reader: str
    extent: Extent
    sentence: str
    without: str = ""
    closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision about the document that can be ended: by a mark, or by its id.

    Masks and permissions are a ``decision``, what was said is a ``word``, or several.
    """

    sentence: str
    mark: str = ""
    decision: str = ""
    word: str = ""


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
    teller, cleared = visit.teller(record), visit.cleared(record)
    return visit.page(
        "document",
        status,
        line=line(record, stored, teller, cleared),
        finding=finding(stored),
        subjects=list(subjects(stored, teller)) if record.own else [],
        sights=[
            sight_of(visit, record, stored, teller, theirs, teller.described(reader))
            for reader, theirs in cleared
        ],
        others=list(others(stored, teller)),
        denied=any(not each.sensitive for each in stored.label.words),
        decided=list(decided(record, stored, teller)),
        passages=has_passages(record, stored),
        spoken=any(each.place for each in stored.label.words),
        offer=offer(record, teller),
        own=record.own,
        error=error,
        given=visit.form if error else {},
        came_for=f"/documents/{record.public_id(stored)}",
    )


def subjects(stored: Stored, teller: Teller) -> Iterable[Subject]:
    """Yield the subjects of a document with their evidence."""
    label, displays = stored.label.effective, papers.displays_of(stored)
    for category in Category:
        if category in label.categories:
            found = reasons(label.evidence, category, displays, teller.words)
            kept = found[:MOST_REASONS]
            yield Subject(
                category.value,
                teller.words.category(category),
                kept,
                len(found) - len(kept),
                yours=_said(stored, category),
                submitted=_submitted(stored, category),
            )


def others(stored: Stored, teller: Teller) -> Iterable[tuple[str, str]]:
    """Yield the subjects that the document is not said to be about, by name."""
    free = frozenset(Category) - stored.label.effective.categories
    named = ((teller.words.category(each), each.value) for each in free)
    yield from ((value, name) for name, value in sorted(named))


def _said(stored: Stored, category: Category) -> bool:
    words = stored.label.words
    return any(each.sensitive and category in each.categories for each in words)


def _submitted(stored: Stored, category: Category) -> bool:
    asked = (stored.label.submitted, stored.label.submitted_before)
    return any(category in each.categories for each in asked)


def finding(stored: Stored) -> str:
    """Return the case a document is, by which its reasons are introduced.

    ``sensitive``: restricted, whatever the reason. ``about``: it has subjects, none of
    which restricts it (contraception of an adult). ``ordinary``: nothing of the kind.
    """
    label = stored.label.effective
    if label.confidentiality > Confidentiality.N or Mark.OPAQUE in label.marks:
        return "sensitive"
    return "about" if label.categories else "ordinary"


def has_passages(record: Open, stored: Stored) -> bool:
    """Whether anything was found, masked or said in a place of the document."""
    situation = record.situation
    masked = {item for each in situation.directives for item, _ in each.places}
    return stored.id in masked or bool(situation.places_of(stored))


def sight_of(
    visit: Visit,
    record: Open,
    stored: Stored,
    teller: Teller,
    cleared: Clearance,
    name: str,
) -> Sight:
    """Return how much of a document the holder of a clearance sees, and why not more."""
    rules, lang = visit.house.services.rules, visit.words.lang
    sentence = explain.plainly(cleared, stored.facts, rules, lang)
    portion = sight.portion(cleared, stored, record.situation)
    if portion.extent is not Extent.PART:
        return Sight(name, portion.extent, sentence)
    places = sight.withheld(cleared, stored, portion, record.situation)
    closed = [explain.plainly(cleared, each, rules, lang) for each in places]
    without = teller.without(portion)
    return Sight(name, portion.extent, sentence, without, tuple(dict.fromkeys(closed)))


def decided(record: Open, stored: Stored, teller: Teller) -> Iterable[Decided]:
    """Yield what the patient decided about the document, or about what it speaks of."""
    if not record.own:
        return
    for mark, name in teller.marks():
        if mark in stored.whole.marks:
            audience = teller.words(f"audience.{name}", name="")
            sentence = teller.words("decided.mask", audience=audience)
            yield Decided(sentence, mark=Mark(mark).value)
    for each in bearing_on(stored, record.situation):
        yield Decided(teller.decided(each), decision=each.id)
    words = [
        each
        for each in record.situation.words
        if last_word.concerns(each.word, stored.id) and not each.word.place
    ]
    yield from said(words, teller)


def said(words: Iterable[HeldWord], teller: Teller) -> Iterable[Decided]:
    """Yield what was said, each sentence once, with the words that it stands for."""
    found: dict[str, list[str]] = {}
    for held in words:
        found.setdefault(teller.said(held.word), []).append(held.id)
    for sentence, ids in found.items():
        yield Decided(sentence, word=" ".join(ids))
