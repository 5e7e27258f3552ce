"""A label as an integer: injective, a positive BIGINT, and another one for every key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.repository.mask import WIDTH, BitLayout
from labels.codes import Category, Confidentiality, Mark
from tests.properties.worlds import LEVELS

KEYS = st.binary(min_size=1, max_size=64)
LABELS = st.tuples(
    LEVELS,
    st.frozensets(st.sampled_from(Category)),
    st.frozensets(st.sampled_from(Mark)),
)
Label = tuple[Confidentiality, frozenset[Category], frozenset[Mark]]


@given(KEYS, LABELS, LABELS)
def test_the_mask_is_injective(key: bytes, one: Label, other: Label) -> None:
    """Two labels have the same integer only if they are the same label."""
    layout = BitLayout.from_key(key)
    assert (one == other) is (layout.encode(*one) == layout.encode(*other))


@given(KEYS, LABELS)
def test_the_mask_can_be_read_back(key: bytes, label: Label) -> None:
    """Each part of the label is told by its own bits, and by no other."""
    layout = BitLayout.from_key(key)
    mask = layout.encode(*label)
    level, categories, marks = label
    assert {c for c in Category if mask & layout.bits_of_categories([c])} == categories
    assert {m for m in Mark if mask & layout.bits_of_marks([m])} == marks
    assert [bool(mask & layout.bits_above(each)) for each in Confidentiality] == [
        level > each for each in Confidentiality
    ]


@given(KEYS)
def test_the_mask_fits_a_signed_bigint(key: bytes) -> None:
    """The fullest label is a positive number of 62 bits."""
    full = BitLayout.from_key(key).encode(Confidentiality.V, Category, Mark)
    assert 0 < full < 2**WIDTH


@given(KEYS)
def test_the_layout_is_a_function_of_the_key(key: bytes) -> None:
    """The same key gives the same layout; another key, another one."""
    assert BitLayout.from_key(key) == BitLayout.from_key(key)
    assert BitLayout.from_key(key) != BitLayout.from_key(key + b"\x01")


def test_every_position_is_as_likely() -> None:
    """Over 2,000 keys, the bit of HIV stands in each place about as often."""
    seen = [0] * WIDTH
    for number in range(2_000):
        layout = BitLayout.from_key(number.to_bytes(4, "big"))
        seen[layout.positions[Category.HIV.facts.bit]] += 1
    assert min(seen) > 10
    assert max(seen) < 65


@pytest.mark.parametrize(
    "positions",
    [tuple(range(59)), (0, *range(59)), (*range(59), 62), (-1, *range(59))],
    ids=["too few", "one twice", "too high", "negative"],
)
def test_a_layout_that_would_confuse_is_refused(positions: tuple[int, ...]) -> None:
    """Only 60 different places within 0..61 are a layout."""
    with pytest.raises(ValueError, match="positions"):
        BitLayout(positions)


@pytest.mark.parametrize(("later", "place"), [(Mark.HELD, 56), (Mark.REFUSED, 58)])
@given(KEYS, LEVELS, st.frozensets(st.sampled_from(Category)))
def test_a_mark_that_came_later_changes_no_other_bit(
    later: Mark,
    place: int,
    key: bytes,
    level: Confidentiality,
    categories: frozenset[Category],
) -> None:
    """What was kept before there was such a mark reads as not marked, and as what it was."""
    layout = BitLayout.from_key(key)
    bits = layout.bits_of_marks([later])
    opposite = 1 << layout.positions[place + 1]
    plain = layout.encode(level, categories, frozenset(Mark) - {later})
    marked = layout.encode(level, categories, Mark)
    assert not plain & ~opposite & bits
    assert plain ^ marked == bits | opposite
    assert bits == 1 << layout.positions[place]
