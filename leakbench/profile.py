"""The profile: what a server has to be told to be tested, from a TOML file (README.md)."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SIDES = ("real", "twin", "control")
"""``real`` has hidden items, ``twin`` and ``control`` have none; the last is not needed."""
NEEDED = SIDES[:2]
READERS = ("writer", "restricted", "full")


class ProfileError(Exception):
    """Something in the profile is unknown or missing; the message names it."""


@dataclass(frozen=True, slots=True)
class Person:
    """One patient: the logical id, the business identifier, and words for templates."""

    id: str
    identifier: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as a template; ``token`` says who sends it."""

    method: str
    path: str
    body: str = ""
    content_type: str = "application/fhir+json"
    token: str = "writer"  # noqa: S105 - a name


@dataclass(frozen=True, slots=True)
class Planned:
    """An item that is deposited: for every patient, or hidden and for one of them only."""

    type: str
    sent: Sent
    hidden: bool = False
    on: str = "real"
    values: Mapping[str, str] = field(default_factory=dict)
    differ: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Values on one side only: a part of a visible item that may not be seen."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """Items that are there already, ``Type/id``: visible ones in the same order everywhere."""

    visible: Mapping[str, tuple[str, ...]]
    hidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """All that differs between one server and another."""

    people: Mapping[str, Person]
    tokens: Mapping[str, str] = field(repr=False)
    scope: Mapping[str, str]
    items: tuple[Planned, ...] = ()
    hide: Sent | None = None
    seeded: Seeded | None = None
    base: str = ""
    per_second: float = 50.0
    headers: tuple[tuple[str, str], ...] = ()
    pause: float = 0.05
    silence: float = 3.0
    tolerance: float = 2.0
    skip: frozenset[str] = frozenset()
    unordered: frozenset[str] = frozenset()
    """Types that come in an order of chance (by random id) unless a search says another."""
    words: tuple[str, ...] = ()
    """Words that only what is hidden holds, beside those that are drawn."""

    @property
    def sides(self) -> tuple[str, ...]:
        """The patients that the profile names, the one with hidden items first."""
        return tuple(each for each in SIDES if each in self.people)

    def scoped(self, kind: str) -> str:
        """Return the parameters that keep a search of this type to one patient."""
        return self.scope.get(kind, self.scope.get("*", "patient=Patient/${patient}"))


SENT = {"method", "path", "body", "body_file", "content_type", "token"}
KEYS = {
    "": {"target", "tokens", "patients", "search", "item", "hide", "seeded", "compare"},
    "target": {"base", "requests_per_second", "headers"},
    "patients": {*SIDES},
    "person": {"id", "identifier", "values"},
    "item": {"type", "hidden", "on", "values", "differ", *SENT},
    "hide": SENT,
    "seeded": {"visible", "hidden"},
    "compare": {"pause", "silence", "tolerance", "skip", "unordered", "words"},
}


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Profile:
    """Read a profile; raises :class:`ProfileError` for anything not understood."""
    try:
        held = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ProfileError(f"{path.name}: {error}") from None
    return Reading(path.parent, environment).profile(held)


@dataclass(frozen=True, slots=True)
class Reading:
    """One profile while it is read: where its files are, and the environment."""

    folder: Path
    environment: Mapping[str, str]

    def profile(self, held: dict[str, Any]) -> Profile:
        """Return the profile that the tables say; raises :class:`ProfileError`."""
        _only(held, "", "the profile")
        target = _table(held, "target", "target")
        compare = _table(held, "compare", "compare")
        people = _table(held, "patients", "patients")
        for name in NEEDED:
            if name not in people:
                raise ProfileError(f"patients.{name} is needed")
        if not held.get("item") and "seeded" not in held:
            raise ProfileError("[[item]] or [seeded] is needed")
        return Profile(
            people={name: self._person(each) for name, each in people.items()},
            tokens={k: self._secret(k, v) for k, v in held.get("tokens", {}).items()},
            scope=dict(held.get("search", {})),
            items=tuple(self._planned(each) for each in held.get("item", [])),
            hide=self._sent(held["hide"], "hide") if "hide" in held else None,
            seeded=_seeded(held["seeded"]) if "seeded" in held else None,
            base=str(target.get("base", "")),
            per_second=float(target.get("requests_per_second", 50)),
            headers=tuple(target.get("headers", {}).items()),
            pause=float(compare.get("pause", 0.05)),
            silence=float(compare.get("silence", 3.0)),
            tolerance=float(compare.get("tolerance", 2.0)),
            unordered=frozenset(compare.get("unordered", ())),
            words=tuple(compare.get("words", ())),
            skip=frozenset(compare.get("skip", [])),
        )

    def _person(self, held: dict[str, Any]) -> Person:
        _only(held, "person", "patients")
        values = {k: self._said(str(v)) for k, v in held.get("values", {}).items()}
        return Person(
            self._said(held.get("id", "")),
            self._said(held.get("identifier", "")),
            values,
        )

    def _planned(self, held: dict[str, Any]) -> Planned:
        _only(held, "item", "item")
        kind, on = held.get("type"), held.get("on", "real")
        if not isinstance(kind, str) or on not in SIDES:
            raise ProfileError("item: a type, and on which side, is needed")
        sent = self._sent({"path": kind} | held, "item")
        values = {name: str(each) for name, each in held.get("values", {}).items()}
        differ = _table(held, "differ", "patients")
        return Planned(kind, sent, held.get("hidden") is True, on, values, differ)

    def _sent(self, held: dict[str, Any], where: str) -> Sent:
        _only(held, where, where)
        body = held.get("body", "")
        try:
            if "body_file" in held:
                body = (self.folder / held["body_file"]).read_text("utf-8")
            return Sent(
                held.get("method", "POST"),
                held["path"],
                body,
                held.get("content_type", "application/fhir+json"),
                held.get("token", "writer"),
            )
        except (OSError, KeyError) as error:
            raise ProfileError(f"{where}: {error}") from None

    def _secret(self, name: str, said: str) -> str:
        token = self._said(said)
        if not token:
            raise ProfileError(f"tokens.{name} is empty")
        return token

    def _said(self, text: str) -> str:
        """Return a text, or what ``env:NAME`` or ``file:PATH`` stands for."""
        way, _, rest = text.partition(":")
        if way == "env":
            if rest not in self.environment:
                raise ProfileError(f"the environment has no {rest}")
            return self.environment[rest].strip()
        if way == "file":
            try:
                return (self.folder / rest).read_text("utf-8").strip()
            except OSError as error:
                raise ProfileError(f"{rest}: {error.strerror}") from None
        return text


def _seeded(held: dict[str, Any]) -> Seeded:
    _only(held, "seeded", "seeded")
    visible = {k: tuple(v) for k, v in _table(held, "visible", "patients").items()}
    if len({len(each) for each in visible.values()}) != 1:
        raise ProfileError("seeded.visible: as many items for each patient")
    hidden = tuple(held.get("hidden", ()))
    if not hidden:
        raise ProfileError("seeded.hidden: nothing is hidden")
    return Seeded(visible, hidden)


def _table(held: dict[str, Any], name: str, keys: str) -> dict[str, Any]:
    found = held.get(name, {})
    if not isinstance(found, dict):
        raise ProfileError(f"{name}: a table is needed")
    _only(found, keys, name)
    return found


def _only(held: dict[str, Any], keys: str, where: str) -> None:
    for name in sorted(set(held) - KEYS[keys]):
        raise ProfileError(f"{where}: unknown {name}")
