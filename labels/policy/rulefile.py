"""Reading the YAML of this package strictly: a bad file stops the start, not a request."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.resources import files
from typing import Any, TypeVar

import yaml

E = TypeVar("E", bound=StrEnum)


class BadRuleFile(Exception):  # noqa: N818 - the noun says what it is
    """A file of rules cannot be relied on: ``file``, ``entry`` and ``reason`` say why."""

    def __init__(self, file: str, entry: str, reason: str) -> None:
        """Keep the three parts; the message names them in that order."""
        super().__init__(f"{file}: {entry}: {reason}")
        self.file = file
        self.entry = entry
        self.reason = reason


class _NoDuplicates(yaml.CSafeLoader):
    """A safe loader in which a key written twice is an error, not the last one's win."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 - PyYAML's
    ) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if not isinstance(key, str):
                raise yaml.YAMLError(f"key {key!r} is not text")
            if keys.count(key) > 1:
                raise yaml.YAMLError(f"key {key!r} twice")
        return super().construct_mapping(node, deep=deep)


@dataclass(frozen=True, slots=True)
class Entry:
    """One mapping of a file, with typed access; every error names file and entry."""

    file: str
    name: str
    data: Mapping[str, object]

    def bad(self, reason: str) -> BadRuleFile:
        """Build the error about this entry."""
        return BadRuleFile(self.file, self.name, reason)

    def only(self, *allowed: str) -> None:
        """Refuse any key that is not in ``allowed``: a misspelt bound must not vanish."""
        if extra := sorted(set(self.data) - set(allowed)):
            raise self.bad(f"unknown key {', '.join(extra)}")

    def text(self, key: str) -> str:
        """Return a text that must be there and must not be empty."""
        value = self.data.get(key)
        if not isinstance(value, str) or not value:
            raise self.bad(f"{key} must be a text")
        return value

    def flag(self, key: str) -> bool | None:
        """Return true, false, or None when nothing is said."""
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise self.bad(f"{key} must be true or false")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of different texts; empty when the key is absent."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.bad(f"{key} must be a list of texts")
        if len(set(value)) < len(value):
            raise self.bad(f"{key} names something twice")
        return tuple(value)

    def members(self, key: str, kind: type[E]) -> frozenset[E]:
        """Return a list of texts as members of an enumeration."""
        return frozenset(self.member(text, kind) for text in self.texts(key))

    def member(self, text: str, kind: type[E]) -> E:
        """Return the member of ``kind`` that is written ``text``."""
        try:
            return kind(text)
        except ValueError:
            raise self.bad(f"{text} is no {kind.__name__}") from None

    def child(self, key: str) -> "Entry":
        """Return the mapping under ``key``; empty when the key is absent."""
        empty = Entry(self.file, f"{self.name}.{key}", {})
        return replace(empty, data=empty._mapping(self.data.get(key, {})))

    def children(self, key: str) -> tuple["Entry", ...]:
        """Return the mappings under ``key``, a list or a mapping of mappings."""
        value = self.data.get(key, [])
        if isinstance(value, list):
            named = [(f"{key}[{index}]", data) for index, data in enumerate(value)]
        else:
            named = list(self._mapping(value).items())
        return tuple(Entry(self.file, n, self._mapping(data)) for n, data in named)

    def _mapping(self, value: object) -> Mapping[str, object]:
        if isinstance(value, dict):
            return value
        raise self.bad("a mapping is expected")


def parse(file: str, text: str) -> Entry:
    """Read the text of a rule file as one mapping, or raise :class:`BadRuleFile`."""
    try:
        data = _NoDuplicates(text).get_single_data()
    except yaml.YAMLError as error:
        raise BadRuleFile(file, "file", f"not YAML: {error}") from None
    if not isinstance(data, dict):
        raise BadRuleFile(file, "file", "a mapping is expected")
    return Entry(file, "file", data)


def packaged(file: str) -> str:
    """Return the text of a data file of this package."""
    return files("labels.policy").joinpath(file).read_text(encoding="utf-8")
