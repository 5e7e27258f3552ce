"""A label as it is kept: every part of it comes back, and older rows are still read."""

import json

from hypothesis import given
from hypothesis import strategies as st

from gateway.repository import held_label
from gateway.repository.held_label import HeldLabel
from labels.codes import Category, Confidentiality, Mark
from labels.item import Item
from labels.label import Evidence, Label
from labels.last_word import Word

CATEGORIES = st.frozensets(st.sampled_from(Category), max_size=3)
MARKS = st.frozensets(st.sampled_from(Mark))
TEXT = st.text(max_size=5)
LABELS = st.builds(
    Label,
    st.sampled_from(Confidentiality),
    CATEGORIES,
    MARKS,
    st.lists(st.builds(Evidence, TEXT, TEXT, TEXT, TEXT), max_size=2).map(tuple),
)
NAMED = st.frozensets(st.sampled_from(("one", "two")), min_size=1)
SOME = st.frozensets(st.sampled_from(Category), min_size=1, max_size=3)
WORDS = st.one_of(
    st.builds(Word, st.just(value=True), SOME, NAMED, TEXT),
    st.builds(Word, st.just(value=False), CATEGORIES, NAMED, TEXT, TEXT),
)
HELD = st.builds(
    HeldLabel,
    submitted=LABELS,
    computed=LABELS,
    inherited=LABELS,
    added=MARKS,
    lifted=MARKS,
    level=st.one_of(st.none(), st.sampled_from(Confidentiality)),
    submitted_before=LABELS,
    words=st.frozensets(WORDS, max_size=3),
    version=TEXT,
    said=st.one_of(st.none(), LABELS),
)
FACTS = Item("one", "type", author="author", organization="structure")


@given(HELD)
def test_what_is_written_reads_back(label: HeldLabel) -> None:
    """Sources, marks, level, words and version survive, and so does what policy asks."""
    read, facts = held_label.from_json(held_label.to_json(label, FACTS), "one")
    assert read == label
    assert facts.categories == label.effective.categories
    assert (facts.type, facts.author) == (FACTS.type, FACTS.author)


@given(HELD)
def test_a_row_from_before_words_and_versions_is_read(label: HeldLabel) -> None:
    """What older rows lack is nothing said and no version."""
    held = json.loads(held_label.to_json(label, FACTS))
    for name in ("submitted_before", "words", "version", "said"):
        del held[name]
    read, _ = held_label.from_json(json.dumps(held).encode(), "one")
    assert (read.words, read.version) == (frozenset(), "")
    assert read.computed == label.computed


@given(HELD)
def test_no_word_lowers_what_a_depositor_asked_for(label: HeldLabel) -> None:
    """Level and categories as submitted stay, whatever is said, unless a level is chosen."""
    found = label.effective
    for asked in (label.submitted, label.submitted_before):
        assert found.categories >= asked.categories
        assert label.level is not None or found.confidentiality >= asked.confidentiality


@given(HELD)
def test_others_are_shown_nothing_of_words_and_masks(label: HeldLabel) -> None:
    """The label of the content is that of the document, with no mark."""
    bare = HeldLabel(label.submitted, label.computed, said=label.said)
    assert label.of_content == bare.of_content
    assert label.of_content.marks == frozenset()


@given(HELD, LABELS)
def test_what_only_the_record_knows_is_judged_and_not_shown(
    label: HeldLabel, told: Label
) -> None:
    """An author would learn it by what he deposits."""
    known = label.knowing(told)
    assert known.of_content == label.of_content
    assert known.computed.categories >= told.categories
    assert known.knowing(told).of_content == label.of_content
