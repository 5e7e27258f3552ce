"""Every attack of the list is a test with its id, or a line in the README."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
GROUPS = frozenset("NIR NIS NIH NIW NIA NIT LBL AUT WEB XML JSN BIN INJ".split())
TEST = re.compile(r"^def test_([a-z]{3})_(\d\d)_", re.MULTILINE)
LINE = re.compile(r"^\| ([A-Z]{3}-\d\d) \| (.{20,}) \|$", re.MULTILINE)


def _tested() -> set[str]:
    texts = (each.read_text("utf-8") for each in HERE.glob("test_*.py"))
    found = (each for text in texts for each in TEST.findall(text))
    return {f"{group.upper()}-{number}" for group, number in found}


@pytest.mark.corpus
def test_every_attack_is_here(shared: Callable[..., Path]) -> None:
    """None is missing, none has two places, and no test claims an id that is not there."""
    with shared("facts", "attack-cases.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    wanted = {row["id"] for row in rows if row["group"] in GROUPS}
    excused = {
        name for name, _ in LINE.findall((HERE / "README.md").read_text("utf-8"))
    }
    assert wanted - excused == _tested()
    assert excused <= wanted
