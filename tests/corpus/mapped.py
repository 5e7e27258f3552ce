"""What becomes of each real CDA document in FHIR: the table ``mapped.yaml``.

``python -m tests.corpus.mapped`` writes the table again; whoever does reads the
difference before it is kept.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from mappings.cda.document import clinical_document
from mappings.cda.to_fhir import gaps
from mappings.cda.to_fhir.document import bundle
from mappings.mapped import Issue
from tests.shared_material import SHARED

TABLE = Path(__file__).with_name("mapped.yaml")
FOLDERS = ("cda-fr", "ccda", "authored")
RECORDED = "2026-11-22T08:00:00Z"
HEAD = """\
# Each CDA document of the samples as FHIR: how many entries it has, how many have no typed
# resource (unmapped), its resources by type, and how often each gap (gaps.csv) occurs.
# Written by: python -m tests.corpus.mapped
"""

Row = dict[str, Any]


def documents(folder: str) -> list[Path]:
    """Return the CDA files of a folder of the samples, by name."""
    found = SHARED.joinpath("samples", folder).iterdir()
    return sorted(path for path in found if path.suffix.lower() == ".xml")


def row(data: bytes) -> Row:
    """Return the row of one document."""
    found = bundle(data, RECORDED)
    kinds = Counter(e["resource"]["resourceType"] for e in found.value["entry"])
    lost = Counter(key for issue in found.issues if (key := gap(issue)))
    root = clinical_document(data).root
    return {
        "entries": sum(1 for _ in root.iter("{urn:hl7-org:v3}entry")),
        "unmapped": lost["entry"],
        "resources": dict(sorted(kinds.items())),
        "gaps": dict(sorted(lost.items())),
    }


def gap(issue: Issue) -> str:
    """Return the key of the gap that an issue tells of; its text when it is no row."""
    if (issue.severity, issue.code) != ("information", "incomplete"):
        return ""
    rows = {row["text"]: row["what"] for row in gaps.rows()}
    return rows.get(issue.text, issue.text)


def table() -> dict[str, dict[str, Row]]:
    """Return the rows of every document, by folder and name."""
    return {
        folder: {path.name: row(path.read_bytes()) for path in documents(folder)}
        for folder in FOLDERS
    }


def written(rows: dict[str, dict[str, Row]]) -> str:
    """Return the table as the file shows it."""
    return HEAD + yaml.safe_dump(
        rows, allow_unicode=True, sort_keys=True, default_flow_style=None, width=100
    )


if __name__ == "__main__":
    TABLE.write_text(written(table()), encoding="utf-8")
