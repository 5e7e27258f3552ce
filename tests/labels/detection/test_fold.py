"""Folding: what is one word becomes one word, and every place can be found again."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from labels.detection.fold import fold

ANY_TEXT = st.text() | st.text(alphabet="aàÀœŒßﬁ\u0301\u200b\u00ad’–Ⅷ²Тхо☐ \n")


@given(ANY_TEXT)
def test_each_folded_character_knows_its_origin(text: str) -> None:
    """The span of any folded character lies in the original, in order."""
    folded = fold(text)
    spans = [folded.span(i, i + 1) for i in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    """A folded text is its own folding."""
    once = fold(text).text
    assert once == fold(once).text


@given(ANY_TEXT)
def test_the_form_of_composition_does_not_matter(text: str) -> None:
    """Composed and decomposed accents fold to the same text."""
    composed = unicodedata.normalize("NFC", text)
    assert fold(unicodedata.normalize("NFD", text)).text == fold(composed).text


def test_words_come_back_as_they_were_written() -> None:
    """The words behind a match are the original ones, accents and ligatures included."""
    folded = fold("Sœur ATTEINTE d’hépatite\u00a0C")
    at = folded.text.index("hepatite c")
    assert folded.text == "soeur atteinte d'hepatite c"
    assert folded.words(at, at + len("hepatite c")) == "hépatite\u00a0C"


def test_hidden_and_look_alike_characters_do_not_hide() -> None:
    """Zero-width, soft hyphen, full-width and Cyrillic letters fold to the plain word."""
    for text in ("V\u200bIH", "VI\u00adH", "ＶＩＨ", "VI\u041d"):
        assert fold(text).text == "vih"


def test_boxes_keep_their_meaning() -> None:
    """Tick boxes survive, for the context reads them."""
    assert fold("☐ IVG ☒ César.").text == "☐ ivg ☒ cesar."
