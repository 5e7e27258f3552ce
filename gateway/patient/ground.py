"""What decides on sight beside directives: ties, the preset, what is said of emergencies."""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.consents import emergencies, relations, reviewing
from gateway.consents.relations import HeldRelation
from gateway.consents.reviewing import IntakeRule
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry
from gateway.repository.records import Record
from labels.emergency import EmergencyChoices
from labels.policy.question import Question, Relation

HeldTie = tuple[str, HeldRelation]
"""A relation with its id; without one when it is not kept yet."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the patient has set in the record at one instant, past relations too."""

    at: datetime
    record: Record
    preset: str
    ties: tuple[HeldTie, ...]
    choices: EmergencyChoices
    intake: tuple[IntakeRule, ...]

    def asked(self, question: Question, principal: Principal) -> Question:
        """Return a reader's question as it would be asked on this ground."""
        held = [each for _, each in self.ties]
        found = relations.between(principal, self.record, held, self.at)
        if Relation.EMERGENCY in question.relations:
            found = found - {Relation.INTRODUCED} | {Relation.EMERGENCY}
        return replace(
            question,
            relations=found,
            preset=self.preset,
            masks_open=self.choices.masked,
        )

    @property
    def zone(self) -> str:
        """The time zone of the person's civil days."""
        return self.record.zone

    def tied(self, who: str, kind: Relation) -> tuple[HeldTie, ...]:
        """Return the ties of one kind with somebody that are in force, or wait."""
        return tuple(
            (tie_id, each)
            for tie_id, each in self.ties
            if each.who == who and each.kind is kind and not each.over(self.at)
        )


def of_record(asked: Inquiry) -> Ground:
    """Return the ground of the record that lies open."""
    return Ground(
        asked.at,
        asked.record,
        asked.record.preset,
        tuple(relations.kept(*asked.place)),
        emergencies.choices(*asked.place),
        tuple(reviewing.rules(*asked.place)),
    )
