"""Every real CDA document as FHIR: none fails, nothing is lost that is not listed."""

import pytest
import yaml

from mappings.cda.to_fhir import gaps
from mappings.cda.to_fhir.carried import references
from mappings.cda.to_fhir.document import bundle
from mappings.fhir.shape import check
from mappings.submission import JsonObject
from tests.corpus import mapped
from tests.shared_material import shared

pytestmark = pytest.mark.corpus

COUNTS = {"cda-fr": 43, "ccda": 36, "authored": 16}


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, mapped.Row]]:
    """Map every document once."""
    shared("samples")
    return mapped.table()


def test_every_document_is_mapped(rows: dict[str, dict[str, mapped.Row]]) -> None:
    """All 79 real documents and all authored ones, without an exception."""
    assert {folder: len(found) for folder, found in rows.items()} == COUNTS


def test_the_table_is_what_happens(rows: dict[str, dict[str, mapped.Row]]) -> None:
    """The reviewed table says what the mapping does today."""
    kept = yaml.safe_load(mapped.TABLE.read_text("utf-8"))
    changed = [
        name
        for folder, found in rows.items()
        for name, row in found.items()
        if kept.get(folder, {}).get(name) != row
    ]
    assert changed == [], "if they are right: python -m tests.corpus.mapped"


def test_french_entries_become_typed_resources(
    rows: dict[str, dict[str, mapped.Row]],
) -> None:
    """At least 95 of 100 entries of the French documents; the others are listed."""
    french = rows["cda-fr"].values()
    entries = sum(row["entries"] for row in french)
    unmapped = sum(row["unmapped"] for row in french)
    print(f"{entries - unmapped} of {entries} French entries are typed")  # noqa: T201
    assert unmapped <= 0.05 * entries


def test_every_gap_that_occurs_is_in_the_table_and_no_other(
    rows: dict[str, dict[str, mapped.Row]],
) -> None:
    """The table of gaps tells all that real documents lose."""
    met = {
        key for found in rows.values() for row in found.values() for key in row["gaps"]
    }
    known = {row["what"] for row in gaps.rows()}
    assert met - known == set()


@pytest.mark.parametrize("folder", COUNTS)
def test_every_bundle_is_valid_fhir(folder: str) -> None:
    """Shape, cardinality and codes of every resource; every reference resolves."""
    shared("samples", folder)
    wrong = {}
    for path in mapped.documents(folder):
        found = bundle(path.read_bytes(), mapped.RECORDED).value
        errors = [i for i in check(found, "Bundle") if i.severity == "error"]
        if errors or dangling(found):
            wrong[path.name] = [i.expression for i in errors] + dangling(found)
    assert wrong == {}


def dangling(found: JsonObject) -> list[str]:
    """Return the references of a Bundle that lead nowhere in it."""
    names = {entry["fullUrl"] for entry in found["entry"]}
    inside = (entry["resource"] for entry in found["entry"])
    return sorted({r for r in references(inside) if r.startswith("urn:uuid:")} - names)
