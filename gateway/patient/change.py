"""One change a patient may make, as a value: what it would do, and how to take it back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from gateway.consents.label_words import HeldWord
from gateway.consents.reviewing import IntakeRule
from gateway.lifecycle.certificate import Issued
from gateway.patient.setting import Choose, Decided, Intake, Urge
from gateway.patient.sight import Situation
from gateway.patient.tie import Admit, Tie, Untie
from gateway.repository import items
from gateway.repository.items import Stored
from labels.codes import Mark
from labels.consent import Directive
from labels.last_word import Word, concerns


@dataclass(frozen=True, slots=True)
class Decide:
    """Keep a new directive: a mask or a permission."""

    directive: Directive

    def after(self, before: Situation) -> Situation:
        """Return the situation once this is done."""
        return replace(before, directives=(*before.directives, self.directive))

    def already(self, now: Situation) -> bool:
        """Whether the same is in force, whatever its id and its dates."""
        return any(_bare(each) == _bare(self.directive) for each in now.directives)


@dataclass(frozen=True, slots=True)
class End:
    """End a directive that is in force."""

    directive: Directive

    def after(self, before: Situation) -> Situation:
        """Return the situation once this is done."""
        kept = tuple(d for d in before.directives if d.id != self.directive.id)
        return replace(before, directives=kept)

    def already(self, now: Situation) -> bool:
        """Whether there is nothing to end."""
        return all(each.id != self.directive.id for each in now.directives)


@dataclass(frozen=True, slots=True)
class SetMark:
    """Put a mark on a document, or take it off."""

    document: str
    mark: Mark
    on: bool

    def after(self, before: Situation) -> Situation:
        """Return the situation once this is done."""
        documents = tuple(
            self._marked(each) if each.id == self.document else each
            for each in before.documents
        )
        return replace(before, documents=documents)

    def already(self, now: Situation) -> bool:
        """Whether the document is as this would leave it."""
        found = [each for each in now.documents if each.id == self.document]
        return all((self.mark in each.whole.marks) is self.on for each in found)

    def _marked(self, stored: Stored) -> Stored:
        marks = stored.label.effective.marks
        wanted = marks | {self.mark} if self.on else marks - {self.mark}
        return items.with_label(stored, stored.label.with_marks(wanted))


@dataclass(frozen=True, slots=True)
class Say:
    """Say that something is sensitive, or is not."""

    word: Word

    def after(self, before: Situation) -> Situation:
        """Return the situation once this is done."""
        return _spoken(before, (*before.words, HeldWord("", self.word)))

    def already(self, now: Situation) -> bool:
        """Whether the same was said, whenever."""
        return any(each.word == self.word for each in now.words)


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take back what was said."""

    held: HeldWord

    @property
    def word(self) -> Word:
        """What was said."""
        return self.held.word

    def after(self, before: Situation) -> Situation:
        """Return the situation once this is done."""
        left = (each for each in before.words if each.id != self.held.id)
        return _spoken(before, tuple(left))

    def already(self, now: Situation) -> bool:
        """Whether there is nothing to take back."""
        return all(each.id != self.held.id for each in now.words)


@dataclass(frozen=True, slots=True)
class Together:
    """Several changes that people make as one: a fact stands in more than one place."""

    changes: tuple["Change", ...]

    def after(self, before: Situation) -> Situation:
        """Return the situation once all of them are done."""
        for each in self.changes:
            before = each.after(before)
        return before

    def already(self, now: Situation) -> bool:
        """Whether none of them changes anything."""
        return all(each.already(now) for each in self.changes)


OfCircle = Tie | Untie | Admit
OfSettings = Choose | Urge | Intake | Decided
Change = Decide | End | SetMark | Say | TakeBack | Together | OfCircle | OfSettings


def together(changes: Iterable[Change]) -> Change:
    """Return several changes as one; a single one as it is."""
    found = tuple(changes)
    return found[0] if len(found) == 1 else Together(found)


@dataclass(frozen=True, slots=True)
class Done:
    """What was done last, in words of each language, and what undoes it.

    ``rule`` is what was said of new documents, so that those that are there are asked
    about apart. ``certificate`` is of an act on the whole record.
    """

    said: Mapping[str, tuple[str, ...]]
    undo: Change | None
    rule: IntakeRule | None = None
    came_from: str = "/documents"
    certificate: Issued | None = None


def _spoken(before: Situation, words: tuple[HeldWord, ...]) -> Situation:
    """Return the situation with these words in force, and the labels that follow."""
    documents = tuple(_relabelled(each, words) for each in before.documents)
    return replace(before, documents=documents, words=words)


def _relabelled(stored: Stored, words: tuple[HeldWord, ...]) -> Stored:
    own = frozenset(each.word for each in words if concerns(each.word, stored.id))
    return items.with_label(stored, replace(stored.label, words=own))


def _bare(directive: Directive) -> Directive:
    return replace(directive, id="", start=None, end=None)
