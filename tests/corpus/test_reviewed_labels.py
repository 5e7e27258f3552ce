"""The labels of the real documents are those that were reviewed, and few are false."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.commands.label import label_file
from tests.shared_material import shared

REVIEWED: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("reviewed.yaml").read_text("utf-8")
)["documents"]


@pytest.mark.parametrize("row", REVIEWED, ids=lambda row: str(row["file"]))
def test_labels_are_the_reviewed_ones(row: dict[str, Any]) -> None:
    """A label that appears or goes is read by somebody before the table is changed."""
    document = label_file((shared("samples") / row["file"]).read_bytes())["document"]
    assert set(document["categories"]) == set(row["labels"])
    assert document["opaque"] == row.get("opaque", False)


def test_every_document_was_reviewed() -> None:
    """The table has each of the real documents, once."""
    found = {
        f"{folder}/{path.name}"
        for folder in ("cda-fr", "ccda")
        for path in shared("samples", folder).iterdir()
        if path.suffix.lower() == ".xml"
    }
    assert found == {row["file"] for row in REVIEWED}
    assert len(found) == len(REVIEWED)


def test_few_documents_have_a_false_label() -> None:
    """Fewer than one document in twenty; the known ones are marked in the table."""
    false = [
        row["file"]
        for row in REVIEWED
        if not all(label["right"] for label in row["labels"].values())
    ]
    assert len(false) < len(REVIEWED) / 20
