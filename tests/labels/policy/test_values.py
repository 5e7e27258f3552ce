"""What is decided on and with are values: nobody changes them once they are made."""

import importlib
from dataclasses import is_dataclass
from pathlib import Path

import pytest

from labels import consent
from labels.policy import rule

FOLDER = Path(rule.__file__).parent
MODULES = [consent.__name__] + [
    f"labels.policy.{path.stem}" for path in sorted(FOLDER.glob("[a-z]*.py"))
]
VALUES = sorted(
    {
        value
        for name in MODULES
        for value in vars(importlib.import_module(name)).values()
        if isinstance(value, type) and is_dataclass(value) and value.__module__ == name
    },
    key=lambda value: f"{value.__module__}.{value.__name__}",
)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_a_value_is_frozen_and_has_slots(value: type) -> None:
    """It can be shared and hashed, and a misspelt field is an error."""
    assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(value)


def test_there_are_values() -> None:
    """The search found what it was made for."""
    assert {"Question", "Clearance", "Rule", "Matrix", "Directive"} <= {
        value.__name__ for value in VALUES
    }


def test_what_is_loaded_is_loaded_once() -> None:
    """The files are read at the first use, and never while deciding."""
    editions = importlib.import_module("labels.policy.editions")
    matrix = importlib.import_module("labels.policy.matrix")
    for load in (rule.load, editions.load, matrix.load):
        assert load() is load()
