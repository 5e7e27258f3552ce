"""Negation, its scope and its look-alikes; text about nobody."""

import pytest

from labels.detection.context import Sentences, read_cues
from labels.detection.yaml_file import read_data

CUES = read_cues(read_data("context.yaml"))


def denied(text: str, word: str) -> bool:
    """Tell whether the first ``word`` of a folded text is denied."""
    start = text.index(word)
    end = start + len(word)
    bounds = Sentences(text).around(start, end)
    return CUES.negated(text, bounds, (start, end))


@pytest.mark.parametrize(
    "text",
    [
        "pas de tabac",
        "pas d'antecedent connu de tabac",
        "ni alcool ni tabac",
        "sans notion de tabac",
        "non tabac",
        "tabac : 0",
        "tabac 0",
        "tabac (-)",
        "tabac = non",
        "tabac : aucun",
        "intoxication tabac niee",
        "ne tabac pas",
        "no history of tabac",
        "denies tabac",
        "pas d'alcool, de drogue ni de tabac",
        "tabac ☐ oui ☒ non",
    ],
)
def test_denied(text: str) -> None:
    """The usual ways to deny are understood, before and after."""
    assert denied(text, "tabac")


@pytest.mark.parametrize(
    "text",
    [
        "tabac",
        "tabac : 0,5 paquet",
        "pas d'alcool. tabac",
        "pas d'alcool mais tabac",
        "pas de douleur, tabac actif",
        "pas de toux (tabac)",
        "pas exclu : tabac",
        "sans doute tabac",
        "pas d'arret du tabac",
        "pas sevre du tabac",
        "le tabac n'est pas exclu",
        "tabac, alcool : non",
        "pas de fievre ni toux ni douleur ni malaise ce jour apres un long voyage tabac",
        "jamais arrete le tabac",
        "tabac 0,5 p/j",
    ],
)
def test_not_denied(text: str) -> None:
    """Another sentence, a stop word, a pseudo-cue or a long way off denies nothing."""
    assert not denied(text, "tabac")


@pytest.mark.parametrize(
    ("text", "generic"),
    [
        ("contre-indique en cas de tabac", True),
        ("en cas d'usage de tabac", True),
        ("☐ alcool ☐ tabac", True),
        ("[ ] tabac", True),
        ("[x] tabac", False),
        ("tabac ? ☐ oui ☐ non", True),
        ("tabac : [ ] oui [ ] non", True),
        ("tabac ? ☒ oui ☐ non", False),
        ("tabac ? ☐ oui ☒ non", False),
        ("tabac ? [x] oui [ ] non", False),
        ("tabac actif\nalcool ? ☐ oui ☐ non", False),
        ("☐ alcool ☒ tabac", False),
        ("brochure sur le tabac", True),
        ("le tabac, en cas de besoin", False),
        ("patient: tabac", False),
    ],
)
def test_generic(text: str, generic: bool) -> None:  # noqa: FBT001 - the expected value
    """Leaflets, advice and unticked boxes speak of nobody."""
    start = text.index("tabac")
    assert generic == CUES.generic_text(text, (0, len(text)), start)


@pytest.mark.parametrize(
    ("text", "word", "empty"),
    [
        ("tabac :\nalcool :\nallergies : 0", "tabac", True),
        ("taille 170\ntabac : ", "tabac", True),
        ("alcool =\ntabac : 20 pa", "alcool", True),
        ("tabac :", "tabac", False),
        ("tabac :\n20 pa", "tabac", False),
        ("tabac :\n2019 : arret", "tabac", False),
        ("violence :\nplainte : oui", "violence", False),
    ],
)
def test_a_head_of_a_form_that_nobody_answered_says_nothing(
    text: str, word: str, *, empty: bool
) -> None:
    """Only where the next head follows, or the end; a line alone may be a cell."""
    assert denied(text, word) is empty


def test_sentences_end_at_stops_and_line_breaks_not_in_numbers() -> None:
    """A decimal point does not end a sentence."""
    text = "dose 0.5 mg. fin\nautre"
    sentences = Sentences(text)
    assert sentences.around(5, 8) == (0, 12)
    assert text[slice(*sentences.around(13, 16))] == " fin\n"
    assert text[slice(*sentences.around(17, 22))] == "autre"
