"""Codes are met exactly or by hierarchy, under every name of their system."""

import pytest

from labels.detection.codes import CodeIndex
from labels.detection.load import rule_set
from labels.detection.systems import bare, system_keys, system_names


@pytest.fixture(scope="module")
def index() -> CodeIndex:
    """Give the index over the rules of the package."""
    rules = rule_set()
    return CodeIndex(rules.codes, rules.signals.values())


def direct(index: CodeIndex, system: str, code: str) -> set[str]:
    """Return the categories that a code alone carries."""
    found = index.rules(system, code)
    return {str(r.category) for r in found if r.strength == "direct"}


@pytest.mark.parametrize(
    "system",
    ["http://hl7.org/fhir/sid/icd-10", "urn:oid:2.16.840.1.113883.6.3", "CIM-10"],
)
@pytest.mark.parametrize("code", ["B20", "B20.6", "b206", " B20.60 "])
def test_a_code_has_one_meaning_whatever_its_dress(
    index: CodeIndex, system: str, code: str
) -> None:
    """URI, OID or French name; with dot, without, lower case: the same rule."""
    assert direct(index, system, code) == {"hiv"}


def test_exact_codes_do_not_stretch(index: CodeIndex) -> None:
    """A LOINC code is met whole or not at all."""
    assert direct(index, "LOINC", "20447-9") == {"hiv"}
    assert not direct(index, "LOINC", "20447-91")
    assert not direct(index, "LOINC", "20447")


def test_a_code_means_nothing_in_another_system(index: CodeIndex) -> None:
    """B24 of some other list is not HIV."""
    assert not list(index.rules("urn:oid:1.2.3", "B24"))
    assert not index.signals("urn:oid:1.2.3", "B24")


def test_document_types_are_met_as_loinc_too(index: CodeIndex) -> None:
    """A type from LOINC and the same type named by the JDV meet the same rule."""
    assert "psychiatry" in direct(index, "http://loinc.org", "68599-0")
    assert "psychiatry" in direct(index, "JDV-J07", "68599-0")


def test_icd_10_cm_is_read_as_icd_10_and_itself(index: CodeIndex) -> None:
    """The American edition shares the rules and has some of its own."""
    icd10cm = "http://hl7.org/fhir/sid/icd-10-cm"
    assert direct(index, icd10cm, "F31.9") == {"psychiatry"}
    assert direct(index, icd10cm, "Z33.2") == {"abortion", "pregnancy_fertility"}


def test_short_codes_of_flat_lists_raise_no_foreign_signal(index: CodeIndex) -> None:
    """ROR code 8 is not the beginning of 80."""
    assert "addiction_care" in index.signals("J34", "80")
    assert "addiction_care" not in index.signals("J34", "801")
    assert "other_antiretroviral" in index.signals("ATC", "J05AJ03")


def test_nabm_numbers_keep_their_leading_zero() -> None:
    """A NABM number is four digits, however it was typed."""
    assert bare("nabm", "388") == "0388"
    assert bare("icd10", "f 64.0") == "F640"


def test_every_name_of_a_system_leads_to_it() -> None:
    """No two systems share a name."""
    for key, names in system_names().items():
        assert all(key in system_keys(name) for name in names)
    assert system_keys("nothing we know") == ()
