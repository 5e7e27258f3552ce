"""Dates and tokens of resources compare as FHIR R4 says; ids name three things."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.repository.records import HOUSE
from gateway.search import definitions
from gateway.search.addresses import Address
from gateway.search.dates import span
from gateway.search.matching import Criterion, compares

Json = dict[str, Any]

OBSERVATION: Json = {
    "resourceType": "Observation",
    "status": "final",
    "code": {
        "coding": [
            {"system": "http://loinc.org", "code": "718-7"},
            {"code": "HB"},
        ]
    },
    "identifier": [{"system": "urn:oid:2.25.1", "value": "A1"}],
    "component": [{"code": {"coding": [{"system": "urn:s", "code": "part"}]}}],
    "effectivePeriod": {"start": "2026-03", "end": "2026-04-02"},
}


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("code", "718-7", True),
        ("code", "http://loinc.org|718-7", True),
        ("code", "urn:other|718-7", False),
        ("code", "http://loinc.org|", True),
        ("code", "|HB", True),
        ("code", "|718-7", False),
        ("code", "part", False),
        ("combo-code", "part", True),
        ("identifier", "urn:oid:2.25.1|A1", True),
        ("status", "final", True),
        ("status", "amended", False),
    ],
)
def test_a_token_matches_as_it_is_written(
    name: str, value: str, *, found: bool
) -> None:
    """Code alone, with its system, with none, or the system alone (R4, search, token)."""
    definition = definitions.load()["Observation"][name]
    assert Criterion(definition, values=(value,)).matches(OBSERVATION) is found


@pytest.mark.parametrize(
    ("prefix", "date", "found"),
    [
        ("eq", "2026", True),
        ("eq", "2026-03", False),
        ("ne", "2026-03", True),
        ("gt", "2026-03-31", True),
        ("lt", "2026-03-02", True),
        ("ge", "2026-04-03", False),
        ("le", "2026-02", False),
        ("sa", "2026-02", True),
        ("sa", "2026-03-01", False),
        ("eb", "2026-04-03", True),
        ("eb", "2026-04-02", False),
    ],
)
def test_a_date_compares_as_long_as_it_is_precise(
    prefix: str, date: str, *, found: bool
) -> None:
    """A period is compared whole, a day as a day (R4, search, date)."""
    wanted = span(date)
    assert wanted is not None
    definition = definitions.load()["Observation"]["date"]
    held = Criterion(definition, spans=((prefix, wanted),))
    assert held.matches(OBSERVATION) is found


@given(st.datetimes(), st.datetimes())
def test_of_two_instants_exactly_one_order_holds(one: object, two: object) -> None:
    """Whatever the dates: before, the same second, or after."""
    first, second = span(f"{one:%Y-%m-%dT%H:%M:%S}"), span(f"{two:%Y-%m-%dT%H:%M:%S}")
    if first is None or second is None:
        return  # a year that is not written with four digits is no date of FHIR
    holds = [p for p in ("eq", "sa", "eb") if compares(p, first, second)]
    assert len(holds) == 1


@pytest.mark.parametrize("text", ["", "hier", "2026-13", "2026-02-30", None, "0000"])
def test_what_is_no_date_is_none(text: object) -> None:
    """Nothing is guessed."""
    assert span(text) is None


HEX = st.text("0123456789abcdef", min_size=32, max_size=32)


@given(HEX, HEX, HEX)
def test_an_id_holds_record_document_and_fact(
    record: str, document: str, fact: str
) -> None:
    """64 characters of a FHIR id, read back as they were written."""
    address = Address(record, document, fact)
    assert len(str(address)) == 64
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize("text", ["", "a", "é" * 64, "_" * 64, "a" * 65])
def test_an_id_that_is_not_ours_leads_to_nobody(text: str) -> None:
    """The same work is done on the record of nobody."""
    assert Address.parse(text) == Address(HOUSE, HOUSE, HOUSE)


def test_every_definition_names_its_standard() -> None:
    """The parameters are those of R4, by their canonical addresses."""
    for named in definitions.load().values():
        for each in named.values():
            assert each.canonical.startswith("http://hl7.org/fhir/SearchParameter/")
            assert each.type in ("token", "date")
