"""The tables of the clinical mapping: CSV files read once, rows as they stand.

They say what a statement is (``kinds.csv``) and what FHIR and UCUM know
(``status_codes.csv``, ``ucum.csv``). Maps from code to code are concept maps and stand
with the terminologies.
"""

import csv
import importlib.resources
from functools import cache

Row = dict[str, str]


@cache
def table(name: str) -> tuple[Row, ...]:
    """Return the rows of ``entries/<name>.csv``, in its order.

    Raises ValueError when a row has a column too many or too few: bad data stops the
    start.
    """
    folder = importlib.resources.files(f"{__package__}.entries")
    return rows(folder.joinpath(f"{name}.csv").read_text("utf-8"), name)


def rows(text: str, name: str) -> tuple[Row, ...]:
    """Read CSV with a header; raises ValueError for a row that does not fit it."""
    found = tuple(csv.DictReader(text.splitlines()))
    if any(None in row or None in row.values() for row in found):
        raise ValueError(f"{name}.csv: a row does not fit the header")
    return found


@cache
def codes(system: str) -> frozenset[str]:
    """Return the codes of a small FHIR code system (``status_codes.csv``)."""
    own = (row for row in table("status_codes") if row["system"] == system)
    return frozenset(row["code"] for row in own)
