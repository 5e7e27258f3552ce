"""Which edition of the matrix holds when, and how two of them differ."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from labels.policy import editions, matrix
from labels.policy.editions import NOTHING, Change, difference
from labels.policy.matrix import ASSUMED, CITED_NO, CITED_YES
from labels.policy.question import LATEST
from labels.policy.rulefile import BadRuleFile, packaged

EDITIONS = editions.load()
EARLIER, LATER = EDITIONS.editions
MOMENT = timedelta(microseconds=1)


def test_each_edition_holds_from_its_day_until_the_next() -> None:
    """The first instant of a day belongs to the edition that begins then."""
    assert (EARLIER.version, LATER.version) == ("2023-10-26", "2024-09-25")
    assert EDITIONS.at(LATEST) is LATER
    assert EDITIONS.at(LATER.effective) is LATER
    assert EDITIONS.at(LATER.effective - MOMENT) is EARLIER
    assert EDITIONS.at(EARLIER.effective) is EARLIER
    assert EDITIONS.at(EARLIER.effective - MOMENT) is NOTHING
    assert LATER.effective == datetime(2024, 9, 25, tzinfo=UTC)
    assert EARLIER.effective == datetime(2023, 10, 30, tzinfo=UTC)


def test_before_the_first_edition_nothing_is_read() -> None:
    """No profession has a column, hence none reads a type."""
    assert NOTHING.column("10") == ""
    assert NOTHING.types_for("medecin") == frozenset()
    assert (NOTHING.version, NOTHING.source) == ("none", "")


def test_an_edition_is_found_by_its_version() -> None:
    """Its version names it; an unknown one is an error."""
    assert EDITIONS.named("2023-10-26") is EARLIER
    with pytest.raises(KeyError):
        EDITIONS.named("2022")


def test_the_first_table_has_the_87_types_of_the_decree() -> None:
    """20 types came later and one row is no document; each cell says it is assumed."""
    assert len(EARLIER.types) == 87
    assert dict(EARLIER.counts()) == {ASSUMED: 87 * 19 - 1, CITED_NO: 1}
    assert EARLIER.source == "arrete-2023-10-26"
    assert EARLIER.columns == LATER.columns
    cell = EARLIER.cells["11488-4", "medecin"]
    assert (cell.readable, cell.status) == (True, ASSUMED)
    assert cell.reason.startswith("as in the table of 2024-09-25")
    assert len(EARLIER.types_for("medecin")) == 86


def test_the_difference_of_two_editions() -> None:
    """Every column of the 21 types that came, and no other cell."""
    found = difference(EARLIER, LATER)
    assert len(found) == 21 * 19
    assert Change("101881-1", "medecin", before=None, after=True) in found
    assert Change("101881-1", "opticien", before=None, after=False) in found
    assert difference(LATER, LATER) == ()
    back = difference(LATER, EARLIER)
    assert Change("101881-1", "medecin", before=True, after=None) in back
    assert [(c.type, c.column) for c in found] == [(c.type, c.column) for c in back]


def test_a_cell_that_changes_is_a_difference() -> None:
    """One cell answered otherwise is one change."""
    key = ("11488-4", "opticien")
    yes = replace(LATER.cells[key], readable=True, status=CITED_YES)
    other = replace(LATER, cells={**LATER.cells, key: yes})
    assert difference(LATER, other) == (Change(*key, before=False, after=True),)


FILE = "matrix-2023.yaml"
TEXT = packaged(FILE)


def test_a_cell_may_be_cited_as_a_yes() -> None:
    """What the edition's own source says of a cell is cited, yes or no."""
    said = TEXT.replace("read: false", "read: true")
    cell = editions.read(FILE, said, LATER).cells["ATTEST-RESID", "medecin"]
    assert (cell.readable, cell.status, cell.reason) == (True, CITED_YES, "")


@pytest.mark.parametrize(
    ("old", "new", "entry", "reason"),
    [
        ('like: "2024-09-25"', 'like: "2025"', "file", "like must be 2024-09-25"),
        ('like: "2024-09-25"', 'like: "2022"', "file", "like must be 2024-09-25"),
        ('effective: "2023-10-30"', 'effective: "2024-09-25"', "file", "before"),
        ('effective: "2023-10-30"', 'effective: "2025-01-01"', "file", "before"),
        ('effective: "2023-10-30"', 'effective: "soon"', "file", "must be a date"),
        ("DICOM-PROCEDURE: the", "DICOM: the", "file.without", "no type DICOM"),
        ("the 88th row, a procedure and no document; ", "'' #", "file.without", "text"),
        ("column: medecin", "column: vet", "cells[0]", "no cell"),
        ("type: ATTEST-RESID", "type: X", "cells[0]", "no cell"),
        (", read: false", "", "cells[0]", "yes or no"),
        ("read: false", "read: false, why: x", "cells[0]", "unknown key why"),
        ("because:", "since:", "file", "unknown key since"),
        ("  note:", "  remark:", "file.source", "unknown key remark"),
        ("because: as in", "# as in", "file", "because must be a text"),
    ],
)
def test_a_bad_edition(old: str, new: str, entry: str, reason: str) -> None:
    """What cannot be relied on stops the start, with file, entry and reason."""
    assert old in TEXT
    with pytest.raises(BadRuleFile, match=reason) as caught:
        editions.read(FILE, TEXT.replace(old, new, 1), matrix.load())
    assert (caught.value.file, caught.value.entry) == (FILE, entry)
