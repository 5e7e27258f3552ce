"""What the patient could do to get the other answer: tried out, not written down.

Each step is an act of the patient as a change of the question or of the item. What is
named here was decided again with that change, so it cannot promise what no rule gives.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from labels.codes import Confidentiality, Mark
from labels.consent import Audience, AudienceKind, Directive, Effect, speaks_of
from labels.item import Item
from labels.policy.decide import decide
from labels.policy.question import Question, Relation
from labels.policy.rule import Rules

Case = tuple[Question, Item]


@dataclass(frozen=True, slots=True)
class Step:
    """One act of the patient, as a clause in French and English."""

    fr: str
    en: str
    taken: Callable[[Question, Item], Case]


def ways(question: Question, item: Item, rules: Rules) -> tuple[tuple[Step, ...], ...]:
    """Return each way to the other answer: single steps, else the steps needed together.

    Empty when nothing that the patient can do changes it: the law decides.
    """
    now = decide(question, item, rules).permitted
    steps: tuple[Step, ...] = _CLOSING if now else _OPENING

    def turned(tried: tuple[Step, ...]) -> bool:
        return decide(*_after(question, item, tried), rules).permitted is not now

    single = tuple((step,) for step in steps if turned((step,)))
    if single or not turned(steps):
        return single
    needed = steps
    for step in steps:
        fewer = tuple(each for each in needed if each is not step)
        needed = fewer if turned(fewer) else needed
    return (needed,)


def said(found: tuple[tuple[Step, ...], ...], lang: str) -> tuple[str, ...]:
    """Return each way as one clause, in ``fr`` (also for any other ``lang``) or ``en``."""
    also = " and " if lang == "en" else " et "
    return tuple(
        also.join(step.en if lang == "en" else step.fr for step in way) for way in found
    )


def _after(question: Question, item: Item, steps: tuple[Step, ...]) -> Case:
    for step in steps:
        question, item = step.taken(question, item)
    return question, item


def _related(question: Question, *kinds: Relation, lost: bool = False) -> Question:
    held = question.relations - set(kinds) if lost else question.relations | set(kinds)
    return replace(question, relations=frozenset(held))


def _unmarked(item: Item, mark: Mark) -> Item:
    return replace(item, marks=item.marks - {mark})


def _without(question: Question, effect: Effect) -> Question:
    """Take back what the patient decided that speaks of this reader."""
    kept = tuple(
        each
        for each in question.directives
        if each.effect is not effect or not speaks_of(each, question)
    )
    return replace(question, directives=kept)


def _by_name(question: Question, item: Item, effect: Effect) -> Question:
    """Add a decision about this item and this reader, later than all others."""
    named = Audience(AudienceKind.PERSON, question.reader or "?")
    decided = Directive("tried", effect, named, frozenset({item.id}), start=question.at)
    return replace(question, directives=(*question.directives, decided))


def _plain(item: Item) -> Item:
    return replace(
        item,
        confidentiality=min(item.confidentiality, Confidentiality.N),
        categories=frozenset(),
        marks=item.marks - {Mark.OPAQUE},
    )


_TIES = (
    Relation.CARER,
    Relation.TREATING_DOCTOR,
    Relation.CARE_TEAM,
    Relation.AUTHORISED,
)
"""What the patient declared or gave, and may end at once."""

_OPENING = (
    Step(
        "accepter ce dépôt après l'avoir relu",
        "accept this deposit after reviewing it",
        lambda q, i: (q, _unmarked(i, Mark.HELD)),
    ),
    Step(
        "débloquer ce lecteur",
        "unblock this reader",
        lambda q, i: (_related(q, Relation.BLOCKED, lost=True), i),
    ),
    Step(
        "ne plus masquer ce document aux professionnels",
        "no longer mask this document to professionals",
        lambda q, i: (q, _unmarked(i, Mark.MASQUE_PS)),
    ),
    Step(
        "renoncer au secret de ce document",
        "give up the secrecy of this document",
        lambda q, i: (q, _unmarked(i, Mark.INVISIBLE_REPRESENTANTS_LEGAUX)),
    ),
    Step(
        "retirer ce qui masque cela à ce lecteur",
        "take back what masks this to this reader",
        lambda q, i: (_without(q, Effect.MASK), i),
    ),
    Step(
        "ouvrir ce document à ce lecteur en le nommant",
        "open this document to this reader by name",
        lambda q, i: (_by_name(q, i, Effect.SHOW), i),
    ),
    Step(
        "donner un code à ce lecteur, ou l'ajouter à l'équipe de soins",
        "give this reader a code, or add them to the care team",
        lambda q, i: (_related(q, Relation.AUTHORISED), i),
    ),
    Step(
        "dire que ce document n'est pas sensible",
        "say that this document is not sensitive",
        lambda q, i: (q, _plain(i)),
    ),
)
_CLOSING = (
    Step(
        "masquer ce document à ce lecteur",
        "mask this document to this reader",
        lambda q, i: (_by_name(q, i, Effect.MASK), i),
    ),
    Step(
        "retirer ce que vous avez ouvert à ce lecteur",
        "take back what you opened to this reader",
        lambda q, i: (_without(q, Effect.SHOW), i),
    ),
    Step(
        "mettre fin à ce qui lie ce lecteur à vous",
        "end what ties this reader to you",
        lambda q, i: (_related(q, *_TIES, lost=True), i),
    ),
    Step(
        "bloquer ce lecteur",
        "block this reader",
        lambda q, i: (_related(q, Relation.BLOCKED), i),
    ),
)
