"""The words of the page in French and English, and dates as people read them."""

import csv
import importlib.resources
import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("fr", "en")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)\S*)?)?)?")
_AT = {"fr": " à ", "en": " at "}


@cache
def _words() -> "Mapping[str, Mapping[str, str]]":
    resource = importlib.resources.files(__package__).joinpath("words.csv")
    rows = csv.DictReader(resource.read_text("utf-8").splitlines())
    return MappingProxyType({row["key"]: MappingProxyType(row) for row in rows})


def word(key: str, language: str) -> str:
    """Return a word or sentence of the page; raises KeyError for an unknown key."""
    return _words()[key][language]


def known(key: str) -> bool:
    """Tell whether the page has words for a key."""
    return key in _words()


def date(value: str, language: str) -> str:
    """Return a FHIR date as written by hand (dd/mm/yyyy); anything else as it is."""
    found = _DATE.fullmatch(value)
    if found is None:
        return value
    year, month, day, hour, minute = found.groups()
    plain = "/".join(part for part in (day, month, year) if part)
    return f"{plain}{_AT[language]}{hour}:{minute}" if hour else plain
