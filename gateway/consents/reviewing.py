"""What becomes of new deposits: taken, masked, held for the patient's review, refused.

The depositor never learns which: the answer, and what he sees later, are the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from gateway.consents import relations
from gateway.identity.principal import Principal
from gateway.repository import entries, outbox
from gateway.repository.entries import INTAKE, REVIEW
from gateway.repository.held_label import HeldLabel
from gateway.repository.records import Record
from labels.announcement import ends
from labels.codes import Category, Mark
from labels.policy.question import Relation

ID_LENGTH = 32
ERASED_AFTER = timedelta(days=30)
"""How long a refused deposit can be taken back; then it is erased."""
ERASE = "refused-deposit"
"""The kind of the outbox row that erases one."""


class Answer(StrEnum):
    """What becomes of a deposit, from the most open to the strictest."""

    ACCEPT = "accept"
    MASK = "mask"
    HOLD = "hold"
    REFUSE = "refuse"

    @property
    def strictness(self) -> int:
        """The place among the answers, from 0."""
        return list(Answer).index(self)


MARKED = {
    Answer.MASK: frozenset({Mark.MASQUE_PS}),
    Answer.HOLD: frozenset({Mark.HELD}),
    Answer.REFUSE: frozenset({Mark.REFUSED}),
}
"""The mark by which each answer is carried out."""


@dataclass(frozen=True, slots=True)
class IntakeRule:
    """What the patient said of new documents: by whom (empty: anybody), about what.

    ``depositor`` is a person or a structure, as ``system|value``; ``category`` None is
    any document, also one about nothing sensitive.
    """

    answer: Answer
    depositor: str = ""
    category: Category | None = None

    def fits(self, depositors: frozenset[str], about: frozenset[Category]) -> bool:
        """Return whether it speaks of a deposit."""
        by = not self.depositor or self.depositor in depositors
        return by and (self.category is None or self.category in about)

    def beats(self, other: "IntakeRule") -> bool:
        """Return whether it is nearer to a deposit of which both speak."""
        mine = bool(self.depositor), self.category is not None
        theirs = bool(other.depositor), other.category is not None
        return mine != theirs and all(m >= t for m, t in zip(mine, theirs, strict=True))


class State(StrEnum):
    """Where a deposit that was not simply taken stands."""

    HELD = "held"
    ACCEPTED = "accepted"
    MASKED = "masked"
    REFUSED = "refused"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Review:
    """A deposit that waited for the patient, or was refused.

    ``digest`` is a token of its bytes, by which it is known when it comes again;
    ``erase`` is when a refused one is erased. Instants are ISO.
    """

    item: str
    state: State
    since: str
    digest: str = ""
    erase: str = ""


def resolve(
    rules: Iterable[IntakeRule], depositors: frozenset[str], about: frozenset[Category]
) -> Answer:
    """Return the answer to a deposit: the nearest rules, the strictest of those.

    Two rules of which neither is nearer (this doctor, that subject) are no doubt that
    opens. Without a rule a deposit is taken (CSP R.1111-47).
    """
    fitting = [rule for rule in rules if rule.fits(depositors, about)]
    nearest = [r for r in fitting if not any(other.beats(r) for other in fitting)]
    answers = [rule.answer for rule in nearest]
    return max(answers, key=lambda each: each.strictness, default=Answer.ACCEPT)


def decide(connection: Connection, record: Record, rule: IntakeRule) -> None:
    """Keep what the patient says of new documents, in place of the same said before."""
    _keep_rule(connection, record, rule, rule.answer.value)


def withdraw(connection: Connection, record: Record, rule: IntakeRule) -> None:
    """Take back what the patient said of these new documents."""
    _keep_rule(connection, record, rule, "")


def rules(connection: Connection, record: Record) -> list[IntakeRule]:
    """Return what the patient says of new documents now."""
    rows = entries.of_record(connection, INTAKE, record.keys)
    return [
        IntakeRule(
            Answer(held["answer"]),
            held["depositor"],
            Category(held["category"]) if held["category"] else None,
        )
        for _, held in rows
        if held["answer"]
    ]


def answer(
    connection: Connection,
    record: Record,
    principal: Principal,
    about: frozenset[Category],
    at: datetime,
) -> Answer:
    """Return what becomes of a deposit now; that of a blocked one waits at least."""
    depositors = frozenset({principal.subject, principal.organization}) - {""}
    found = resolve(rules(connection, record), depositors, about)
    held = relations.of_record(connection, record)
    blocked = Relation.BLOCKED in relations.between(principal, record, held, at)
    least = Answer.HOLD if blocked else Answer.ACCEPT
    return max(found, least, key=lambda each: each.strictness)


def marked(label: HeldLabel, given: Answer) -> HeldLabel:
    """Return the label of a new document under an answer."""
    return replace(label, added=label.added | MARKED.get(given, frozenset()))


def succeeding(replaced: HeldLabel) -> HeldLabel:
    """Return a label as the next version inherits it: a refusal becomes a review.

    The patient refused other words than those that come now.
    """
    marks = replaced.effective.marks
    if Mark.REFUSED not in marks:
        return replaced
    return replaced.with_marks(marks - {Mark.REFUSED} | {Mark.HELD})


def reviews(connection: Connection, record: Record) -> list[Review]:
    """Return every deposit that waited or was refused, erased ones too."""
    rows = entries.of_record(connection, REVIEW, record.keys)
    return [Review(**held | {"state": State(held["state"])}) for _, held in rows]


def review(connection: Connection, record: Record, item: str) -> Review | None:
    """Return what is kept of the review of a document, or None."""
    held = entries.find(connection, REVIEW, record.keys, item)
    return None if held is None else Review(**held | {"state": State(held["state"])})


def keep(connection: Connection, record: Record, found: Review) -> None:
    """Keep where a review stands."""
    held = {name: getattr(found, name) for name in found.__dataclass_fields__}
    entries.put(connection, REVIEW, record.keys, found.item, held)


@dataclass(frozen=True, slots=True)
class Came:
    """A new document: its label, the digest of its bytes, when it came.

    ``waits`` is from when it waits for an announcement, if it does.
    """

    item: str
    label: HeldLabel
    digest: str
    at: datetime
    waits: datetime

    @property
    def shown(self) -> datetime:
        """The instant from which the patient may see it, if nobody announces it before."""
        waiting = Mark.INVISIBLE_PATIENT in self.label.effective.marks
        return max(self.at, ends(self.waits)) if waiting else self.at


def begin(connection: Connection, record: Record, came: Came) -> None:
    """Keep that a new document waits, or was refused.

    The delay to take a refusal back is counted from when the patient may know of it.
    """
    marks = came.label.effective.marks
    digest = record.keys.token("digest", came.digest)
    waiting = Review(came.item, State.HELD, came.at.isoformat(), digest)
    if Mark.REFUSED in marks:
        refuse(connection, record, waiting, came.at, came.shown - came.at)
    elif Mark.HELD in marks:
        keep(connection, record, waiting)


def waits(label: HeldLabel) -> bool:
    """Return whether the patient can review it now: not while it waits to be announced."""
    marks = label.effective.marks
    return Mark.HELD in marks and not marks & {Mark.REFUSED, Mark.INVISIBLE_PATIENT}


def refuse(
    connection: Connection,
    record: Record,
    waiting: Review,
    at: datetime,
    unseen: timedelta = timedelta(0),
) -> Review:
    """Keep that a deposit is refused, with the row that will erase it.

    ``unseen`` is how long the patient cannot know of it: it is erased so much later.
    """
    later = unseen + ERASED_AFTER
    erase = (at + later).isoformat()
    refused = replace(waiting, state=State.REFUSED, since=at.isoformat(), erase=erase)
    keep(connection, record, refused)
    outbox.put(connection, record, ERASE, {"item": waiting.item}, at, later)
    return refused


def refused_before(connection: Connection, record: Record, digest: str) -> bool:
    """Return whether these bytes were refused once, and erased."""
    wanted = record.keys.token("digest", digest)
    return any(
        each.state is State.ERASED and each.digest == wanted
        for each in reviews(connection, record)
    )


def _keep_rule(
    connection: Connection, record: Record, rule: IntakeRule, answered: str
) -> None:
    category = rule.category.value if rule.category else ""
    held = {"answer": answered, "depositor": rule.depositor, "category": category}
    named = f"{rule.depositor}\x1f{category}"
    row_id = record.keys.token(INTAKE, named)[:ID_LENGTH]
    entries.put(connection, INTAKE, record.keys, row_id, held)
