"""The matrix is the Cnam's table, cell by cell, and what it does not say denies."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from labels.policy import matrix
from labels.policy.matrix import ASSUMED, CITED_NO, CITED_YES, Capacity, column

MATRIX = matrix.load()
ROLES = [c.id for c in MATRIX.columns if not c.in_force]


def test_it_equals_the_table_it_cites(shared: Callable[..., Path]) -> None:
    """Every one of the 2,052 cells is the source's, but the one that is assumed."""
    path = shared("facts", "matrix-dmp-2024-09-25.tsv")
    with path.open(encoding="utf-8", newline="") as table:
        rows = list(csv.reader(table, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    assert [row[1] for row in rows] == [each.code for each in MATRIX.types]
    wrong = [
        (code, each.id)
        for class_code, code, label, *cells in rows
        for each, cell in zip(MATRIX.columns, cells, strict=False)
        if MATRIX.cells[code, each.id].readable is not bool(cell.strip())
    ]
    assert wrong == [("ATTEST-RESID", "medecin")]
    assert [(row[0], row[2]) for row in rows] == [
        (each.class_code, each.label) for each in MATRIX.types
    ]


def test_every_cell_says_on_what_ground() -> None:
    """108 types by 19 columns, cited but for one."""
    assert dict(MATRIX.counts()) == {CITED_YES: 911, CITED_NO: 1140, ASSUMED: 1}
    assert len(MATRIX.cells) == 108 * 19
    assumed = MATRIX.cells["ATTEST-RESID", "medecin"]
    assert (assumed.readable, bool(assumed.reason)) == (False, True)
    assert (MATRIX.version, MATRIX.source) == ("2024-09-25", "cnam-2024-09-25")


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("medecin", 107),
        ("pharmacien-biologiste", 78),
        ("pharmacien-officine-pui", 78),
        ("chirurgien-dentiste", 74),
        ("opticien", 12),
        ("nobody", 0),
        ("", 0),
        *((role, 0) for role in ROLES),
    ],
)
def test_types_for(name: str, readable: int) -> None:
    """A column not in force, or unknown, reads no type at all."""
    assert len(MATRIX.types_for(name)) == readable
    assert "51851-4" not in MATRIX.types_for(name)


@pytest.mark.parametrize(
    ("profession", "skill", "expected"),
    [
        ("10", "SM26", "medecin"),
        ("10", "", "medecin"),
        ("10", "SM25", ""),
        ("21", "", "pharmacien-officine-pui"),
        ("21", "A", "pharmacien-officine-pui"),
        ("21", "G", "pharmacien-biologiste"),
        ("21", "SM03", "pharmacien-biologiste"),
        ("10", "SM03", "medecin"),
        ("40", "", "chirurgien-dentiste"),
        ("95", "", "ergo-psychomot-orthoptiste-dieteticien"),
        ("85", "", "audioprothesiste-appareillage"),
        ("35", "", ""),
        ("69", "", ""),
        ("93", "", ""),
        ("", "", ""),
        ("", "SM03", ""),
    ],
)
def test_column(profession: str, skill: str, expected: str) -> None:
    """A profession has one column; an occupational doctor and the unlisted have none."""
    assert expected == column(profession, skill)


def test_columns_of_a_profession_whatever_the_skill() -> None:
    """A mask for pharmacists speaks of both kinds of pharmacist."""
    both = {"pharmacien-biologiste", "pharmacien-officine-pui"}
    assert both == MATRIX.columns_of("21")
    assert not MATRIX.columns_of("35")


@pytest.mark.parametrize(
    ("profession", "skill", "expected"),
    [
        ("10", "SM25", Capacity.OCCUPATIONAL),
        ("10", "SM26", Capacity.CARE),
        ("10", "", Capacity.CARE),
        ("331", "", Capacity.ADMINISTRATIVE),
        ("332", "SM25", Capacity.ADMINISTRATIVE),
        ("35", "", Capacity.CARE),
        ("", "", Capacity.CARE),
    ],
)
def test_capacity(profession: str, skill: str, expected: Capacity) -> None:
    """Who watches over health at work, and who administers, take no part in the care."""
    assert matrix.capacity(profession, skill) == expected


def test_what_the_table_lacks_has_a_reason() -> None:
    """Professions and types that the table does not have are listed, and read nothing."""
    lacking = (*MATRIX.professions_lacking, *MATRIX.types_lacking)
    assert all(each.label and each.reason for each in lacking)
    assert len(MATRIX.professions_lacking) == 13
    assert len(MATRIX.types_lacking) == 7
    for each in MATRIX.professions_lacking:
        assert not column(*each.code.split("/"))
    readable = set().union(*(MATRIX.types_for(c.id) for c in MATRIX.columns))
    assert not readable & {each.code for each in MATRIX.types_lacking}
    tables = {each.code: each for each in MATRIX.types}
    assert (tables["101881-1"].added, tables["11488-4"].added) == ("after 2023", "")
