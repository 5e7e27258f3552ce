"""The benches run; what they call hostile makes work in proportion to its length."""

import pytest

from bench.__main__ import BENCHES, measured, table
from bench.hostile import INPUTS
from bench.material import cda, documents, narrative
from bench.timing import Row, best
from labels.detection.service import EVIDENCE_AT_MOST, label
from mappings.cda.document import clinical_document

_SIZE = 4000


def test_a_table_has_a_line_for_each_row() -> None:
    """The table is Markdown, ready for a README."""
    lines = list(table([Row("parse", "1.2 x", "2.0 x")]))
    assert lines[-1] == "| parse | 1.2 x | 2.0 x |"
    assert len(lines) == 3


def test_each_call_is_made_in_every_round() -> None:
    """Calls take turns, so that a slow moment meets all of them."""
    made: list[str] = []
    calls = {"a": lambda: made.append("a"), "b": lambda: made.append("b")}
    assert best(calls, rounds=2).keys() == {"a", "b"}
    assert made == ["a", "b", "a", "b"]


def test_an_unknown_bench_is_named() -> None:
    """A misspelled bench ends with the names that there are."""
    with pytest.raises(SystemExit, match="labelling, narrative"):
        list(measured(["speed"]))
    assert len(set(BENCHES)) == len(BENCHES)


def test_the_material_can_be_read() -> None:
    """Real or made, every document is a CDA; the narrative says nothing sensitive."""
    name, found = documents()
    assert name
    assert all(clinical_document(data).root is not None for data in found[:3])
    assert clinical_document(cda("<paragraph>a</paragraph>")).root is not None
    assert len(narrative(500)) == 500


@pytest.mark.parametrize("name", INPUTS)
def test_the_labels_of_hostile_input_grow_with_it_and_no_faster(name: str) -> None:
    """Twice the input gives at most twice the places, and evidence has a bound."""
    once, twice = (label(INPUTS[name](size)) for size in (_SIZE, 2 * _SIZE))
    assert len(twice.places) <= 2 * len(once.places) + 4
    assert twice.document.categories == once.document.categories
    rules = [evidence.rule for evidence in twice.document.evidence]
    assert all(rules.count(rule) <= EVIDENCE_AT_MOST + 1 for rule in set(rules))
