"""Who sees what, before and after a change: the same decision as for a reader who asks."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gateway.patient.readers import Reader
from gateway.repository.items import Stored
from labels.consent import Directive
from labels.policy.clearance import Clearance, Decision
from labels.policy.decide import clearance_for
from labels.policy.rule import Rules


@dataclass(frozen=True, slots=True)
class Situation:
    """The documents the patient can see, and the directives in force."""

    documents: tuple[Stored, ...]
    directives: tuple[Directive, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """What one reader loses and gains sight of; nothing when both are empty."""

    reader: Reader
    loses: tuple[Stored, ...]
    gains: tuple[Stored, ...]

    @property
    def moves(self) -> bool:
        """Whether anything changes for the reader."""
        return bool(self.loses or self.gains)


def clearance(reader: Reader, situation: Situation, rules: Rules) -> Clearance:
    """Return what the reader may see under the directives of the situation."""
    question = replace(reader.question, directives=situation.directives)
    return clearance_for(question, rules)


def decisions(
    document: Stored, readers: Iterable[Reader], situation: Situation, rules: Rules
) -> list[tuple[Reader, Decision]]:
    """Return, for each reader, whether the document is seen and by which rules."""
    return [
        (each, clearance(each, situation, rules).judge(document.facts))
        for each in readers
    ]


def shifts(
    readers: Iterable[Reader], before: Situation, after: Situation, rules: Rules
) -> list[Shift]:
    """Return what changes for each reader between two situations."""
    return [_shift(each, before, after, rules) for each in readers]


def _shift(reader: Reader, before: Situation, after: Situation, rules: Rules) -> Shift:
    seen, will_see = _seen(reader, before, rules), _seen(reader, after, rules)
    return Shift(
        reader,
        tuple(each for each in before.documents if each.id in seen - will_see),
        tuple(each for each in before.documents if each.id in will_see - seen),
    )


def _seen(reader: Reader, situation: Situation, rules: Rules) -> set[str]:
    cleared = clearance(reader, situation, rules)
    documents = situation.documents
    return {each.id for each in documents if cleared.judge(each.facts).permitted}
