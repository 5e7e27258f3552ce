"""Who sees what, before and after a change: the same decision as for a reader who asks."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gateway.consents.label_words import HeldWord
from gateway.patient.readers import Reader
from gateway.repository.items import Stored
from labels.consent import Directive
from labels.policy.clearance import Clearance, Decision
from labels.policy.decide import clearance_for
from labels.policy.rule import Rules


@dataclass(frozen=True, slots=True)
class Situation:
    """The documents the patient can see, the directives and the words in force."""

    documents: tuple[Stored, ...]
    directives: tuple[Directive, ...]
    words: tuple[HeldWord, ...] = ()


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


def cleared(
    readers: Iterable[Reader], situation: Situation, rules: Rules
) -> list[tuple[Reader, Clearance]]:
    """Return, for each reader, what they may see."""
    return [(each, clearance(each, situation, rules)) for each in readers]


def decisions(
    document: Stored, readers: Iterable[Reader], situation: Situation, rules: Rules
) -> list[tuple[Reader, Decision]]:
    """Return, for each reader, whether the document is seen and by which rules."""
    found = cleared(readers, situation, rules)
    return [(each, theirs.judge(document.facts)) for each, theirs in found]


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
    judge = clearance(reader, situation, rules).judge
    return {each.id for each in situation.documents if judge(each.facts).permitted}
