"""The table of gaps: complete, unique, and the same in the README."""

import pytest

from mappings.cda.to_fhir import gaps
from tests.shared_material import REPOSITORY

README = REPOSITORY / "mappings" / "cda" / "to_fhir" / "README.md"


def test_every_gap_says_in_two_languages_what_and_why() -> None:
    """No row is empty and no key stands twice."""
    assert len({row["what"] for row in gaps.rows()}) == len(gaps.rows())


@pytest.mark.parametrize(
    "second", [{"what": "a", "why": "c"}, {"what": "b", "why": ""}]
)
def test_a_wrong_row_stops_the_start(second: dict[str, str]) -> None:
    """A key twice, or a gap without its reason, is an error when the table is read."""
    first = {"what": "a", "why": "b"}
    assert gaps.checked([first]) == (first,)
    with pytest.raises(ValueError, match="stands twice"):
        gaps.checked([first, second])


def test_the_readme_shows_the_table() -> None:
    """A reader of the README knows every gap."""
    shown = README.read_text("utf-8")
    missing = [
        row["what"]
        for row in gaps.rows()
        if f"| {row['what']} | {row['text']} | {row['why']} |" not in shown
    ]
    assert missing == []
