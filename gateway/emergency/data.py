"""The reasons and the thresholds: data beside this file, read once and checked whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from gateway.consents.attempts import Limit
from labels.codes import Purpose
from labels.policy.question import URGENT

REASON = "urn:paravent:emergency"
"""The system of the reason codes."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why emergency access may be asked for, and for which of its two purposes."""

    purposes: frozenset[Purpose]
    fr: str
    en: str

    def __post_init__(self) -> None:
        """Refuse a reason for which nobody could ever ask."""
        if not self.purposes or not self.purposes <= URGENT:
            raise ValueError("a reason is for BTG, ETREAT or both")


@dataclass(frozen=True, slots=True)
class Patterns:
    """The thresholds; see ``patterns.yaml``."""

    most_in_an_hour: int
    many_in_a_day: int
    own_surname: bool
    mass_reading: int
    watched_every_minutes: int

    @property
    def most(self) -> Limit:
        """How many emergencies one person may ask for."""
        return Limit(self.most_in_an_hour, timedelta(hours=1))

    @property
    def many(self) -> Limit:
        """How many in a day an officer is told of."""
        return Limit(self.many_in_a_day, timedelta(days=1))

    @property
    def watched(self) -> timedelta:
        """How often an emergency that lasts is looked at."""
        return timedelta(minutes=self.watched_every_minutes)


def _file(name: str) -> dict[str, Any]:
    text = files("gateway.emergency").joinpath(name).read_text("utf-8")
    return dict(yaml.safe_load(text))


def _reasons() -> Mapping[str, Reason]:
    made = {}
    for code, each in _file("reasons.yaml").items():
        purposes = frozenset(map(Purpose, each["purposes"]))
        made[code] = Reason(purposes, each["fr"], each["en"])
    return MappingProxyType(made)


REASONS = _reasons()
"""Every reason by its code; a file that is wrong stops the start."""

PATTERNS = Patterns(**_file("patterns.yaml"))
"""The thresholds."""
