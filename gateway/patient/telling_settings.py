"""Changes of the circle and of settings told in words, with what each of them means."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from gateway.consents.relations import HeldRelation
from gateway.consents.reviewing import IntakeRule
from gateway.patient.change import (
    Change,
    Decide,
    End,
    OfCircle,
    OfSettings,
    SetMark,
    Together,
)
from gateway.patient.setting import Choose, Decided, Intake, Urge
from gateway.patient.sight import Situation
from gateway.patient.tie import Admit, Tie, Untie
from gateway.patient.words import Words
from gateway.review import Decision
from labels.codes import Category
from labels.consent import Directive, Effect
from labels.emergency import EmergencyChoices
from labels.policy.question import Relation

BLOCKS = (
    "circle.block.reading",
    "circle.block.deposits",
    "circle.block.emergency",
    "circle.block.consents",
)
"""What a block means, said before it is made."""


class Telling(Protocol):
    """Who tells in one language about one record: names and titles."""

    @property
    def words(self) -> Words:
        """The words of the language."""

    @property
    def situation(self) -> Situation:
        """The situation that is told about."""

    def name(self, key: str) -> str:
        """Return the name of a person or a structure."""

    def target(self, directive: Directive) -> str:
        """Return what a directive is about."""

    def titles(self, ids: Iterable[str]) -> str:
        """Return the titles of documents, quoted."""


def change(teller: Telling, told: OfCircle | OfSettings) -> str:
    """Return what a change does, in a sentence or two."""
    words = teller.words
    if isinstance(told, Tie | Untie | Admit):
        return _circle(teller, told)
    if isinstance(told, Choose):
        name = words(f"preset.{told.preset}")
        stays = words("change.preset.stay") if told.pins else ""
        return f"{words('change.preset', name=name)} {stays}".strip()
    if isinstance(told, Urge):
        return words("change.urgent", what=" ".join(urgent(words, told.choices)))
    if isinstance(told, Intake):
        verb = "change.intake" if told.said else "change.end_intake"
        return words(verb, what=intake(teller, told.rule))
    what = teller.titles({told.document})
    return words(f"change.review.{told.decision.value}", what=what)


def notes(words: Words, told: Change) -> list[str]:
    """Return what a change means beside who sees what, before it is confirmed."""
    return [words(key) for key in _notes(told)]


def _notes(told: Change) -> tuple[str, ...]:
    if isinstance(told, Tie | Untie) and told.held.kind is Relation.BLOCKED:
        return BLOCKS if isinstance(told, Tie) else ("circle.unblock.note",)
    if isinstance(told, Urge):
        return ("urgent.note",)
    if isinstance(told, Intake):
        return ("intake.note.new", "intake.note.told")
    if isinstance(told, Decided) and told.decision is Decision.REFUSE:
        return ("review.note.refuse", "intake.note.told")
    return ("review.note.accept",) if _for_good(told) else ()


def _for_good(told: Change) -> bool:
    return isinstance(told, Decided) and told.back is None


def tie(words: Words, held: HeldRelation, zone: str) -> str:
    """Return until when a tie lasts, as *jusqu'au 3 mai 2026*; empty for no end."""
    if not held.until:
        return ""
    end = datetime.fromisoformat(held.until).astimezone(ZoneInfo(zone))
    last = end - timedelta(seconds=1)
    whole = end.time() == time()
    when = words.day(last.date()) if whole else words.moment(end)
    return words("circle.until", when=when)


def urgent(words: Words, chosen: EmergencyChoices) -> list[str]:
    """Return what a vital emergency lets in, in three sentences."""
    said = {"samu": chosen.samu, "others": chosen.others, "masked": chosen.masked}
    return [words(f"urgent.{k}.{'yes' if v else 'no'}") for k, v in said.items()]


def intake(teller: Telling, rule: IntakeRule) -> str:
    """Return a rule about new documents: from whom, about what, what becomes of them."""
    words, about = teller.words, rule.category
    who = teller.name(rule.depositor) if rule.depositor else words("intake.anybody")
    what = words.category(about) if about else words("intake.anything")
    return words(f"intake.{rule.answer.value}", who=who, what=what)


def wide(teller: Telling, directive: Directive) -> str:
    """Return what a decision is about that names no document: all, by whom, until when."""
    words = teller.words
    subjects = directive.categories
    if directive.everything and not directive.narrowed:
        return words("target.everything")
    told = words("target.documents")
    if subjects and subjects != frozenset(Category):
        names = ", ".join(sorted(words.category(each) for each in subjects))
        told = words("target.category", name=names)
    elif subjects:
        told = words("target.all_subjects")
    if directive.authors:
        names = ", ".join(sorted(map(teller.name, directive.authors)))
        told = words("target.by", what=told, name=names)
    if directive.dated.end:
        day = words.day(directive.dated.end.date())
        told = words("target.until", what=told, day=day)
    return told


def yielding(teller: Telling, told: Together) -> str:
    """Return in a sentence that a mask yields to an emergency, or holds; else empty."""
    masks = [each for each in told.changes if _masks(each)]
    ends = [each for each in told.changes if _unmasks(each)]
    if len(told.changes) != len(masks) + len(ends) or len(masks) != len(ends):
        return ""
    first = masks[0]
    if isinstance(first, Decide):
        yields, what = first.directive.yields, teller.target(first.directive)
    else:
        yields, what = False, teller.titles(_items(first))
    return teller.words(f"change.yield.{'yes' if yields else 'no'}", what=what)


def _circle(teller: Telling, told: OfCircle) -> str:
    words, held = teller.words, told.held
    verb = {Tie: "tie", Untie: "untie", Admit: "admit"}[type(told)]
    name = held.name or teller.name(held.who)
    said = words(f"change.{verb}.{held.kind}", name=name)
    if not isinstance(told, Tie):
        return said
    shown = ", ".join(sorted(map(words.category, told.opened)))
    opened = words("circle.opened", what=shown) if shown else ""
    until = tie(words, held, teller.situation.at_ground.zone)
    return " ".join(each for each in (said, opened, until) if each)


def _masks(told: Change) -> bool:
    if isinstance(told, Decide):
        return told.directive.effect is Effect.MASK
    return isinstance(told, SetMark) and told.on


def _unmasks(told: Change) -> bool:
    if isinstance(told, End):
        return told.directive.effect is Effect.MASK
    return isinstance(told, SetMark) and not told.on


def _items(told: Change) -> frozenset[str]:
    return frozenset({told.document}) if isinstance(told, SetMark) else frozenset()
