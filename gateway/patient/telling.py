"""Decisions and changes told in words: what they are about, for whom, with what effect."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.patient import telling_settings
from gateway.patient.change import (
    Change,
    End,
    OfCircle,
    OfSettings,
    Say,
    SetMark,
    TakeBack,
    Together,
)
from gateway.patient.papers import title_of
from gateway.patient.readers import Reader
from gateway.patient.reasons import system_of
from gateway.patient.sight import Extent, Portion, Shift, Situation
from gateway.patient.words import Words
from gateway.repository.items import Stored
from labels.codes import Category, Mark
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.last_word import Word
from labels.policy.question import Relation

MARK_AUDIENCE = {
    Mark.MASQUE_PS: "professionals",
    Mark.INVISIBLE_REPRESENTANTS_LEGAUX: "representatives",
}

MOST = 5
"""How many of the words that rules go by, or of titles, are quoted."""

SAID_BY_RELATION = frozenset(
    {Relation.TREATING_DOCTOR, Relation.REPRESENTATIVE, Relation.CARER}
)
"""The relations that say who a person is better than a profession does."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells in one language, about the people and documents of one record."""

    words: Words
    readers: Sequence[Reader]
    situation: Situation
    names: Mapping[str, str] = field(default_factory=dict)

    def audience(self, audience: Audience) -> str:
        """Return who is meant, as *aux chirurgiens-dentistes*; in English *dentists*."""
        value = audience.value
        if audience.kind is not AudienceKind.PROFESSION:
            return self.words(f"audience.{audience.kind.value}", name=self.name(value))
        if all_of_them := self.words.professions(value):
            return self.words("audience.profession", name=all_of_them)
        return self.words("audience.other_profession", name=value)

    def name(self, key: str) -> str:
        """Return the name of a person around the record, or the number that stands for one."""
        known = {each.key: each.name for each in self.readers}
        return known.get(key) or self.names.get(key) or key.rpartition("|")[2]

    def change(self, change: Change) -> str:
        """Return what a change does, as a sentence that begins with its verb."""
        if isinstance(change, Together):
            return self._together(change)
        if isinstance(change, SetMark):
            audience = self.words(f"audience.{MARK_AUDIENCE[change.mark]}", name="")
            verb = "change.mask" if change.on else "change.end_mask"
            what = self.titles({change.document})
            return self.words(verb, what=what, audience=audience)
        if isinstance(change, Say | TakeBack):
            return self._word(change)
        if isinstance(change, OfCircle | OfSettings):
            return telling_settings.change(self, change)
        verb = change.directive.effect.value
        verb = f"change.end_{verb}" if isinstance(change, End) else f"change.{verb}"
        audience = self.audience(change.directive.audience)
        return self.words(verb, what=self.target(change.directive), audience=audience)

    def _together(self, change: Together) -> str:
        """Say several changes as one, where one sentence says them all."""
        if instead := telling_settings.yielding(self, change):
            return instead
        words = [each for each in change.changes if isinstance(each, Say | TakeBack)]
        rules = [each.word.rule for each in words if each.word.rule]
        if len(rules) < len(change.changes):
            return " ".join(dict.fromkeys(map(self.change, change.changes)))
        end = "end_" if isinstance(words[0], TakeBack) else ""
        return self.words(f"change.{end}forget", name=self.sign(*rules))

    def _word(self, change: Say | TakeBack) -> str:
        end = "end_" if isinstance(change, TakeBack) else ""
        word = change.word
        if word.rule:
            return self.words(f"change.{end}forget", name=self.sign(word.rule))
        what = self.titles(word.items)
        if word.place:
            what = self.words("target.passage", what=what)
        return self.words(
            f"change.{end}{_verb(word)}", what=what, name=self.subject(word)
        )

    def said(self, word: Word) -> str:
        """Return what was said of a document or of the record, as a sentence."""
        if word.rule:
            return self.words("decided.forget", name=self.sign(word.rule))
        return self.words(f"decided.{_verb(word)}", name=self.subject(word))

    def sign(self, *rules: str) -> str:
        """Return what rules go by: the words they found in the record, else the subject."""
        evidence = (
            each
            for stored in self.situation.documents
            for each in stored.label.computed.evidence
            if each.rule in rules and each.what and not system_of(each)
        )
        seen = list({each.what.casefold(): each.what for each in evidence}.values())
        quoted = [self.words("target.document", title=each) for each in seen[:MOST]]
        more = ["…"] if len(seen) > MOST else []
        named = ", ".join([*quoted, *more])
        return named or self.subject(Word(sensitive=False, rule=rules[0]))

    def subject(self, word: Word) -> str:
        """Return the subjects a word is about: as named, or that of its rule."""
        of_rule = {word.rule.partition("/")[0]} & set(Category)
        named = [self.words.category(Category(c)) for c in word.categories or of_rule]
        return ", ".join(sorted(named)) or self.words("target.all_subjects")

    def marks(self) -> Iterable[tuple[Mark, str]]:
        """Return the marks a patient can set, each with the audience it speaks of."""
        return MARK_AUDIENCE.items()

    def decided(self, directive: Directive) -> str:
        """Return a decision that is in force, as a sentence."""
        key = f"decided.{directive.effect.value}.what"
        audience = self.audience(directive.audience)
        return self.words(key, what=self.target(directive), audience=audience)

    def target(self, directive: Directive) -> str:
        """Return what a directive is about: a document by its title, categories by name."""
        if directive.everything or directive.narrowed:
            return telling_settings.wide(self, directive)
        named = [self.titles(directive.items)] if directive.items else []
        inside = self.titles(item for item, _ in directive.places)
        if directive.places:
            named.append(self.words("target.passage", what=inside))
        subjects = sorted(self.words.category(each) for each in directive.categories)
        named += [self.words("target.category", name=each) for each in subjects]
        return ", ".join(named)

    def shift(self, shift: Shift) -> list[str]:
        """Return what a reader loses and gains, in a sentence each."""
        name = self.reader(shift.reader)
        told = {
            "shift.loses": shift.loses,
            "shift.gains": shift.gains,
            "shift.less": shift.less,
            "shift.more": shift.more,
        }
        return [
            self.words.count(key, len(documents), name=name)
            for key, documents in told.items()
            if documents
        ]

    def moved(self, shift: Shift) -> list[str]:
        """Return the documents of which a reader sees more or less, each as it will be."""
        return [self.shown(each, shift.after[each.id]) for each in shift.moved]

    def shown(self, stored: Stored, portion: Portion) -> str:
        """Return the title of a document, with what a reader does not see of it."""
        if portion.extent is not Extent.PART:
            return self.title(stored)
        return f"{self.title(stored)} ({self.without(portion)})"

    def without(self, portion: Portion) -> str:
        """Return what is left out of a document seen in part, as *sans ce qui touche au VIH*."""
        named = [self.words(f"touching.{each.value}") for each in portion.subjects]
        if not named:
            return self.words("without.passage")
        return self.words("without.subjects", names=", ".join(named))

    def reader(self, reader: Reader) -> str:
        """Return a reader's name with what they are, as *X, dentist*."""
        what = self.words.profession(reader.column) if reader.column else ""
        if reader.relation in SAID_BY_RELATION:
            what = self.words(f"relation.{reader.relation}")
        return ", ".join(each for each in (reader.name, what) if each)

    def described(self, reader: Reader) -> str:
        """Return a reader with what ties them to the record, in brackets."""
        if reader.relation in SAID_BY_RELATION:
            return self.reader(reader)
        tie = reader.relation or "AUTHOR"
        return f"{self.reader(reader)} ({self.words(f'relation.{tie}')})"

    def titles(self, ids: Iterable[str]) -> str:
        """Return the titles of documents, quoted."""
        wanted = set(ids)
        found = [each for each in self.situation.documents if each.id in wanted]
        titles = [self.words("target.document", title=self.title(d)) for d in found]
        told = titles[:MOST] + (["…"] if len(titles) > MOST else [])
        return ", ".join(told) or self.words("target.other")

    def title(self, stored: Stored) -> str:
        """Return the title of a document, or that it has none."""
        return title_of(stored) or self.words("document.untitled")


def bearing_on(stored: Stored, situation: Situation) -> list[Directive]:
    """Return the directives in force that speak of a document or of a part of it."""
    return [
        each
        for each in situation.directives
        if each.everything
        or stored.id in each.items
        or each.categories & stored.whole.categories
        or any(item == stored.id for item, _ in each.places)
    ]


def speaks_of_whole(directive: Directive, stored: Stored) -> bool:
    """Whether a directive is about all of a document, not only about parts of it.

    A subject that a rendition leaves out is a part.
    """
    named = directive.everything or stored.id in directive.items
    return named or bool(directive.categories & stored.facts.categories)


def _verb(word: Word) -> str:
    return "sensitive" if word.sensitive else "not_sensitive"


def is_mask(directive: Directive) -> bool:
    """Whether a directive hides rather than shows."""
    return directive.effect is Effect.MASK
