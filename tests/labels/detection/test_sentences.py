"""Where prose may be cut, and what does not stand alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.detection.rules import RuleFileError
from labels.detection.sentences import holding, read_wording, sentences


def cut(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [text[one.start : one.end] for one in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Otite. Fièvre !  Toux ? Oui", ["Otite.", "Fièvre !", "Toux ?", "Oui"]),
        ("Otite\nFièvre", ["Otite", "Fièvre"]),
        ("Il a dit « non. » Puis oui.", ["Il a dit « non. »", "Puis oui."]),
        ("(Otite.) Fièvre.", ["(Otite.)", "Fièvre."]),
        ("Fièvre… Toux", ["Fièvre…", "Toux"]),
        ("Dose de 50 mg. Toux.", ["Dose de 50 mg.", "Toux."]),
        ("Hépatite B. Toux.", ["Hépatite B.", "Toux."]),
        ("Vitamine D. Toux.", ["Vitamine D.", "Toux."]),
        ("", []),
        (" \n \n", []),
        ("...", ["..."]),
    ],
)
def test_a_stop_or_a_line_break_ends_a_sentence(text: str, expected: list[str]) -> None:
    """Closing quotes and brackets belong to it; blanks belong to none."""
    assert cut(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Vu par le Dr. Martin",
        "Vu par M. Martin à St. Louis",
        "Vu par J. Martin",
        "Germe : H. Pylori",
        "Dose de 0.5 mg",
        "Dose de 50 mg. par jour",
        "Lot n°. 12",
        "1. Otite",
        "a) Otite",
        "Hb 12.5 Plaquettes 200",
        "Voir p. ex. la suite",
        "Otite aiguë ; Fièvre",
        "Suivi pour\nune otite",
        "Traité par l'\namoxicilline",
        "Otite, fièvre,\ntoux",
    ],
)
def test_doubt_makes_a_sentence_longer(text: str) -> None:
    """Abbreviations, initials, decimals, numbers of items and open lines end nothing."""
    assert cut(text) == [text]


@pytest.mark.parametrize(
    "opening",
    [
        "Elle est traitée.",
        "Il va mieux",
        "Ce traitement est bien toléré",
        "Celui-ci est bien toléré",
        "Depuis, va mieux",
        "Donc surveillance",
        "Ainsi, surveillance",
        "C'était en mai",
        "Le même traitement",
        "Mais il fume",
        "This was stopped",
        "However, well",
        "Matin et soir",
        "Idem",
    ],
)
def test_what_points_back_goes_with_the_sentence_before(opening: str) -> None:
    """An anaphora, a connective or a dosage says nothing without its neighbour."""
    found = sentences(f"Sérologie faite. {opening}")
    assert [one.leans_on for one in found] == [None, 0]


@pytest.mark.parametrize(
    "opening",
    ["Ce jour, va bien", "Il n'y a pas de toux", "Depuis 2019, otites", "Depuis l'été, RAS",
     "Il existe une toux", "Élastographie faite", "Illustration jointe", "Tension 12/8"],
)  # fmt: skip
def test_what_only_looks_so_stands_alone(opening: str) -> None:
    """A date, an impersonal turn or a longer word points to nothing."""
    assert sentences(f"Sérologie faite. {opening}")[1].leans_on is None


def test_each_sentence_leans_on_the_one_before_it() -> None:
    """A chain, and an end of it."""
    found = sentences("VIH connu. Il est traité. Donc bien. Otite. Elle passe.")
    assert [one.leans_on for one in found] == [None, 0, 1, None, 3]


def test_items_lean_on_the_line_that_introduces_them_not_on_each_other() -> None:
    """*Traitement :* takes its items along; an item takes nobody along."""
    found = sentences("Traitement :\n- TRUVADA\n- paracétamol\nOtite")
    assert [one.leans_on for one in found] == [None, 0, 0, None]


@pytest.mark.parametrize(
    ("span", "numbers"),
    [
        ((0, 5), [0]),
        ((3, 9), [0, 1]),
        ((0, 20), [0, 1, 2]),
        ((7, 7), [1]),
        ((6, 7), []),
        ((90, 99), []),
    ],
)
def test_words_stand_in_every_sentence_they_touch(
    span: tuple[int, int], numbers: list[int]
) -> None:
    """Half a finding would be left otherwise."""
    assert list(holding(sentences("Otite. Toux. Fièvre."), span)) == numbers


def test_a_missing_list_stops_the_start() -> None:
    """The file and the place are named."""
    with pytest.raises(RuleFileError, match="sentences"):
        read_wording({"sentences": {"letters": []}})


@given(st.text(alphabet=st.sampled_from("aÀ. \n:-?1…»\u00a0mgé'\"("), max_size=60))
def test_sentences_part_the_text(text: str) -> None:
    """In order, apart, without blanks at their ends, and nothing else is left out."""
    found = sentences(text)
    left, last = "", 0
    for number, one in enumerate(found):
        assert last <= one.start < one.end
        assert text[one.start : one.end].strip() == text[one.start : one.end]
        assert one.leans_on is None or one.leans_on < number
        left += text[last : one.start]
        last = one.end
    assert not (left + text[last:]).strip()
