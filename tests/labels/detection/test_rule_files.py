"""Every entry of every rule file says where it comes from and whether it was verified."""

from collections.abc import Iterator
from typing import Any

import pytest

from labels.codes import Category
from labels.detection.yaml_file import read_data

FILES = {category: read_data(f"rules/{category}.yaml") for category in Category}


def code_rows(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the code entries of a file with their system."""
    for system, rows in data.get("codes", {}).items():
        for row in rows:
            yield system, row


@pytest.mark.parametrize("category", list(Category))
def test_every_code_has_a_source_and_a_status(category: Category) -> None:
    """The source is one that the file names; unverified is said, and only there."""
    data = FILES[category]
    for system, row in code_rows(data):
        assert row["source"] in data["sources"], (system, row["code"])
        assert row["name"], (system, row["code"])
        verified = row.get("verified", True)
        assert verified is (row["source"] != "unverified"), (system, row["code"])


@pytest.mark.parametrize("category", list(Category))
def test_every_group_and_rule_has_a_source(category: Category) -> None:
    """Words without a source of their own are ours: the file says what that means."""
    data = FILES[category]
    assert "paravent" in data["sources"]
    for section in ("terms", "context", "inference"):
        for name, row in data.get(section, {}).items():
            assert row.get("source", "paravent") in data["sources"], name
    for name, row in data.get("inference", {}).items():
        assert row["because"].strip(), name


@pytest.mark.parametrize("category", list(Category))
def test_every_source_is_used_or_ours(category: Category) -> None:
    """A source that no entry names misleads a reader."""
    data = FILES[category]
    used = {row["source"] for _, row in code_rows(data)}
    for section in ("terms", "context", "inference"):
        used |= {row.get("source") for row in data.get(section, {}).values()}
    assert set(data["sources"]) - used <= {"paravent", "unverified"}
