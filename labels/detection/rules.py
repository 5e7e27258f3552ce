"""The rules as values: what the files of ``rules/`` say, once read and checked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from labels.codes import Category, Confidentiality
    from labels.detection.pattern import Pattern


class RuleFileError(ValueError):
    """A rule file is wrong: ``file``, ``place`` in it and ``reason``; stops the start."""

    def __init__(self, file: str, place: str, reason: str) -> None:
        """Keep the three parts and make the message of them."""
        super().__init__(f"{file}: {place}: {reason}")
        self.file, self.place, self.reason = file, place, reason


@dataclass(frozen=True, slots=True)
class CodeRule:
    """A code that labels (*direct*), joins in (*context*) or is only noted (*weak*).

    ``deniable``: it asks or names a condition, which an answer beside it can deny.
    """

    rule: str
    category: "Category"
    system: str
    code: str
    prefix: bool
    strength: str
    level: "Confidentiality | None"
    source: str
    verified: bool
    deniable: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Terms that mean the same and are judged the same way.

    ``kind``: *term* labels; *signal* is a fact for inference (``rule`` is then its
    name); *context* labels only where the document has the category already;
    *exclusion* takes away the matches of its category that it overlaps.
    ``near`` and ``unless`` are expressions to find, or not, in the same sentence.
    ``negated``: what a negation does: *kept*, *dropped*, or *minor* (kept below 18).
    """

    rule: str
    category: "Category"
    kind: str
    patterns: "tuple[Pattern, ...]"
    negated: str = "dropped"
    near: str = ""
    unless: str = ""
    level: "Confidentiality | None" = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """A fact inference may ask for: codes by system, and the terms of its group.

    ``joins``: categories that a place with this signal takes part in as soon as the
    document carries them elsewhere (estradiol in a letter about a transition).
    """

    name: str
    codes: "Mapping[str, tuple[str, ...]]"
    joins: "frozenset[Category]" = frozenset()


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing to hold: any of signals or categories, the sex, an age below or from."""

    signals: frozenset[str] = frozenset()
    categories: "frozenset[Category]" = frozenset()
    sex: str = ""
    younger: int | None = None
    older: int | None = None


@dataclass(frozen=True, slots=True)
class Inference:
    """If all of ``when`` and none of ``unless``, then ``then``, where ``when`` was seen."""

    rule: str
    when: tuple[Condition, ...]
    unless: tuple[Condition, ...]
    then: "tuple[Category, ...]"
    level: "Confidentiality | None"
    source: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything the files say: codes, groups of terms, signals, inference."""

    version: str
    codes: tuple[CodeRule, ...]
    groups: tuple[Group, ...]
    signals: "Mapping[str, Signal]"
    inference: tuple[Inference, ...]
