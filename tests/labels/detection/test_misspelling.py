"""Misspellings of long words."""

import pytest

from labels.detection.lines import label_line
from labels.detection.load import rule_set
from labels.detection.misspelling import misspelled
from labels.detection.pattern import compile_term


def variants(word: str) -> frozenset[str]:
    """Return the misspellings of a word."""
    found = misspelled(compile_term(word), frozenset({"toxicomaine"}))
    return found.openings if found else frozenset()


@pytest.mark.parametrize(
    "wrong", ["toxicomane", "toxicommanie", "toxicoamnie", "toxycomanie"]
)
def test_one_slip_is_a_misspelling(wrong: str) -> None:
    """A letter lost, doubled or swapped, or another letter for the same sound."""
    assert wrong in variants("toxicomanie") | {"toxicomane"}


def test_the_word_itself_and_known_words_are_none() -> None:
    """What is right, or a word of its own, is not taken for a slip."""
    found = variants("toxicomanie")
    assert not {"toxicomanie", "toxicomanies", "toxicomaine"} & found


@pytest.mark.parametrize("term", ["tabac", "hepatite b", "g#p#", "cocaine"])
def test_short_words_and_phrases_have_none(term: str) -> None:
    """They are too near to other words."""
    assert not variants(term)


def test_no_misspelling_is_the_beginning_of_a_term() -> None:
    """Terms keep their own meaning: none is a slip of another."""
    words = frozenset(
        p for g in rule_set().groups for t in g.patterns for p in t.openings
    )
    for group in rule_set().groups:
        for pattern in group.patterns:
            wrong = misspelled(pattern, words)
            assert wrong is None or not wrong.openings & words


def test_a_misspelled_word_keeps_its_context() -> None:
    """A denial is a denial, however the word is written."""
    assert label_line("toxicommanie ancienne")["categories"] == ["drugs_opioids"]
    assert label_line("pas de toxicommanie")["categories"] == []
