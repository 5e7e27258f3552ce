"""What people are told is data, whole, and of one wording."""

import pytest

from gateway.notify import notices
from gateway.notify.occasions import LANGUAGES, OCCASIONS, WORDINGS, Occasion


def test_every_occasion_names_its_law_and_speaks_both_languages() -> None:
    """A sentence in French and in English, and the article it follows."""
    for name, each in OCCASIONS.items():
        assert all((each.fr.strip(), each.en.strip(), each.law.strip())), name


def test_there_is_one_message_in_each_language() -> None:
    """No occasion has a wording of its own for what leaves the house."""
    assert tuple(WORDINGS) == LANGUAGES
    for each in WORDINGS.values():
        assert "{" not in each.subject + each.body
        assert "http" not in each.body


def test_an_occasion_for_nobody_is_refused() -> None:
    """A misspelt audience stops the start, not a notice."""
    with pytest.raises(ValueError, match="occasion"):
        Occasion(("pateint",), "law", "fr", "en")


def test_the_kind_of_row_is_fixed() -> None:
    """Rows that were written by an older version are understood by a newer one."""
    assert notices.ROW == "notice"
