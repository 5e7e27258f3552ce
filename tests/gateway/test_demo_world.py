"""The demo world, deposited: who sees what is what the law and the patients want."""

from pathlib import Path

import pytest

from gateway.demo import table
from gateway.demo.issuer import open_issuer
from gateway.demo.seed import seed
from gateway.demo.world import expected
from gateway.demo.world.load import load
from gateway.services import Services
from labels.codes import Category
from tests.gateway.world import Software, outcomes, seeded

WORLD = load()
EXPECTED = expected.load()


def test_every_deposit_of_the_demo_is_accepted() -> None:
    """Nothing of the demo is refused."""
    assert {each.name: each.problem for each in outcomes() if each.problem} == {}


@pytest.mark.parametrize("reader", WORLD.readers)
def test_each_reader_sees_exactly_what_is_expected(reader: str, tmp_path: Path) -> None:
    """A reader's searches, over all records, return what he may see and nothing else."""
    software = Software(seeded(tmp_path))
    documents = WORLD.documents()
    by_identifier = {each.identifier: name for name, each in documents.items()}
    seen = {
        by_identifier[identifier]
        for patient in {each.patient for each in documents.values()}
        for identifier in software.identifiers(reader, patient)
    }
    wanted = {
        name
        for name, each in EXPECTED.items()
        if reader in each.seen_by | each.in_part_by
    }
    assert wanted == seen


def test_the_labels_are_those_the_documents_deserve(services: Services) -> None:
    """Each document carries the categories its story tells, no more and no fewer."""
    found: dict[str, list[str]] = {}
    for patient in WORLD.patients.values():
        found |= table.labels_of(services, patient, WORLD)
    wanted = {
        document.identifier: sorted(EXPECTED[name].categories)
        for name, document in WORLD.documents().items()
        if document.identifier in found
    }
    categories = {str(each) for each in Category}
    assert wanted == {
        key: sorted(set(value) & categories) for key, value in found.items()
    }


def test_a_second_start_makes_nothing_twice(services: Services) -> None:
    """Seeding again answers 200 for everything and adds no document."""
    software = Software(services)
    before = {each: software.identifiers(each, each) for each in WORLD.patients}
    issuer = open_issuer(services.settings.data)
    again = seed(services, issuer, WORLD)
    assert {each.status for each in again} == {200}
    assert before == {each: software.identifiers(each, each) for each in WORLD.patients}
