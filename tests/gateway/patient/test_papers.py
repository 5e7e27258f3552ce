"""A document in words: whatever is missing in it is left unsaid, never an error."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from gateway.identity.claims import PERSON_SYSTEM
from gateway.patient.papers import Author, author_of, day_of, title_of, type_of
from gateway.repository.held_label import HeldLabel
from gateway.repository.items import DOCUMENT, Stored
from labels.item import Item

AT = datetime(2026, 5, 3, 22, 30, tzinfo=UTC)


def stored(type_code: str = "", **content: Any) -> Stored:  # noqa: ANN401 - FHIR JSON
    """Return a document with this content and no other."""
    attachment: dict[str, Any] = {"content": [{"attachment": {}}]}
    facts = Item("1", type=type_code)
    return Stored("1", DOCUMENT, attachment | content, HeldLabel(), facts, AT, AT)


def test_an_empty_document_has_nothing_but_its_day() -> None:
    """The day of the deposit stands in; the rest is empty."""
    empty = stored()
    assert title_of(empty) == ""
    assert type_of(empty) == ""
    assert author_of(empty) == Author()
    assert day_of(empty) == date(2026, 5, 3)


def test_the_day_is_that_of_the_place_where_it_was_written() -> None:
    """Half past midnight in Paris is that day, though it is the day before in UTC."""
    assert day_of(stored(date="2026-05-04T00:30:00+02:00")) == date(2026, 5, 4)
    assert day_of(stored(date="never")) == date(2026, 5, 3)


def test_the_type_is_said_as_the_matrix_says_it() -> None:
    """A type the matrix has is named by it, another by its own display."""
    coding = [{"code": "x", "display": "Something"}]
    assert type_of(stored("15508-5")) == "CR d'accouchement"
    assert type_of(stored("x", type={"coding": coding})) == "Something"


@pytest.mark.parametrize(
    ("author", "contained", "expected"),
    [
        ({"display": "Dr X"}, [], Author("Dr X")),
        (
            {"reference": "#p"},
            [{"resourceType": "Practitioner", "id": "p", "name": [{"family": "X"}]}],
            Author("X"),
        ),
        (
            {"reference": "#o"},
            [{"resourceType": "Organization", "id": "o", "name": "A hospital"}],
            Author("A hospital"),
        ),
        (
            {"reference": "#r"},
            [
                {
                    "resourceType": "PractitionerRole",
                    "id": "r",
                    "practitioner": {"display": "Y"},
                    "code": [{"coding": [{"code": "z"}, {"code": "G15_10/SM26"}]}],
                }
            ],
            Author("Y", "", "10", "SM26"),
        ),
        ({"reference": "#gone"}, [], Author()),
        (
            {"reference": "#p"},
            [
                {
                    "resourceType": "Practitioner",
                    "id": "p",
                    "name": [{"family": "X"}],
                    "identifier": [
                        {"system": "urn:oid:9.9", "value": "local"},
                        {"system": PERSON_SYSTEM, "value": "1"},
                    ],
                }
            ],
            Author("X", person=f"{PERSON_SYSTEM}|1"),
        ),
    ],
)
def test_the_author_is_found_where_documents_say_it(
    author: dict[str, str], contained: list[dict[str, Any]], expected: Author
) -> None:
    """By reference, by display, as a person, a structure or a role."""
    assert author_of(stored(author=[author], contained=contained)) == expected
