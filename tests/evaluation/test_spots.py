"""When a spot of the truth counts as labelled, and a label as right."""

import pytest

from labels.codes import Category
from tests.evaluation.spots import Area, Spot, area, found, right, standing, touches

TEXT = "Asthme ancien. Sérologie VIH négative. Tension normale."
TEXTS = {"/a/p": TEXT, "/a/q": "Tension normale."}
SPOT = Spot("/a/p", Category.HIV, "Sérologie VIH")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("/a/b", "/a/b", True),
        ("/a/b/c", "/a/b", True),
        ("/a/b", "/a/b#page=2", True),
        ("/a/b[1]", "/a/b[10]", False),
        ("/a/b", "/a/bc", False),
        ("/a/b#page=1", "/a/b#page=2", False),
    ],
)
def test_a_place_touches_what_it_contains(
    one: str, other: str, *, expected: bool
) -> None:
    """A place touches itself, what holds it and what it holds, and no neighbour."""
    assert touches(one, other) is expected
    assert touches(other, one) is expected


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        (("/a/p",), True),
        (("/a",), True),
        (("/a/p#char=15,38",), True),
        (("/a/p#char=15,25", "/a/p#char=25,38"), True),
        (("/a/p#char=15,25",), False),
        (("/a/p#char=0,14",), False),
        (("/a/q",), False),
        ((), False),
    ],
)
def test_a_spot_is_found_by_its_place_or_by_sentences_that_hold_its_words(
    places: tuple[str, ...], *, expected: bool
) -> None:
    """Half of its words, or the sentence beside it, is not found."""
    areas = [area(place, Category.HIV) for place in places]
    assert found(SPOT, areas, TEXTS) is expected
    assert not found(SPOT, [area(p, Category.STI) for p in places], TEXTS)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("/a/p", True),
        ("/a", True),
        ("/a/p#char=15,38", True),
        ("/a/p#char=0,14", False),
        ("/a/q", False),
    ],
)
def test_a_label_is_right_when_it_meets_a_spot(place: str, *, expected: bool) -> None:
    """A sentence meets only what it says itself."""
    assert right(area(place, Category.HIV), [SPOT], TEXTS) is expected
    assert not right(area(place, Category.STI), [SPOT], TEXTS)


def test_words_stand_where_one_place_that_says_them_is_free() -> None:
    """Said twice, and once outside every label, they stand."""
    sentence = area("/a/p#char=39,55", Category.HIV)
    assert standing("Tension normale", [sentence], TEXTS)
    assert not standing("Tension normale", [sentence, Area("/a", Category.HIV)], TEXTS)
    assert not standing("VIH", [Area("/a/p", Category.HIV)], TEXTS)
    assert str(sentence) == "/a/p#char=39,55"
