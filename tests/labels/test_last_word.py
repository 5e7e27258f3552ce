"""What a patient says of a label: it takes away what it names, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.codes import Category, Confidentiality, Mark
from labels.label import Evidence, Label, join
from labels.last_word import Word, apply, category_of, concerns

ITEMS = ("one", "two")
PLACES = ("/a", "/a/b", "/a/b#page=1", "/ab", "/c")
TAILS = ("term/x", "atc/y", "inference/z")
SOME = (Category.HIV, Category.TOBACCO, Category.VIOLENCE, Category.CONTRACEPTION)
RULES = tuple(f"{category}/{tail}" for category in SOME for tail in TAILS)

categories = st.frozensets(st.sampled_from(SOME))
some_categories = st.frozensets(st.sampled_from(SOME), min_size=1)
items = st.frozensets(st.sampled_from(ITEMS))
some_items = st.frozensets(st.sampled_from(ITEMS), min_size=1)
evidence = st.builds(
    Evidence,
    st.sampled_from((*RULES, "submitted")),
    st.just("source"),
    st.sampled_from(PLACES),
    st.sampled_from(("v", "w")),
)


@st.composite
def labels(draw: st.DrawFn) -> Label:
    """Draw a label whose evidence is for categories it has, some inherited without."""
    told = draw(st.lists(evidence, max_size=5, unique=True))
    seen = {Category(c) for c in map(category_of, told) if c in set(Category)}
    return Label(
        draw(st.sampled_from(Confidentiality)),
        draw(categories) | seen,
        draw(st.frozensets(st.sampled_from(Mark))),
        tuple(told),
    )


@st.composite
def denials(draw: st.DrawFn) -> Word:
    """Draw a *not*: on items, with a place or a rule, or a rule on the whole record."""
    rule = draw(st.sampled_from(("", *RULES)))
    named = draw(items) if rule else draw(some_items)
    place = draw(st.sampled_from(("", *PLACES))) if named else ""
    return Word(
        sensitive=False,
        categories=draw(categories),
        items=named,
        place=place,
        rule=rule,
    )


assertions = st.builds(
    Word,
    st.just(value=True),
    some_categories,
    some_items,
    st.sampled_from(("", *PLACES)),
)
words = st.lists(st.one_of(denials(), assertions), max_size=4)


def at_least(one: Label, other: Label) -> bool:
    """Tell whether ``one`` is as restrictive as ``other``."""
    return (
        one.confidentiality >= other.confidentiality
        and one.categories >= other.categories
        and one.marks >= other.marks
    )


@given(labels())
def test_without_a_word_nothing_changes(label: Label) -> None:
    """A label stays the very same value."""
    assert apply(label, "one", ()) == label


@given(labels(), words)
def test_words_about_other_items_do_nothing(label: Label, said: list[Word]) -> None:
    """Only what names this item, or the whole record, is heard."""
    heard = [word for word in said if concerns(word, "one")]
    assert apply(label, "one", said) == apply(label, "one", heard)


@given(labels(), words, assertions)
def test_a_yes_is_monotone(label: Label, said: list[Word], yes: Word) -> None:
    """Saying that something is sensitive never lowers any part of the label."""
    before = apply(label, "one", said)
    after = apply(label, "one", [*said, yes])
    assert at_least(after, before)
    if concerns(yes, "one"):
        assert after.categories >= yes.categories


@given(labels(), words, denials())
def test_a_not_never_raises_and_taking_it_back_restores(
    label: Label, said: list[Word], no: Word
) -> None:
    """A denial only lowers; without it the label is what it was."""
    before = apply(label, "one", said)
    assert at_least(before, apply(label, "one", [*said, no]))
    left = [word for word in [*said, no] if word != no]
    assert apply(label, "one", left) == apply(
        label, "one", [w for w in said if w != no]
    )


@given(labels(), words, st.randoms(use_true_random=False))
def test_the_order_of_words_does_not_matter(
    label: Label, said: list[Word], shuffle: object
) -> None:
    """The same words in another order make the same label, evidence included."""
    other = sorted(said, key=lambda _: shuffle.random())  # type: ignore[attr-defined]
    assert apply(label, "one", said) == apply(label, "one", other)


@given(labels(), words)
def test_marks_are_never_touched(label: Label, said: list[Word]) -> None:
    """A mark is set and lifted elsewhere, whatever is said of subjects."""
    assert apply(label, "one", said).marks == label.marks


@given(labels(), words)
def test_a_category_stays_while_evidence_for_it_is_left(
    label: Label, said: list[Word]
) -> None:
    """No category is lost beside evidence that still tells it."""
    after = apply(label, "one", said)
    told = {
        each for each in map(category_of, after.evidence) if each in label.categories
    }
    assert told <= after.categories


VIRUS = Evidence("hiv/term/virus", "terms", "/a/b", "VIH")
DRUG = Evidence("hiv/atc/J05AR20", "atc", "/c", "J05AR20")
SMOKE = Evidence("tobacco/term/smoking", "terms", "/a", "tabac")
HIV = Label(Confidentiality.R, frozenset({Category.HIV}), evidence=(VIRUS, DRUG))
BOTH = join(
    HIV, Label(Confidentiality.N, frozenset({Category.TOBACCO}), evidence=(SMOKE,))
)


def no(**about: str) -> Word:
    """Return a *not* on item one."""
    return Word(sensitive=False, items=frozenset({"one"}), **about)  # type: ignore[arg-type]


def test_a_not_on_a_rule_takes_that_evidence_only() -> None:
    """The category stays by the other evidence, and goes with the last."""
    once = apply(HIV, "one", [no(rule=VIRUS.rule)])
    assert (once.categories, once.evidence) == (HIV.categories, (DRUG,))
    assert once.confidentiality is Confidentiality.R
    twice = apply(HIV, "one", [no(rule=VIRUS.rule), no(rule=DRUG.rule)])
    assert twice == Label(Confidentiality.N)


def test_a_not_on_a_place_takes_what_is_there_and_below() -> None:
    """``/a`` covers ``/a/b``; ``/ab`` is another place."""
    assert apply(HIV, "one", [no(place="/a")]).evidence == (DRUG,)
    elsewhere = join(HIV, Label(evidence=(Evidence("hiv/term/x", "s", "/ab", "x"),)))
    assert len(apply(elsewhere, "one", [no(place="/a")]).evidence) == 2


def test_a_not_on_a_rule_of_the_whole_record_holds_for_every_item() -> None:
    """No item is named, so each is meant."""
    word = Word(sensitive=False, rule=SMOKE.rule)
    for item in ITEMS:
        assert apply(BOTH, item, [word]).categories == {Category.HIV}


def test_the_level_stays_while_a_category_is_left() -> None:
    """Only the last one takes it down to N, and not where something could not be read."""
    everything = no()
    some = Word(sensitive=False, categories=HIV.categories, items=frozenset({"one"}))
    assert apply(BOTH, "one", [some]).confidentiality is Confidentiality.R
    assert apply(BOTH, "one", [everything]).confidentiality is Confidentiality.N
    opaque = join(BOTH, Label(marks=frozenset({Mark.OPAQUE})))
    assert apply(opaque, "one", [everything]).confidentiality is Confidentiality.R


def test_a_level_without_category_is_not_lowered() -> None:
    """What is restricted for no subject of ours has nothing a word could deny."""
    restricted = Label(Confidentiality.R)
    assert apply(restricted, "one", [no()]) == restricted


def test_what_was_inherited_goes_only_by_a_not_on_the_item() -> None:
    """A category without evidence here is not told by any place or rule of it."""
    inherited = Label(Confidentiality.R, frozenset({Category.HIV}))
    for word in (no(rule=VIRUS.rule), no(place="/a")):
        assert apply(inherited, "one", [word]) == inherited
    assert apply(inherited, "one", [no()]).categories == frozenset()


def test_a_yes_adds_its_level_and_says_whose_word_it_is() -> None:
    """The stricter default level, with evidence at the place that was named."""
    word = Word(
        sensitive=True,
        categories=frozenset({Category.CONTRACEPTION}),
        items=frozenset({"one"}),
        place="/x",
    )
    found = apply(Label(Confidentiality.N), "one", [word])
    assert found.confidentiality is Confidentiality.R
    assert found.categories == word.categories
    assert found.evidence == (Evidence("contraception/patient", "patient", "/x", ""),)


@pytest.mark.parametrize(
    "said",
    [
        {"sensitive": True, "items": frozenset({"one"})},
        {"sensitive": True, "categories": HIV.categories},
        {
            "sensitive": True,
            "categories": HIV.categories,
            "items": frozenset({"one"}),
            "rule": VIRUS.rule,
        },
        {"sensitive": False, "categories": HIV.categories},
        {"sensitive": False, "place": "/a", "rule": VIRUS.rule},
    ],
)
def test_a_word_that_says_too_much_is_refused(said: dict[str, object]) -> None:
    """A whole record needs a rule, a place an item, a *yes* a subject and an item."""
    with pytest.raises(ValueError, match=r"named by category|names a rule"):
        Word(**said)  # type: ignore[arg-type]
