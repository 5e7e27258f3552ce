"""SMART scopes as values: what they say, and what they leave of a request. Pure.

SMART App Launch 2.2 (scopes-and-launch-context): ``patient|user|system/Type.cruds?param=
value``; the forms of 1.0 (``.read``, ``.write``, ``.*``) mean what 2.0 says they mean. A
scope can only narrow: it is one more condition beside what policy lets see, never instead.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

PATIENT, USER, SYSTEM = "patient", "user", "system"
EVERY = "*"
ALL = "cruds"
LAUNCH_PATIENT, OFFLINE = "launch/patient", "offline_access"
CONTEXT = (LAUNCH_PATIENT, OFFLINE)
"""The scopes that are no permission, and that are understood."""

OLD = {"read": "rs", "write": "cud", "*": ALL}
LOOK = re.compile(r"(?:patient|user|system)/")
FORM = re.compile(
    r"(patient|user|system)/(\*|[A-Z][A-Za-z]{1,63})\.(c?r?u?d?s?|read|write|\*)(?:\?(.+))?"
)
LONGEST = 2048
MOST_PARAMETERS = 10

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """One permission: on whose behalf, of which type, which acts, of which resources.

    ``text`` is as it was asked for: it is given back in the form in which it came.
    """

    level: str
    kind: str
    letters: str
    parameters: Pairs = ()
    text: str = ""

    def speaks_of(self, kind: str) -> bool:
        """Whether the scope is about a type of resource."""
        return self.kind in (EVERY, kind)

    def covers(self, other: "Scope") -> bool:
        """Whether whoever has this one may be given the other."""
        return (
            self.level == other.level
            and self.speaks_of(other.kind)
            and set(other.letters) <= set(self.letters)
            and set(self.parameters) <= set(other.parameters)
        )


@dataclass(frozen=True, slots=True)
class Allowance:
    """What scopes leave of one act on a type: all of it, or what meets any of the filters."""

    whole: bool
    filters: tuple[Pairs, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing is left."""
        return not self.whole and not self.filters


def parse(word: str) -> Scope | None:
    """Return the scope that a word is; None for what is none, or is not well formed."""
    matched = FORM.fullmatch(word) if len(word) <= LONGEST else None
    if matched is None or not matched[3]:
        return None
    level, kind, acts, query = matched.groups()
    found = Scope(level, kind, OLD.get(acts, acts), text=word)
    return found if query is None else _filtered(found, query)


def _filtered(scope: Scope, query: str) -> Scope | None:
    """Return the scope with its filter; None for one that is not wholly understood.

    A filter on every type would speak of parameters that types do not have.
    """
    try:
        pairs = parse_qsl(
            query,
            keep_blank_values=True,
            strict_parsing=True,
            max_num_fields=MOST_PARAMETERS,
        )
    except ValueError:
        return None
    if scope.kind == EVERY or not all(name and value for name, value in pairs):
        return None
    return replace(scope, parameters=tuple(pairs))


def narrows(words: Iterable[str]) -> bool:
    """Whether there is a SMART scope among the words, also one that is not understood."""
    return any(LOOK.match(each) for each in words)


def understood(words: Iterable[str]) -> tuple[Scope, ...]:
    """Return the permissions among the words, in a fixed order."""
    return tuple(found for each in sorted(words) if (found := parse(each)))


def allowance(words: Iterable[str], kind: str, letter: str) -> Allowance:
    """Return what the words leave of an act (one of ``cruds``) on a type.

    Filters are for reading and searching: what writes needs a scope without one.
    """
    about = [
        each
        for each in understood(words)
        if each.speaks_of(kind) and letter in each.letters
    ]
    if any(not each.parameters for each in about):
        return Allowance(whole=True)
    filters = dict.fromkeys(each.parameters for each in about if letter in "rs")
    return Allowance(whole=False, filters=tuple(filters))


def everything(words: Iterable[str], letters: str) -> bool:
    """Whether the words allow these acts on every type, without a filter."""
    found = [each for each in understood(words) if each.kind == EVERY]
    return set(letters) <= {letter for each in found for letter in each.letters}


def granted(asked: Iterable[str], registered: Iterable[str]) -> tuple[str, ...]:
    """Return those of the scopes asked for that an application may have, in their order."""
    may = [found for each in registered if (found := parse(each))]
    context = set(registered) & set(CONTEXT)
    return tuple(
        each
        for each in dict.fromkeys(asked)
        if each in context
        or ((wanted := parse(each)) and any(one.covers(wanted) for one in may))
    )
