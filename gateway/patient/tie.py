"""Changes of the circle as values: let somebody in, take in who was attested, end, block."""

from dataclasses import dataclass, replace

from gateway.consents.relations import HeldRelation
from gateway.consents.tying import GIVEN, ONE_AT_A_TIME
from gateway.patient.ground import Ground, HeldTie
from gateway.patient.sight import Situation
from labels.codes import Category
from labels.consent import NAMED, Audience, AudienceKind, Directive, Effect
from labels.policy.question import Relation


@dataclass(frozen=True, slots=True)
class Tie:
    """Declare a relation; ``opened`` are the subjects that a carer is shown."""

    held: HeldRelation
    opened: frozenset[Category] = frozenset()

    def after(self, before: Situation) -> Situation:
        """Return the situation once this is done, with what follows from it."""
        ground = before.at_ground
        ended = frozenset(tie_id for tie_id, _ in self.ends(ground))
        directives = before.directives
        if self.held.kind is Relation.BLOCKED:
            directives = _less(before.directives, self.held.who)
        begun = replace(self.held, since=ground.at.isoformat())
        ties = (*_ended(ground, ended), ("", begun))
        return replace(
            before,
            ground=replace(ground, ties=ties),
            directives=(*directives, *self._shown()),
        )

    def already(self, now: Situation) -> bool:
        """Whether the same is in force, with the same end."""
        same = now.at_ground.tied(self.held.who, self.held.kind)
        until = self.held.until
        return not self.opened and any(
            each.until == until and not each.by and not each.proposed
            for _, each in same
        )

    def ends(self, ground: Ground) -> list[HeldTie]:
        """Return the ties that end with this: those it succeeds, those a block shuts out."""
        held = self.held
        return [
            (tie_id, other)
            for tie_id, other in ground.ties
            if not other.over(ground.at) and _gives_way(other, held)
        ]

    def _shown(self) -> list[Directive]:
        if not self.opened:
            return []
        whom = Audience(AudienceKind.PERSON, self.held.who)
        return [Directive("", Effect.SHOW, whom, categories=self.opened)]


@dataclass(frozen=True, slots=True)
class Untie:
    """End a relation, or lift a block."""

    id: str
    held: HeldRelation

    def after(self, before: Situation) -> Situation:
        """Return the situation once this is done; what was opened to a carer goes too."""
        directives = before.directives
        if self.held.kind is Relation.CARER:
            directives = _less(directives, self.held.who)
        ground = before.at_ground
        ties = _ended(ground, frozenset({self.id}))
        return replace(before, ground=replace(ground, ties=ties), directives=directives)

    def already(self, now: Situation) -> bool:
        """Whether there is nothing to end."""
        ground = now.at_ground
        return all(i != self.id or each.over(ground.at) for i, each in ground.ties)


@dataclass(frozen=True, slots=True)
class Admit:
    """Take in whom a structure attested and who waits for the patient."""

    id: str
    held: HeldRelation

    def after(self, before: Situation) -> Situation:
        """Return the situation once this is done."""
        ground = before.at_ground
        ties = tuple(
            (i, replace(each, proposed=False, by="") if i == self.id else each)
            for i, each in ground.ties
        )
        return replace(before, ground=replace(ground, ties=ties))

    def already(self, now: Situation) -> bool:
        """Whether nobody waits under this id any more."""
        return all(i != self.id or not each.proposed for i, each in now.at_ground.ties)


def brought(change: object) -> list[HeldRelation]:
    """Return the relations that a change declares: who may be new around the record."""
    return [change.held] if isinstance(change, Tie) else []


def opened_to(who: str, now: Situation) -> frozenset[Category]:
    """Return the subjects that are shown to somebody by name."""
    shown = (each.categories for each in now.directives if _shows(each, who))
    return frozenset[Category]().union(*shown)


def _gives_way(other: HeldRelation, held: HeldRelation) -> bool:
    same = other.kind is held.kind and other.who == held.who
    succeeded = other.kind is held.kind and held.kind in ONE_AT_A_TIME
    shut_out = held.kind is Relation.BLOCKED and other.kind in GIVEN
    return same or succeeded or (shut_out and held.who in {other.who, other.within})


def _ended(ground: Ground, ids: frozenset[str]) -> tuple[HeldTie, ...]:
    at = ground.at.isoformat()
    return tuple(
        (i, replace(each, ended=at) if i in ids and not each.over(ground.at) else each)
        for i, each in ground.ties
    )


def _less(directives: tuple[Directive, ...], who: str) -> tuple[Directive, ...]:
    return tuple(each for each in directives if not _shows(each, who))


def _shows(directive: Directive, who: str) -> bool:
    named = directive.audience.kind in NAMED and directive.audience.value == who
    return named and directive.effect is Effect.SHOW
