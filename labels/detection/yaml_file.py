"""Reads the data files of this package."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from labels.detection.rules import RuleFileError

_PACKAGE = "labels.detection"
_RESOLVERS = yaml.SafeLoader.yaml_implicit_resolvers


def read_data(name: str) -> dict[str, Any]:
    """Return the content of one YAML file of this package."""
    return parse_data(name, files(_PACKAGE).joinpath(name).read_text("utf-8"))


def parse_data(name: str, text: str) -> dict[str, Any]:
    """Return the mapping a YAML text holds.

    Raises :class:`RuleFileError`, with the line, when the text is no YAML mapping, says
    a key twice, or uses an anchor or a tag, which these files have no need of.
    """
    loader = yaml.CSafeLoader(text)
    try:
        data = _Builder(name, loader, {}).document()
    except yaml.MarkedYAMLError as error:
        raise RuleFileError(
            name, _line(error.problem_mark), str(error.problem)
        ) from error
    finally:
        loader.dispose()
    if not isinstance(data, dict):
        raise RuleFileError(name, "file", "a mapping is expected")
    return data


@dataclass(frozen=True, slots=True)
class _Builder:
    """Makes values from the events of the C parser: half the time of the loader's own."""

    name: str
    loader: yaml.CSafeLoader
    plain: dict[str, Any]

    def document(self) -> object:
        """Return the one document of the file; nothing when it is empty."""
        self.loader.get_event()
        if isinstance(self.loader.get_event(), yaml.StreamEndEvent):
            return None
        data = self._value(self.loader.get_event())
        self.loader.get_event()
        if not isinstance(self.loader.get_event(), yaml.StreamEndEvent):
            raise RuleFileError(self.name, "file", "one document is expected")
        return data

    def _value(self, event: Any) -> Any:  # noqa: ANN401 - what YAML holds
        kind = type(event)
        if kind is yaml.ScalarEvent and event.implicit[0]:
            return self._plain(event.value)
        if kind is yaml.AliasEvent or event.anchor or event.tag:
            raise self._fault(event, "an anchor or a tag is not accepted")
        if kind is yaml.ScalarEvent:
            return event.value
        return self._list() if kind is yaml.SequenceStartEvent else self._mapping()

    def _list(self) -> list[Any]:
        found, take = [], self.loader.get_event
        while type(event := take()) is not yaml.SequenceEndEvent:
            found.append(self._value(event))
        return found

    def _mapping(self) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        take = self.loader.get_event
        while type(event := take()) is not yaml.MappingEndEvent:
            key = self._value(event)
            if isinstance(key, (list, dict)) or key in found:
                raise self._fault(event, "a key is said twice, or is no text")
            found[key] = self._value(take())
        return found

    def _plain(self, text: str) -> Any:  # noqa: ANN401 - what YAML holds
        """Return what an unquoted scalar means: most often its own words."""
        rules = _RESOLVERS.get(text[:1])
        if not rules or not any(rule.match(text) for _, rule in rules):
            return text
        if text not in self.plain:
            self.plain[text] = yaml.safe_load(text) if text else None
        return self.plain[text]

    def _fault(self, event: Any, reason: str) -> RuleFileError:  # noqa: ANN401 - as above
        return RuleFileError(self.name, _line(event.start_mark), reason)


def _line(mark: Any) -> str:  # noqa: ANN401 - a mark of the C parser
    return f"line {mark.line + 1}" if mark else "line ?"
