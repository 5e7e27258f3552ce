"""What is decided on and with are values: nobody changes them once they are made."""

import importlib
from dataclasses import is_dataclass
from pathlib import Path

import pytest

from labels import consent
from labels.codes import Purpose
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.policy import rule
from labels.policy.matrix import Capacity
from labels.policy.question import LATEST, Question

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


def test_what_a_question_does_not_say() -> None:
    """A reader of whom nothing else is known has no relation, and the patient is an adult."""
    asked = Question("rpps|1")
    assert (asked.organization, asked.profession, asked.directives) == ("", "", ())
    assert asked.relations == frozenset()
    assert (asked.purpose, asked.preset) == (Purpose.TREAT, "discreet")
    assert (asked.capacity, asked.at) == (Capacity.CARE, LATEST)
    flags = (asked.minor, asked.under_15, asked.masks_open, asked.deceased)
    assert flags == (False, False, False, False)
    assert (asked.professional, asked.patient, asked.urgent) == (True, False, False)


def test_what_a_directive_does_not_say() -> None:
    """It names nothing, is not narrowed, has no end and yields to nothing."""
    said = Directive("d", Effect.MASK, Audience(AudienceKind.EVERYONE))
    named = (said.items, said.categories, said.places, said.purposes, said.authors)
    assert named == (frozenset(),) * 5
    assert (said.everything, said.yields, said.narrowed) == (False, False, False)
    assert (said.start, said.end, said.level) == (None, None, None)
