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
