"""Which code rules a coded value meets: exact or by hierarchy, per code system."""

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from labels.detection.systems import bare, system_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from labels.detection.rules import CodeRule, Signal

K = TypeVar("K")
V = TypeVar("V")
_HIERARCHICAL = frozenset({"icd10", "icd10cm", "atc", "ccam"})


Said = tuple[tuple["CodeRule", ...], tuple[str, ...]]
"""The rules that a code meets, and the names of the signals it raises."""
NOTHING: Said = ((), ())


class CodeIndex:
    """The code rules and signals, ready to be looked up; immutable once built."""

    __slots__ = ("_exact", "_lengths", "_prefix", "_signals")

    def __init__(
        self, rules: "Iterable[CodeRule]", signals: "Iterable[Signal]"
    ) -> None:
        """Index ``rules`` by system and code, ``signals`` by system and prefix."""
        exact: dict[tuple[str, str], list[CodeRule]] = {}
        prefix: dict[tuple[str, str], list[CodeRule]] = {}
        for rule in rules:
            index = prefix if rule.prefix else exact
            index.setdefault((rule.system, rule.code), []).append(rule)
        named: dict[tuple[str, str], list[str]] = {}
        for signal in signals:
            for system, codes in signal.codes.items():
                for code in codes:
                    named.setdefault((system, code), []).append(signal.name)
        self._exact = _frozen(exact)
        self._prefix = _frozen(prefix)
        self._signals = _frozen(named)
        lengths: dict[str, set[int]] = {}
        for system, code in (*prefix, *named):
            lengths.setdefault(system, set()).add(len(code))
        self._lengths = {system: sorted(found) for system, found in lengths.items()}

    def said(self, system: str, code: str) -> Said:
        """Return the rules of every strength and the signals that a code meets."""
        if not system_keys(system):
            return NOTHING
        return tuple(self.rules(system, code)), tuple(
            sorted(self.signals(system, code))
        )

    def rules(self, system: str, code: str) -> "Iterator[CodeRule]":
        """Yield the rules of every strength that this code of this system meets."""
        for key in system_keys(system):
            text = bare(key, code)
            yield from self._exact.get((key, text), ())
            for start in self._starts(key, text):
                yield from self._prefix.get((key, start), ())

    def signals(self, system: str, code: str) -> frozenset[str]:
        """Return the names of the signals this code raises.

        Where a code system has a hierarchy, signals go by prefix.
        """
        found: set[str] = set()
        for key in system_keys(system):
            text = bare(key, code)
            tried = self._starts(key, text) if key in _HIERARCHICAL else (text,)
            for start in tried:
                found.update(self._signals.get((key, start), ()))
        return frozenset(found)

    def _starts(self, key: str, text: str) -> "Iterator[str]":
        """Yield the beginnings of a code that are as long as some prefix of its system."""
        for length in self._lengths.get(key, ()):
            if length <= len(text):
                yield text[:length]


def _frozen(index: "dict[K, list[V]]") -> "Mapping[K, tuple[V, ...]]":
    return MappingProxyType({key: tuple(rows) for key, rows in index.items()})
