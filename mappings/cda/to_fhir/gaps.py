"""The known gaps of the mapping, as data, and the issue each of them makes.

``gaps.csv`` is the table: a key, the sentence in English and French, and why. The
README shows it; a test keeps both equal to what happens over real documents.
"""

import csv
import importlib.resources
from collections.abc import Iterable
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from mappings.mapped import Issue

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def rows() -> tuple[dict[str, str], ...]:
    """Return the table; raises ValueError when a row is incomplete or written twice."""
    resource = importlib.resources.files(__package__).joinpath("gaps.csv")
    return checked(csv.DictReader(resource.read_text("utf-8").splitlines()))


def checked(found: Iterable[dict[str, str]]) -> tuple[dict[str, str], ...]:
    """Return rows that are whole and each of its own key; raises ValueError for others."""
    table = tuple(found)
    keys = {row["what"] for row in table}
    if len(keys) != len(table) or not all(all(row.values()) for row in table):
        raise ValueError("gaps.csv: a row is incomplete or stands twice")
    return table


@cache
def _sentences() -> "Mapping[str, tuple[str, str]]":
    return MappingProxyType({r["what"]: (r["text"], r["texte"]) for r in rows()})


def issue(what: str, place: str) -> Issue:
    """Return the issue for one gap; one that is no row is said by its key alone.

    Never raises: a gap that nobody foresaw must still be told.
    """
    unforeseen = (f"{what}: not carried over", f"{what} : non repris")
    text, texte = _sentences().get(what, unforeseen)
    return Issue("information", "incomplete", place, text, texte)
