"""Reads the rule files of this package, once; a wrong one stops the start."""

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from labels.codes import Category
from labels.detection.rules import RuleFileError, RuleSet
from labels.detection.schema import read_category
from labels.detection.yaml_file import read_data

if TYPE_CHECKING:
    from labels.detection.rules import Inference, Signal


@cache
def rule_set() -> RuleSet:
    """Return the rules of this package, read and checked once.

    Raises :class:`RuleFileError` when a file is not as the schema says.
    """
    found = [
        read_category(f"{category}.yaml", read_data(f"rules/{category}.yaml"), category)
        for category in Category
    ]
    signals = {signal.name: signal for file in found for signal in file.signals}
    inference = tuple(rule for file in found for rule in file.inference)
    check_names(signals, inference)
    return RuleSet(
        version=str(read_data("rules/version.yaml")["version"]),
        codes=tuple(code for file in found for code in file.codes),
        groups=tuple(group for file in found for group in file.groups),
        signals=MappingProxyType(signals),
        inference=inference,
    )


def check_names(
    signals: "dict[str, Signal]", inference: "tuple[Inference, ...]"
) -> None:
    """Raise :class:`RuleFileError` if a rule asks for a signal that no file has."""
    for rule in inference:
        for condition in rule.when + rule.unless:
            missing = condition.signals - signals.keys()
            if missing:
                file = rule.rule.split("/", maxsplit=1)[0] + ".yaml"
                reason = f"no signal is called {min(missing)}"
                raise RuleFileError(file, f"inference {rule.rule}", reason)
