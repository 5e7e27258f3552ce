"""Changes of settings as values: the preset, emergencies, new deposits, one deposit."""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.consents.reviewing import IntakeRule
from gateway.patient.sight import Situation
from gateway.repository import items
from gateway.repository.items import Stored
from gateway.review import OUTCOME, Decision
from labels.codes import Category, Confidentiality
from labels.consent import Audience, AudienceKind, Directive, Effect, Period
from labels.emergency import EmergencyChoices
from labels.policy.question import PRESETS, URGENT


@dataclass(frozen=True, slots=True)
class Choose:
    """Change the preset; ``pins`` keep what is there as it is, ``ends`` are pins to end."""

    preset: str
    pins: tuple[Directive, ...] = ()
    ends: frozenset[str] = frozenset()

    def after(self, before: Situation) -> Situation:
        """Return the situation once this is done."""
        kept = tuple(each for each in before.directives if each.id not in self.ends)
        ground = replace(before.at_ground, preset=self.preset)
        return replace(before, ground=ground, directives=(*kept, *self.pins))

    def already(self, now: Situation) -> bool:
        """Whether the preset is this one and nothing is to be kept or ended."""
        same = now.at_ground.preset == self.preset
        return same and not self.pins and not self.ends


@dataclass(frozen=True, slots=True)
class Urge:
    """Change what a vital emergency lets in."""

    choices: EmergencyChoices

    def after(self, before: Situation) -> Situation:
        """Return the situation once this is done."""
        ground = replace(before.at_ground, choices=self.choices)
        return replace(before, ground=ground)

    def already(self, now: Situation) -> bool:
        """Whether the same was chosen."""
        return now.at_ground.choices == self.choices


@dataclass(frozen=True, slots=True)
class Intake:
    """Say what becomes of new documents (``said``), or take it back."""

    rule: IntakeRule
    said: bool = True

    def after(self, before: Situation) -> Situation:
        """Return the situation once this is done: what is there stays as it is."""
        ground = before.at_ground
        kept = (each for each in ground.intake if not self._replaces(each))
        intake = (*kept, self.rule) if self.said else tuple(kept)
        return replace(before, ground=replace(ground, intake=intake))

    def already(self, now: Situation) -> bool:
        """Whether it is said, or is not, as this would have it."""
        return (self.rule in now.at_ground.intake) is self.said

    def replaced(self, now: Situation) -> "Intake":
        """Return what undoes this: what was said before of the same, or nothing."""
        before = [each for each in now.at_ground.intake if self._replaces(each)]
        return Intake(before[0]) if before else Intake(self.rule, said=False)

    def _replaces(self, other: IntakeRule) -> bool:
        mine = self.rule.depositor, self.rule.category
        return (other.depositor, other.category) == mine


@dataclass(frozen=True, slots=True)
class Decided:
    """Review a deposit that waits, or take a refusal back."""

    document: str
    decision: Decision

    def after(self, before: Situation) -> Situation:
        """Return the situation once this is done."""
        documents = tuple(
            self._marked(each) if each.id == self.document else each
            for each in before.documents
        )
        return replace(before, documents=documents)

    def already(self, now: Situation) -> bool:  # noqa: ARG002 - as every change is asked
        """No: the review itself says whether the deposit still waits."""
        return False

    @property
    def back(self) -> "Decided | None":
        """What undoes this; what was taken once is not refused later (R.1111-51)."""
        opposite = {
            Decision.REFUSE: Decision.TAKE_BACK,
            Decision.TAKE_BACK: Decision.REFUSE,
        }
        found = opposite.get(self.decision)
        return Decided(self.document, found) if found else None

    def _marked(self, stored: Stored) -> Stored:
        _, _, gone, come = OUTCOME[self.decision]
        marks = stored.label.effective.marks - gone | come
        return items.with_label(stored, stored.label.with_marks(marks))


def pins(now: Situation, preset: str) -> tuple[Directive, ...]:
    """Return the directives under which what is there stays as it is under a new preset.

    They begin before anything the patient ever said, so every permission beats them.
    """
    old, at = now.at_ground.preset, now.at_ground.at
    if PRESETS.index(preset) < PRESETS.index(old):
        return tuple(_closed(now, old, at))
    if PRESETS.index(preset) > PRESETS.index(old):
        return tuple(_opened(old, preset, at))
    return ()


def _closed(now: Situation, old: str, at: datetime) -> list[Directive]:
    """Mask what the old preset closed: all of it, or from the level R on.

    In an emergency it yields as the old preset did: *very discreet* kept what is sensitive.
    """
    if old == "discreet":
        return _masks(now, at, Confidentiality.R, yields=True)
    ordinary = _masks(now, at, None, yields=True)
    return ordinary + _masks(now, at, Confidentiality.R, yields=False)


def _masks(
    now: Situation, at: datetime, level: Confidentiality | None, *, yields: bool
) -> list[Directive]:
    whom = Audience(AudienceKind.PROFESSIONALS)
    least = level or Confidentiality.U
    plain = frozenset(
        each.id
        for each in now.documents
        if not each.facts.categories and each.facts.confidentiality >= least
    )
    mask = Directive("", Effect.MASK, whom, yields=yields)
    every = frozenset(Category)
    dated = Period(None, at)
    found = [replace(mask, categories=every, dated=dated, level=level)]
    return [*found, replace(mask, items=plain)] if plain else found


def _opened(old: str, new: str, at: datetime) -> list[Directive]:
    """Show the care team what the old preset showed it, and an emergency all it did.

    Only *very discreet* keeps from an emergency what is sensitive.
    """
    level = Confidentiality.N if old == "discreet" else None
    team = Audience(AudienceKind.CARE_TEAM)
    dated = Period(None, at)
    shown = Directive("", Effect.SHOW, team, everything=True, dated=dated, level=level)
    if new != "very_discreet":
        return [shown]
    whom = Audience(AudienceKind.PROFESSIONALS)
    return [shown, replace(shown, audience=whom, level=None, purposes=URGENT)]
