"""Entries written by hand with the FHIR they mean, one or more for each kind."""

import json

import pytest

from mappings.fhir.shape import check
from tests.mappings.cda.to_fhir.entries import clinical


@pytest.mark.parametrize("name", clinical.CASES)
def test_an_entry_becomes_the_resources_it_means(name: str) -> None:
    """The resources and the losses of a case are those that were reviewed by hand."""
    expected = json.loads((clinical.GOLDEN / f"{name}.json").read_text("utf-8"))
    scope = clinical.case(name)
    assert clinical.readable(scope) == expected["resources"]
    assert clinical.losses(scope) == expected["losses"]


@pytest.mark.parametrize("name", clinical.CASES)
def test_every_resource_is_valid_fhir(name: str) -> None:
    """What a case gives is accepted by the check that submissions must pass."""
    for one in clinical.case(name).derived:
        assert check(one.resource, one.resource["resourceType"]) == ()


@pytest.mark.parametrize("name", clinical.CASES)
def test_mapping_twice_gives_the_same(name: str) -> None:
    """The same document gives the same resources with the same ids."""
    first = [one.resource for one in clinical.case(name).derived]
    assert [one.resource for one in clinical.case(name).derived] == first


def test_every_case_has_both_its_files() -> None:
    """No expected answer stands without its entry."""
    answers = {path.stem for path in clinical.GOLDEN.glob("*.json")}
    assert answers == set(clinical.CASES)
