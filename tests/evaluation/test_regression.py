"""What the labelling service finds is never worse than the floor that is written down."""

from typing import Any

import pytest
import yaml

from labels.codes import Category
from tests.evaluation import authored, measure
from tests.evaluation.figures import Count, count, macro, total
from tests.evaluation.items import DEVELOPMENT, HELD_OUT, HERE, Item, Kind, load
from tests.shared_material import shared

FLOOR: dict[str, Any] = yaml.safe_load((HERE / "floor.yaml").read_text("utf-8"))
SETS = {"development": DEVELOPMENT, "heldout": HELD_OUT}


def above(floor: dict[str, float], figures: dict[str, float]) -> None:
    """Assert that no figure is below its floor; a failure names the figure only."""
    below = {name: figures[name] for name in floor if figures[name] < floor[name]}
    assert not below


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_not_found_worse_than_before(name: str) -> None:
    """Macro precision, recall, F1 and the recall of each category hold their floor."""
    counts = measure.counts(measure.measure(load(SETS[name])))
    mean = macro(counts)
    averages = {"precision": mean.precision, "recall": mean.recall, "f1": mean.f1}
    above(FLOOR[name]["macro"], averages)
    recalls = {str(category): each.recall for category, each in counts.items()}
    above(FLOOR[name]["recall"], recalls)


def test_authored_documents_are_not_found_worse_than_before() -> None:
    """Document level, place level and the ordinary words taken along hold their floor."""
    measured = authored.measure(shared("samples", "authored"))
    documents = total(authored.documents(measured))
    places = total(authored.places(measured))
    facts = total(authored.places(measured, facts=True))
    figures = {
        "document_precision": documents.precision,
        "document_recall": documents.recall,
        "place_precision": places.precision,
        "place_recall": places.recall,
        "place_precision_of_facts": facts.precision,
        "ordinary_words_kept": 1
        - sum(len(each.hidden) for each in measured)
        / sum(len(each.ordinary) for each in measured),
    }
    above(FLOOR["authored"], figures)


def test_the_sets_are_large_and_balanced_enough() -> None:
    """Twelve positives and six hard negatives a category, two in five tempting."""
    both = [item for path in SETS.values() for item in load(path)]
    for category in Category:
        assert sum(category in item.expected for item in both) >= 12
        assert sum(category in item.tempts - item.expected for item in both) >= 6
    for path in SETS.values():
        items = load(path)
        assert len(items) >= 250
        assert sum(hard(item) for item in items) / len(items) >= 0.4


def test_every_item_is_said_once_and_well_formed() -> None:
    """No id or line stands twice, and a hard negative lacks what it tempts to."""
    both = [item for path in SETS.values() for item in load(path)]
    assert len({item.id for item in both}) == len(both)
    assert len({item.line for item in both}) == len(both)
    assert not [item.id for item in both if item.tempts & item.expected]
    assert not [item.id for item in both if not hard(item) and not item.expected]


def hard(item: Item) -> bool:
    """Tell whether an item is a hard negative."""
    return item.kind is Kind.HARD_NEGATIVE


def test_figures_are_the_textbook_ones() -> None:
    """One found, one missed, one false: precision, recall and F1 are one half."""
    hiv, sti = frozenset({Category.HIV}), frozenset({Category.STI})
    counts = count([(hiv, hiv), (hiv, sti), (sti, hiv)])
    assert counts[Category.HIV] == Count(right=1, wrong=1, missed=1)
    found = counts[Category.HIV]
    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)
    assert counts[Category.STI] == Count(right=0, wrong=1, missed=1)
    assert macro(counts).recall == 0.25
    assert total(counts) == Count(right=1, wrong=2, missed=2)
