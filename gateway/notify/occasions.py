"""What notices are about and how they are worded: data, read once and checked whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

LANGUAGES = ("fr", "en")
PATIENT, REPRESENTATIVES, TREATING_DOCTOR = (
    "patient",
    "representatives",
    "treating_doctor",
)
AUDIENCES = frozenset({PATIENT, REPRESENTATIVES, TREATING_DOCTOR})


@dataclass(frozen=True, slots=True)
class Occasion:
    """One thing people are told: to whom, by which law, in which sentence.

    ``others`` names what representatives are told in its place, if not the same.
    """

    to: tuple[str, ...]
    law: str
    fr: str
    en: str
    others: str = ""

    def __post_init__(self) -> None:
        """Refuse an audience that nobody would ever be in."""
        if not self.to or not set(self.to) <= AUDIENCES:
            raise ValueError("an occasion is for patient, representatives or doctor")


@dataclass(frozen=True, slots=True)
class Wording:
    """The one e-mail in a language; ``reference`` is a line added for professionals."""

    subject: str
    body: str
    reference: str


def _file(name: str) -> dict[str, Any]:
    text = files("gateway.notify").joinpath(name).read_text("utf-8")
    return dict(yaml.safe_load(text))


def _occasions() -> Mapping[str, Occasion]:
    held = _file("occasions.yaml")
    made = {n: Occasion(**o | {"to": tuple(o["to"])}) for n, o in held.items()}
    if not {each.others for each in made.values()} <= {"", *made}:
        raise ValueError("what others are told is an occasion too")
    return MappingProxyType(made)


def _wordings() -> Mapping[str, Wording]:
    held = _file("wording.yaml")
    return MappingProxyType({each: Wording(**held[each]) for each in LANGUAGES})


OCCASIONS = _occasions()
"""Every occasion by its name; a file that is wrong stops the start."""

WORDINGS = _wordings()
"""The one message in each language."""
