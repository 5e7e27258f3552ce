"""The text of a block is the text that was labelled, character for character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import pdf
from mappings.cda.content import contents
from mappings.cda.document import clinical_document
from mappings.cda.rendition.places import targets
from mappings.cda.rendition.prose import Prose, block
from mappings.cda.rendition.sentences import around
from mappings.cda.rendition.tags import TEXT, narrative
from mappings.cda.xml import Element
from tests.mappings.cda.documents import narrative as document
from tests.shared_material import shared


def paragraph(markup: str) -> Element:
    """Return a paragraph with this markup inside a document."""
    root = clinical_document(document(f"<paragraph>{markup}</paragraph>")).root
    return next(root.iter(TEXT))[0]


@pytest.mark.corpus
def test_offsets_are_those_of_the_labelled_text() -> None:
    """In every real document each narrative block has the same text here and in Content."""
    for path in sorted(shared("samples").glob("*/*.[xX][mM][lL]")):
        found = clinical_document(path.read_bytes())
        said = [c for c in contents(found, pdf.unread) if c.text and "#" not in c.place]
        spoken = [c for c in said if "@" not in c.place and "/h:text" in c.place]
        for content in spoken:
            (target,) = targets(found.root, [content.place])
            if narrative(target.element) is not None and not target.attribute:
                assert Prose.of(block(target.element)).text == content.text, path.name


def test_a_stretch_is_cut_across_inline_elements() -> None:
    """A sentence goes even where words of it are set in bold."""
    one = paragraph("Avant. Un <content styleCode='Bold'>fait</content> caché. Après.")
    Prose.of(one).cut([(7, 21)])
    assert Prose.of(one).text == "Avant. Après."


def test_a_break_parts_lines() -> None:
    """A line break counts one character, as in the labelled text."""
    assert Prose.of(paragraph("Un<br/> deux <br/><br/>trois")).text == "Un\ndeux\ntrois"


@given(
    st.text(st.sampled_from("ab. \n\t"), max_size=30),
    st.integers(0, 30),
    st.integers(0, 30),
)
def test_a_cut_takes_only_its_stretch(text: str, one: int, other: int) -> None:
    """What is left is the text without the stretch, but for spaces."""
    start, end = sorted((one, other))
    element = paragraph(text)
    shown = Prose.of(element).text
    Prose.of(element).cut([(start, end)])
    left = (shown[:start] + shown[end:]).split()
    assert "".join(Prose.of(element).text.split()) == "".join(left)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Il dort. Sasha mange. Il sort.", "Sasha", "Sasha mange. "),
        (
            "Vu par le Dr. Sorbier hier. Rien.",
            "Sorbier",
            "Vu par le Dr. Sorbier hier. ",
        ),
        ("Poids\nSasha pèse 64 kg\nTaille", "Sasha", "Sasha pèse 64 kg"),
        ("Sasha", "Sasha", "Sasha"),
    ],
)
def test_the_sentence_around_a_word(text: str, word: str, expected: str) -> None:
    """A sentence ends at its mark or line, and not after a short abbreviation."""
    start, end = around(text, text.index(word), text.index(word) + len(word))
    assert text[start:end] == expected.rstrip()
