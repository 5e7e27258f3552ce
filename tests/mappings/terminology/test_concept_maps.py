"""ConceptMaps as data: both ways, and wrong rows stop the start."""

import importlib.resources

import pytest

from mappings.terminology import concept_maps
from mappings.terminology.concept_maps import checked, reverse, rows, translate

GOOD = {"code": "A", "target": "b", "equivalence": "equal", "source": "s"}


def names() -> list[str]:
    """Return the name of every map."""
    folder = importlib.resources.files(concept_maps.__package__).joinpath("conceptmaps")
    return sorted(one.name.removesuffix(".csv") for one in folder.iterdir())


@pytest.mark.parametrize("name", names())
def test_every_map_can_be_read_and_every_row_has_a_source(name: str) -> None:
    """No map has a row without a code, a target, an equivalence and a source."""
    assert rows(name)


@pytest.mark.parametrize("name", names())
def test_what_comes_back_goes_forth_again(name: str) -> None:
    """The code that stands for a target is translated to that target."""
    for row in rows(name):
        assert translate(name, reverse(name, row["target"])) == row["target"]


def test_an_exact_code_comes_back_before_an_inexact_one() -> None:
    """A phone is ``tel``, and ``unknown`` is UNK rather than NI."""
    assert reverse("telecom-scheme", "phone") == "tel"
    assert reverse("null-flavor", "unknown") == "UNK"


def test_an_unknown_code_has_no_translation() -> None:
    """Unknown is answered, never guessed."""
    assert translate("null-flavor", "XYZ") == ""
    assert reverse("null-flavor", "nothing") == ""


@pytest.mark.parametrize(
    "wrong", [{"equivalence": "similar"}, {"source": ""}, {"target": "other"}]
)
def test_a_wrong_row_stops_the_start(wrong: dict[str, str]) -> None:
    """No source, an equivalence FHIR lacks, or a code twice is an error with its line."""
    assert checked("good", [GOOD]) == (GOOD,)
    with pytest.raises(ValueError, match="line 3"):
        checked("bad", [GOOD, GOOD | wrong])
