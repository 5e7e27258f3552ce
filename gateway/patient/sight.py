"""Who sees what, before and after a change: the same decision as for a reader who asks.

A reader sees all of a document, a part of it, or nothing. A part is the document less the
places that ``gateway.rendering`` leaves out for that reader.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from gateway import rendering
from gateway.consents.label_words import HeldWord
from gateway.patient.ground import Ground
from gateway.patient.readers import Reader
from gateway.repository.items import Stored
from gateway.repository.place_labels import Places
from labels.codes import Category
from labels.consent import Directive, Effect
from labels.item import Item
from labels.label import Label
from labels.policy.clearance import Clearance, Decision
from labels.policy.decide import clearance_for
from labels.policy.question import Relation
from labels.policy.rule import Rules

PARENTS = frozenset({Relation.REPRESENTATIVE, Relation.GUARDIAN})

Cleared = tuple[Reader, Clearance]
"""A reader with what they may see."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The documents the patient can see, the directives and the words in force.

    ``places`` are the labelled places of each document, by its id. ``ground`` is what else
    the patient has set; None when somebody else looks.
    """

    documents: tuple[Stored, ...]
    directives: tuple[Directive, ...]
    words: tuple[HeldWord, ...] = ()
    places: Mapping[str, Places] = field(default_factory=dict)
    ground: Ground | None = None

    @property
    def at_ground(self) -> Ground:
        """The ground; only asked for where the patient looks (LookupError elsewhere)."""
        if self.ground is None:
            raise LookupError
        return self.ground

    def places_of(self, stored: Stored) -> Places:
        """Return the labelled places of a document, the patient's own words with them."""
        return rendering.with_words(stored, self.places.get(stored.id, {}))


class Extent(StrEnum):
    """How much of a document a reader sees."""

    ALL = "all"
    PART = "part"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Portion:
    """What one reader sees of one document.

    ``left_out`` are the places that are left out of what is seen, ``subjects`` what they
    are about; a masked place about nothing in particular adds no subject.
    """

    extent: Extent
    left_out: frozenset[str] = frozenset()
    subjects: tuple[Category, ...] = ()

    @property
    def seen(self) -> bool:
        """Whether anything of the document is seen."""
        return self.extent is not Extent.NOTHING


@dataclass(frozen=True, slots=True)
class Shift:
    """What changes for one reader; nothing when all are empty.

    ``loses`` and ``gains`` are documents, ``less`` and ``more`` those of which a part goes
    or comes while another is seen before and after. ``after`` says how much is then seen
    of each document, by its id.
    """

    reader: Reader
    loses: tuple[Stored, ...] = ()
    gains: tuple[Stored, ...] = ()
    less: tuple[Stored, ...] = ()
    more: tuple[Stored, ...] = ()
    after: Mapping[str, Portion] = field(default_factory=dict)

    @property
    def moved(self) -> tuple[Stored, ...]:
        """The documents of which the reader sees more or less than before, each once."""
        every = (*self.loses, *self.gains, *self.less, *self.more)
        return tuple({each.id: each for each in every}.values())

    @property
    def moves(self) -> bool:
        """Whether anything changes for the reader."""
        return bool(self.moved)


def clearance(reader: Reader, situation: Situation, rules: Rules) -> Clearance:
    """Return what the reader may see under what is decided and set in the situation."""
    question = replace(reader.question, directives=situation.directives)
    if situation.ground is not None:
        question = situation.ground.asked(question, reader.principal)
    if question.relations & PARENTS:
        question = replace(question, directives=_holding(situation.directives))
    return clearance_for(question, rules)


def _holding(directives: tuple[Directive, ...]) -> tuple[Directive, ...]:
    """Leave out masks that a representative said: they hide nothing from another one."""
    masks = (each for each in directives if each.effect is Effect.MASK and each.said_by)
    apart = frozenset(masks)
    return tuple(each for each in directives if each not in apart)


def cleared(
    readers: Iterable[Reader], situation: Situation, rules: Rules
) -> list[Cleared]:
    """Return, for each reader, what they may see."""
    return [(each, clearance(each, situation, rules)) for each in readers]


def portion(theirs: Clearance, stored: Stored, situation: Situation) -> Portion:
    """Return how much of a document who holds a clearance sees."""
    if not theirs.judge(stored.facts).permitted:
        return Portion(Extent.NOTHING)
    if rendering.gets_original(theirs, stored):
        return Portion(Extent.ALL)
    places = situation.places_of(stored)
    left_out = rendering.hidden(theirs, stored, places)
    if not left_out:
        return Portion(Extent.ALL)
    told = {
        category
        for place in left_out
        for category in stored.at(place, places.get(place, Label())).categories
    }
    subjects = tuple(category for category in Category if category in told)
    return Portion(Extent.PART, left_out, subjects)


def portions(
    stored: Stored, readers: Iterable[Cleared], situation: Situation
) -> list[tuple[Reader, Portion]]:
    """Return, for each reader with what they may see, how much of the document is seen."""
    return [(each, portion(theirs, stored, situation)) for each, theirs in readers]


def withheld(
    theirs: Clearance, stored: Stored, seen: Portion, situation: Situation
) -> list[Item]:
    """Return the facts of places that are left out: one for each reason there is."""
    places = situation.places_of(stored)
    found: dict[Decision, Item] = {}
    for place in sorted(seen.left_out):
        item = stored.at(place, places.get(place, Label()))
        found.setdefault(theirs.judge(item), item)
    return list(found.values())


def shifts(
    readers: Iterable[Reader], before: Situation, after: Situation, rules: Rules
) -> list[Shift]:
    """Return what changes for each reader between two situations."""
    return [_shift(each, before, after, rules) for each in readers]


def _shift(reader: Reader, before: Situation, after: Situation, rules: Rules) -> Shift:
    now, then = _seen(reader, before, rules), _seen(reader, after, rules)
    documents = before.documents
    both = [d for d in documents if now[d.id].seen and then[d.id].seen]
    return Shift(
        reader,
        tuple(d for d in documents if now[d.id].seen and not then[d.id].seen),
        tuple(d for d in documents if then[d.id].seen and not now[d.id].seen),
        tuple(d for d in both if then[d.id].left_out - now[d.id].left_out),
        tuple(d for d in both if now[d.id].left_out - then[d.id].left_out),
        then,
    )


def _seen(reader: Reader, situation: Situation, rules: Rules) -> dict[str, Portion]:
    theirs = clearance(reader, situation, rules)
    return {each.id: portion(theirs, each, situation) for each in situation.documents}
