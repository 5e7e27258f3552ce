"""Code systems by any of their names."""

import importlib.resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.terminology import oid, uri
from mappings.terminology import systems as table
from mappings.terminology.systems import named, systems

CCAM = "urn:oid:1.2.250.1.213.2.5"


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("2.16.840.1.113883.6.3", "http://hl7.org/fhir/sid/icd-10"),
        ("urn:oid:2.16.840.1.113883.6.3", "http://hl7.org/fhir/sid/icd-10"),
        ("http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10"),
        (" 2.16.840.1.113883.6.1 ", "http://loinc.org"),
        ("1.2.250.1.215.300.1", CCAM),
        ("1.2.250.1.213.2.5", CCAM),
        (
            "https://interop.esante.gouv.fr/terminologies/CodeSystem/CIS",
            "urn:oid:1.2.250.1.213.2.3.1",
        ),
        ("1.2.3.4", "urn:oid:1.2.3.4"),
        ("http://unknown.example", "http://unknown.example"),
        ("LOCAL", "LOCAL"),
        ("", ""),
    ],
)
def test_every_name_of_a_system_is_one_system(name: str, canonical: str) -> None:
    """OID, urn:oid and URI meet; what is unknown is kept."""
    assert uri(name) == canonical


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("http://loinc.org", "2.16.840.1.113883.6.1"),
        (CCAM, "1.2.250.1.213.2.5"),
        ("1.2.250.1.215.300.1", "1.2.250.1.213.2.5"),
        ("urn:oid:1.2.3.4", "1.2.3.4"),
        ("http://unknown.example", ""),
    ],
)
def test_the_oid_of_a_system(name: str, number: str) -> None:
    """A canonical system has one OID; an unknown URI has none."""
    assert oid(name) == number


@pytest.mark.parametrize("name", ["CIM-10", "cim10", "CIM 10", "ICD-10"])
def test_plain_names(name: str) -> None:
    """A codeSystemName is written in many ways and means one system."""
    assert named(name) == "http://hl7.org/fhir/sid/icd-10"


def test_an_unknown_plain_name_is_no_system() -> None:
    """A name we do not know is answered by nothing."""
    assert named("practiceSettingCode") == ""
    assert named("") == ""


@given(st.text(max_size=60) | st.sampled_from([s.oid for s in systems()]))
def test_canonical_names_are_stable(name: str) -> None:
    """The canonical name of a canonical name is itself."""
    assert uri(uri(name)) == uri(name)


def test_the_table_is_coherent() -> None:
    """One canonical row for each URI and each OID; every row has a source."""
    canonical = [system for system in systems() if not system.alias]
    assert len({system.uri for system in canonical}) == len(canonical)
    assert len({system.oid for system in canonical}) == len(canonical)
    for system in systems():
        assert system.source
        assert uri(system.oid) == uri(system.uri)


def test_a_malformed_row_stops_the_start() -> None:
    """A row of unknown kind, or without source, is an error that names its line."""
    row = {"uri": "u", "oid": "1.2", "kind": "maybe", "name": "n", "source": "s"}
    with pytest.raises(ValueError, match=r"line 7"):
        table.system_of(row, 7)


def test_the_readme_lists_every_system() -> None:
    """The table people read is the table the code reads."""
    readme = (
        importlib.resources.files("mappings.terminology")
        .joinpath("README.md")
        .read_text("utf-8")
    )
    for system in systems():
        assert f"| {system.uri} | {system.oid} |" in readme
