"""Stories: what happens in a world, and what of it one reader may not see.

A story is a list of events. What is hidden from its reader is asked of the second
evaluator of the rules (tests/properties/reference.py) about facts that are known here,
never of the gateway. The twin of a world is the same story without what is hidden: the
purge of Goguen and Meseguer, on the trace and not on what it left behind.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from gateway.demo.world.people import Patient
from labels.codes import Category, Confidentiality, Mark
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.item import Item
from labels.policy.question import Question
from tests.noninterference.documents import Paper, world
from tests.properties.reference import evaluate

START = datetime(2026, 11, 22, 8, tzinfo=UTC)
NEUTRAL = "CR ou fiche de consultation ou de visite"
"""The name of the type of the visit: the title that a rendition puts for one that tells."""
FACT_OF = {
    "sentence": Category.HIV,
    "item": Category.HIV,
    "paragraph": Category.HIV,
    "linked": Category.ABORTION,
}


@dataclass(frozen=True, slots=True)
class Deposit:
    """A document comes in; ``lot`` names the submission set it comes with.

    ``subject`` is what its title tells of, if it tells of anything.
    """

    name: str
    patient: str
    author: str
    paper: Paper
    route: str
    subject: Category | None = None
    marks: frozenset[Mark] = frozenset()
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """The patient masks a document, or shows again what was masked."""

    name: str
    about: str
    lifted: bool = False
    mark: Mark = Mark.MASQUE_PS


@dataclass(frozen=True, slots=True)
class Denial:
    """The patient says in a Consent that nobody shall see a document."""

    name: str
    about: str


Event = Deposit | Word | Denial
Untold = dict[str, frozenset[str]]
"""Of each document by name, the parts that somebody may not see."""


@dataclass(frozen=True, slots=True)
class Story:
    """What happens in a record, and who looks at it."""

    patient: str
    reader: str
    events: tuple[Event, ...]

    @property
    def deposits(self) -> dict[str, Deposit]:
        """The documents by name."""
        return {each.name: each for each in self.events if isinstance(each, Deposit)}

    @property
    def person(self) -> Patient:
        """The person of the record."""
        return world().patients[self.patient]

    @property
    def denied(self) -> frozenset[str]:
        """The documents that the patient denies to everybody in a Consent."""
        return frozenset(e.about for e in self.events if isinstance(e, Denial))

    def asked(self, question: Question) -> Question:
        """Return what is asked with what the patient said in Consents."""
        everybody = Audience(AudienceKind.EVERYONE)
        said = tuple(
            Directive(name, Effect.MASK, everybody, items=frozenset({name}))
            for name in sorted(self.denied)
        )
        return replace(question, directives=(*question.directives, *said))

    def hidden(self, question: Question) -> frozenset[str]:
        """Return the documents that the reader who asks ``question`` may not see."""
        question = self.asked(question)
        named = self.deposits.values()
        seen = {each.name for each in named if _seen(self, each, question)}
        return frozenset(self.deposits) - seen

    def untold(self, question: Question) -> Untold:
        """Return the parts of documents (title, fact) that the reader may not see."""
        question = self.asked(question)
        return {
            name: frozenset(
                part
                for part, about in _parts(each).items()
                if not _part_seen(self, each, about, question)
            )
            for name, each in self.deposits.items()
        }

    def lots_in_order(self, hidden: frozenset[str]) -> "Story":
        """Return the story with what is hidden at the end of each lot.

        The ids of a lot are drawn in turns: those of what is seen must come first, so
        that they are the same in a world where the rest of the lot never was.
        """
        events = list(self.events)
        lots = {each.lot for each in self.deposits.values()} - {""}
        for lot in lots:
            where = [
                i
                for i, e in enumerate(events)
                if isinstance(e, Deposit) and e.lot == lot
            ]
            ordered = sorted((events[i] for i in where), key=lambda e: e.name in hidden)
            for i, each in zip(where, ordered, strict=True):
                events[i] = each
        return replace(self, events=tuple(events))

    def without(self, hidden: Iterable[str], untold: Untold) -> "Story":
        """Return the twin: neither the documents, nor words about them, nor their parts."""
        gone = set(hidden)
        kept = [
            replace(each, paper=_silent(each.paper, untold[each.name]))
            if isinstance(each, Deposit)
            else each
            for each in self.events
            if (each.name if isinstance(each, Deposit) else each.about) not in gone
        ]
        return replace(self, events=tuple(kept))


def _silent(paper: Paper, parts: frozenset[str]) -> Paper:
    """Return what a document says without some of its parts."""
    title = NEUTRAL if "title" in parts else paper.title
    return replace(paper, title=title, fact="" if "fact" in parts else paper.fact)


def _spoken_of(story: Story, name: str) -> bool:
    return any(isinstance(e, Word) and e.about == name for e in story.events)


def masked(story: Story, name: str) -> bool:
    """Tell whether the last word of the patient about a document is a mask."""
    said = [e for e in story.events if isinstance(e, Word) and e.about == name]
    return bool(said) and not said[-1].lifted


def _parts(deposit: Deposit) -> dict[str, Category]:
    """Return what tells in a document, and what it tells of."""
    found = {} if deposit.subject is None else {"title": deposit.subject}
    if deposit.paper.fact:
        found["fact"] = FACT_OF[deposit.paper.fact]
    return found


def item(story: Story, deposit: Deposit) -> Item:
    """Return the facts of a document less its parts, as they are by construction.

    A new version inherits what its author stated of the old one, and what the old one
    told that is not found again in the new.
    """
    said, marks = set(_parts(deposit).values()), set(deposit.marks)
    lost: set[Category] = set()
    levels = [Confidentiality[deposit.paper.level]]
    for before in _ancestors(story, deposit):
        lost |= set(_parts(before).values()) - said
        marks |= before.marks
        levels.append(Confidentiality[before.paper.level])
    if masked(story, deposit.name):
        marks.add(Mark.MASQUE_PS)
    elif _spoken_of(story, deposit.name):
        marks.discard(Mark.MASQUE_PS)
    author = world().readers[deposit.author]
    return Item(
        id=deposit.name,
        type=deposit.paper.type,
        confidentiality=max(*levels, _level(story, lost)),
        categories=frozenset(lost),
        marks=frozenset(marks),
        author=author.id,
        organization=author.organization,
        dated=deposit.paper.at,
        told=frozenset(lost | said),
        announced=START,
    )


def _ancestors(story: Story, deposit: Deposit) -> list[Deposit]:
    """Return what a document takes the place of, all by the same author."""
    named = {
        each.paper.oid: each
        for each in story.deposits.values()
        if each.author == deposit.author
    }
    before = named.get(deposit.paper.follows)
    return [] if before is None else [before, *_ancestors(story, before)]


def _level(story: Story, categories: Iterable[Category]) -> Confidentiality:
    born = datetime.fromisoformat(story.person.traits.birth_date).replace(tzinfo=UTC)
    minor = START - born < timedelta(days=365.25 * 18)
    facts = [each.facts for each in categories]
    levels = [each.minor if minor else each.adult for each in facts]
    return max((Confidentiality.N, *levels))


def _seen(story: Story, deposit: Deposit, question: Question) -> bool:
    return evaluate(question, item(story, deposit))[0]


def _part_seen(
    story: Story, deposit: Deposit, about: Category, question: Question
) -> bool:
    whole = item(story, deposit)
    level = max(whole.confidentiality, _level(story, [about]))
    part = replace(
        whole, categories=whole.categories | {about}, confidentiality=level, place="/a"
    )
    return evaluate(question, part)[0]
