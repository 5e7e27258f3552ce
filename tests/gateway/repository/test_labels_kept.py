"""Words and relabelling on both databases: what the column says is what the label says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway import last_word, relabelling
from gateway.demo.environment import open_demo, settings_in
from gateway.demo.issuer import open_issuer
from gateway.demo.seed import seed
from gateway.demo.table import principal_of
from gateway.demo.world.load import load
from gateway.repository import keeping, records
from gateway.repository.tables import item
from gateway.services import Services
from labels.codes import Category
from labels.last_word import Word
from tests.gateway.test_relabelling import facts, held, rewrite, run

WORLD = load()
HIV = frozenset({Category.HIV})


@pytest.fixture
def services(database_url: str, tmp_path: Path) -> Iterator[Services]:
    """Give the demo world on each kind of database."""
    opened, _ = open_demo(settings_in(tmp_path / "data", database_url=database_url))
    list(seed(opened, open_issuer(opened.settings.data), WORLD))
    yield opened
    opened.store.engine.dispose()


def columns_agree(services: Services) -> bool:
    """Tell whether the masks of each row are those of the label sealed beside it."""
    with services.store.unit() as connection:
        rows = connection.execute(select(item))
        masks = {row.id: (row.mask, row.whole_mask) for row in rows}
        for patient_id in records.every_open(connection):
            record = records.by_id(connection, services.store.keys, patient_id)
            for stored in keeping.every(connection, record):
                labels = (stored.label.frame, stored.label.effective)
                layout = record.keys.layout
                wanted = [
                    layout.encode(each.confidentiality, each.categories, each.marks)
                    for each in labels
                ]
                if list(masks[stored.id]) != wanted:
                    return False
    return True


def test_a_word_and_a_run_keep_column_and_label_together(services: Services) -> None:
    """Said, forgotten, labelled anew, taken back: search and judgement never part."""
    before = facts(services)
    tristan = principal_of(WORLD.readers["tristan"])
    hiv = {each.id for each in held(services) if each.whole.categories >= HIV}
    visible = [
        word_id
        for each in sorted(hiv)
        if (
            word_id := last_word.say(
                services,
                tristan,
                Word(sensitive=False, categories=HIV, items=frozenset({each})),
            )
        )
    ]
    assert visible
    assert columns_agree(services)
    said = facts(services)
    rewrite(services)
    assert relabelling.preview(services).items == len(before)
    run(services, batch=3)
    assert columns_agree(services)
    assert facts(services) == said
    assert all(last_word.take_back(services, tristan, each) for each in visible)
    assert columns_agree(services)
    assert facts(services) == before
