"""Reads the data files of this package."""

from importlib.resources import files
from typing import Any

import yaml

from labels.detection.rules import RuleFileError

_PACKAGE = "labels.detection"


def read_data(name: str) -> dict[str, Any]:
    """Return the content of one YAML file of this package."""
    return parse_data(name, files(_PACKAGE).joinpath(name).read_text("utf-8"))


def parse_data(name: str, text: str) -> dict[str, Any]:
    """Return the mapping a YAML text holds.

    Raises :class:`RuleFileError`, with the line, when the text is no YAML mapping.
    """
    loader = yaml.CSafeLoader(text)
    try:
        data = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f"line {mark.line + 1}" if mark else "line ?"
        raise RuleFileError(name, line, str(error.problem)) from error
    finally:
        loader.dispose()
    if not isinstance(data, dict):
        raise RuleFileError(name, "file", "a mapping is expected")
    return data
