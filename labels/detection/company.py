"""Reads ``company.yaml``: what accompanies a subject, by kind, and how common it is."""

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from labels.codes import Category
from labels.detection.fold import fold
from labels.detection.load import rule_set
from labels.detection.pattern import TermError, compile_any
from labels.detection.rules import RuleFileError
from labels.detection.systems import system_names
from labels.detection.yaml_file import read_data

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "company.yaml"
_PROFESSION = re.compile(r"\w+/specialty/\w+")
_KEYS = frozenset({"kinds", "words", "coverage", "ordinary"})


@dataclass(frozen=True, slots=True)
class Coverage:
    """The rules of lines that say long-term illness, and the categories that may be it."""

    rules: frozenset[str]
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """What ``company.yaml`` says, and the kind of each signal."""

    systems: "Mapping[str, str]"
    words: tuple[tuple[str, re.Pattern[str]], ...]
    signals: "Mapping[str, str]"
    coverage: Coverage
    ordinary: frozenset[str]
    professions: frozenset[str]
    """Those of the ordinary rules that name a whole profession, not what a doctor does."""

    def kind(self, rule: str, what: str) -> str:
        """Return the kind of a clue by its rule, else by its words, else empty."""
        _, origin, name = rule.split("/", maxsplit=2)
        if origin == "signal":
            return self.signals.get(name, "")
        return self.systems.get(origin) or self._of_words(what)

    def _of_words(self, what: str) -> str:
        text = fold(what).text
        found = (kind for kind, pattern in self.words if pattern.search(text))
        return next(found, "")


@cache
def company() -> Company:
    """Return what accompanies, read once.

    Raises :class:`RuleFileError` when the file is not as it should be.
    """
    return read_company(read_data(FILE))


def read_company(data: "Mapping[str, Any]") -> Company:
    """Check the data and make the value; raise :class:`RuleFileError` for a fault."""
    if data.keys() != _KEYS:
        raise RuleFileError(FILE, "file", "kinds, words, coverage, ordinary")
    kinds = _lists(data, "kinds")
    systems = {system: kind for kind, names in kinds.items() for system in names}
    _known("kinds", systems, system_names())
    words = _lists(data, "words")
    _known("words", words, kinds)
    coverage = _lists(data, "coverage")
    if coverage.keys() != {"rules", "categories"}:
        raise RuleFileError(FILE, "coverage", "rules and categories are expected")
    if not isinstance(data["ordinary"], list):
        raise RuleFileError(FILE, "ordinary", "a list is expected")
    _known("coverage.categories", coverage["categories"], set(Category))
    return Company(
        systems=MappingProxyType(systems),
        words=tuple((kind, _pattern(kind, terms)) for kind, terms in words.items()),
        signals=MappingProxyType(_signals(systems)),
        coverage=Coverage(
            frozenset(coverage["rules"]), tuple(map(Category, coverage["categories"]))
        ),
        ordinary=frozenset(data["ordinary"]),
        professions=frozenset(filter(_PROFESSION.fullmatch, data["ordinary"])),
    )


def _signals(systems: "Mapping[str, str]") -> dict[str, str]:
    """Return the kind of each signal: that of the first code system it is known by."""
    return {
        name: next((systems[s] for s in signal.codes if s in systems), "")
        for name, signal in rule_set().signals.items()
    }


def _lists(data: "Mapping[str, Any]", key: str) -> dict[str, list[str]]:
    held = data[key]
    if not isinstance(held, dict) or not all(
        isinstance(v, list) for v in held.values()
    ):
        raise RuleFileError(FILE, key, "a mapping of lists is expected")
    return held


def _known(place: str, names: Any, known: Any) -> None:  # noqa: ANN401 - any containers
    for name in names:
        if name not in known:
            raise RuleFileError(FILE, place, f"{name} is not known")


def _pattern(kind: str, terms: list[str]) -> re.Pattern[str]:
    try:
        return re.compile(compile_any(tuple(terms)))
    except TermError as error:
        raise RuleFileError(FILE, f"words.{kind}", str(error)) from error
