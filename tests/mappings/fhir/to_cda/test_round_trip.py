"""FHIR to CDA to FHIR: every field that the gap table does not list comes back."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.cda.to_fhir.document import bundle as from_cda
from mappings.fhir.elements import child, items, string
from mappings.fhir.to_cda import carried, to_cda
from mappings.submission import JsonObject
from mappings.terminology import uri
from tests.mappings.fhir.to_cda.resources import ALONE, PANEL, RARE, REPORT, document_of

NOW = "2026-11-22T08:00:00+00:00"
IN_FULL = {(row["type"], row["element"]) for row in carried.rows() if not row["loses"]}
LISTED = {(row["type"], row["element"]) for row in carried.rows()}


def returned(*resources: JsonObject) -> list[JsonObject]:
    """Return the resources of a document after both mappings."""
    there = to_cda(document_of(*resources)).value
    back = from_cda(there, NOW).value
    return [child(entry, "resource") for _, entry in items(back, "entry")]


def lacking(source: Any, found: Any, place: str = "") -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield each place of ``source`` whose value is not in ``found``.

    References lead to resources with new names: that there is one is what counts.
    """
    if isinstance(source, dict):
        for name, value in source.items():
            inner = found.get(name) if isinstance(found, dict) else None
            if name != "reference" or not inner:
                yield from lacking(value, inner, f"{place}/{name}")
    elif isinstance(source, list):
        for one in source:
            tries = [list(lacking(one, other, place)) for other in found or ()]
            yield from min(tries, key=len, default=[place])
    elif plain(source) != plain(found):
        yield place


def plain(value: object) -> object:
    """Return numbers as numbers, and systems by the name they are kept under."""
    if isinstance(value, str) and value.startswith("urn:oid:"):
        return uri(value)
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return Decimal(str(value)) if is_number else value


def best(source: JsonObject, found: list[JsonObject]) -> list[str]:
    """Return what the resource most like ``source`` lacks."""
    same = [r for r in found if r["resourceType"] == source["resourceType"]]
    return min((list(lacking(source, one)) for one in same), key=len, default=["/"])


def in_full(source: JsonObject) -> JsonObject:
    """Return the elements that the table says are held in full."""
    kind = source["resourceType"]
    return {
        k: v for k, v in source.items() if k == "resourceType" or (kind, k) in IN_FULL
    }


@pytest.mark.parametrize("source", [*ALONE, *RARE], ids=lambda r: r["resourceType"])
def test_every_field_comes_back(source: JsonObject) -> None:
    """Every element that the table says is held in full is held."""
    assert best(in_full(_undisplayed(source)), returned(source)) == []


@pytest.mark.parametrize("source", ALONE, ids=lambda r: r["resourceType"])
def test_what_is_lost_inside_an_element_is_what_the_table_says(
    source: JsonObject,
) -> None:
    """The examples use elements without the parts that the table lists: all come back."""
    assert best(_undisplayed(source), returned(source)) == []


def _undisplayed(source: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a resource without the name beside the reference to the patient."""
    named = ("subject", "patient")
    return {
        k: {"reference": v["reference"]} if k in named else v for k, v in source.items()
    }


@pytest.mark.parametrize("source", [REPORT, PANEL], ids=lambda r: r["resourceType"])
def test_results_stay_within_what_holds_them(source: JsonObject) -> None:
    """A report has its results, a panel its members."""
    assert best(_undisplayed(source), returned(source)) == []


def test_people_and_metadata_come_back() -> None:
    """Patient, author, structure, custodian, attester, event, relation, encounter."""
    source = document_of()
    found = returned()
    for resource in [child(e, "resource") for _, e in items(source, "entry")][:5]:
        expected = {k: v for k, v in resource.items() if k not in {"id", "section"}}
        lost = best(expected, found)
        assert lost == [], string(resource, "resourceType")


@given(st.sampled_from(ALONE), st.sampled_from(ALONE), st.data())
def test_any_part_of_a_resource_comes_back(
    one: JsonObject, other: JsonObject, data: st.DataObject
) -> None:
    """Elements may be absent, and two resources stand beside each other."""
    needed = {"resourceType", "status", "intent", "code", "subject", "patient"}
    needed |= {"vaccineCode", "medicationCodeableConcept", "clinicalStatus", "category"}
    needed |= {"occurrenceDateTime", "verificationStatus"}
    free = sorted(one.keys() - needed)
    left_out = data.draw(st.sets(st.sampled_from(free))) if free else set()
    source = {k: v for k, v in one.items() if k not in left_out}
    assert best(in_full(_undisplayed(source)), returned(source, other)) == []


def test_the_examples_use_all_that_is_held() -> None:
    """Each element that the table says is held occurs in an example."""
    used = {(r["resourceType"], name) for r in (*ALONE, REPORT, PANEL) for name in r}
    used |= {(r["resourceType"], name) for r in RARE for name in r}
    kinds = {kind for kind, _ in used}
    assert {pair for pair in LISTED - used if pair[0] in kinds} == set()
