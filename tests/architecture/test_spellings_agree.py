"""labels and mappings may not import each other: they must know a name by one rule."""

import re

import pytest

from labels.detection import spelling as in_labels
from labels.detection.repeated import Repeated
from mappings import spelling as in_mappings
from mappings.former import Former, Renaming
from mappings.submission import Traits
from tests.spellings import FAMILY, NAME, OTHERS, SPELLINGS

WHO = Traits((), family=FAMILY, given=("Solène",))


def found(text: str) -> tuple[bool, bool]:
    """Return whether each of the two packages finds the former name."""
    sought = Repeated.of((NAME,), (FAMILY,))
    renaming = Renaming.of(Former((NAME,)), WHO)
    assert sought
    assert renaming
    return bool(sought.spans(text)), bool(renaming.said(text))


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_both_find_every_spelling(spelled: str) -> None:
    """However it is written, alone and in a sentence."""
    assert found(spelled) == (True, True)
    assert found(f"Vu ({spelled}), ce jour.") == (True, True)


@pytest.mark.parametrize("other", OTHERS)
def test_both_leave_other_words_and_other_people(other: str) -> None:
    """A part of a word, and a carer of that first name with no family name of theirs."""
    assert found(f"Vu {other} ce jour.") == (False, False)


def test_a_carer_of_the_same_family_may_be_the_patient() -> None:
    """Who cannot be told from the patient is the patient."""
    assert found(f"Dr Amaury {FAMILY}") == (True, True)


@pytest.mark.parametrize(
    "text", ["Vu camaury, sans @ ni chiffre", "Camaury 2019", "amauryx " + "a/" * 200]
)
def test_both_leave_letters_in_prose_and_in_coded_bytes(text: str) -> None:
    """A run of letters is an address by what stands in it, and is not endless."""
    assert found(text) == (False, False)
    coded = "/a" * 200 + "amauryx" + "a/" * 200
    assert found(coded) == (False, False)


def test_a_short_name_is_not_sought_inside_words() -> None:
    """*Remi* is no *remis*, and a mail address may hold it by chance."""
    sought = Repeated.of(("Rémi",), (FAMILY,))
    renaming = Renaming.of(Former(("Rémi",)), WHO)
    assert sought
    assert renaming
    for text in ("Courrier remis ce jour.", "premier.remise@example.fr"):
        assert (sought.spans(text), renaming.said(text)) == ([], [])


def test_both_know_the_names_that_are_words() -> None:
    """One list; in small letters they are words, with a capital they are names."""
    assert in_labels.ORDINARY == in_mappings.ORDINARY
    sought = Repeated.of(("Blanche",), (FAMILY,))
    renaming = Renaming.of(Former(("Blanche",)), WHO)
    assert sought
    assert renaming
    for text, told in (("substance blanche", False), ("Blanche dort", True)):
        assert (bool(sought.spans(text)), bool(renaming.said(text))) == (told, told)


def test_folding_in_place_keeps_every_character() -> None:
    """A stretch of the folded text is the same stretch of the text."""
    for text in SPELLINGS:
        assert len(in_mappings.folded(text)) == len(text)
    assert re.fullmatch(in_mappings.spelled((NAME,), ()), "amaury")
