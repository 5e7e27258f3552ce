"""``paravent matrix`` prints the table, its grounds, and how two editions differ."""

import pytest
from click.testing import CliRunner

from gateway.cli import main


def said(*arguments: str) -> list[str]:
    """Return the lines that the command prints."""
    found = CliRunner().invoke(main, ["matrix", *arguments])
    assert found.exit_code == 0, found.output
    return found.output.splitlines()


def test_the_table() -> None:
    """Every type is a row, every profession a column, and every sign has its meaning."""
    lines = said("--lang", "en")
    assert lines[0].startswith("matrix 2024-09-25, in force since 2024-09-25")
    assert "   1 doctor" in lines
    assert "  14 (coordination)" in lines
    rows = [line.split()[:20] for line in lines if line.startswith((" x", " .", " -"))]
    assert len(rows) == 108
    cells = {row[19]: row[:19] for row in rows}
    assert cells["68599-0"] == ["x", *["."] * 16, "x", "."]
    assert cells["ATTEST-RESID"][0] == "-"
    assert "cells: 1 assumed, 1140 cited no, 911 cited yes" in lines
    assert any(line.startswith("  10/SM25 ") for line in lines)
    assert any(line.startswith("  PIECE-IDENTITE ") for line in lines)


def test_an_earlier_edition() -> None:
    """What the edition of 2023 says is assumed, and so shown."""
    lines = said("--edition", "2023-10-26")
    assert lines[0].startswith("matrice 2023-10-26, en vigueur depuis le 2023-10-30")
    assert len([line for line in lines if line.startswith((" +", " -", " ."))]) == 87
    assert "cases : non cités : 1, supposées : 1652" in lines


def test_the_grounds_are_said_in_french() -> None:
    """No reason of an edition stays in English, and none lacks its French."""
    for year in ("2023", "2024"):
        lines = said("--edition", year)
        assert (
            "  31 assistant dentaire : compté dans l'équipe du dentiste, dans aucune colonne"
            in lines
        )
        assert not [line for line in lines if ": in " in line]


def test_a_year_names_its_only_edition() -> None:
    """`--since 2023` is the edition of 2023; what fits two is refused."""
    assert said("--since", "2023") == said("--since", "2023-10-26")
    found = CliRunner().invoke(main, ["matrix", "--since", "20"])
    assert found.exit_code == 1
    assert "no edition is 20; " in found.output


def test_the_difference_of_two_editions() -> None:
    """Each cell that changed is a line."""
    lines = said("--since", "2023-10-26", "--lang", "en")
    assert lines[0] == "from 2023-10-26 to 2024-09-25: 399 cells change"
    assert "  101881-1 Carte d'implant, medecin: absent -> yes" in lines
    assert len(lines) == 400


@pytest.mark.parametrize("option", ["--edition", "--since"])
def test_an_unknown_edition_is_named_with_those_there_are(option: str) -> None:
    """The error lists the editions."""
    found = CliRunner().invoke(main, ["matrix", option, "1999"])
    assert found.exit_code == 1
    assert "2023-10-26, 2024-09-25" in found.output
