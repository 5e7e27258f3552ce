"""What stands beside a place: answers, topics, explanations."""

import pytest

from labels.detection.answers import read_answers
from labels.detection.rules import RuleFileError
from tests.labels.detection.test_service import Code, Place
from tests.labels.detection.test_spread import BODY, ENTRY, ROWS, labelled

HEAD = f"{BODY}/h:text/h:table/h:thead/h:tr"


def row(*cells: str) -> list[Place]:
    """Return the cells of one row of a table."""
    return [
        Place(f"{ROWS}/h:tr/h:td[{n}]/text()[1]", text)
        for n, text in enumerate(cells, 1)
        if text
    ]


@pytest.mark.parametrize(
    "cells",
    [
        ("Consommation de tabac", "0 (cigarettes par semaine)"),
        ("Toxicomanie", "Non"),
        ("Toxicomanie", "12/05/2020", "non"),
        ("Alcohol use", "Unknown"),
        ("Pregnancy", "Dec 9, 2009", "NOT currently pregnant"),
        ("Smoking status", "", "May-12-2017"),
        ("Vaccinations", "Hépatite B", "oui"),
        ("Sonde auriculaire", "Bipolaire"),
    ],
)
def test_the_row_takes_the_finding_away(cells: tuple[str, ...]) -> None:
    """A denial in the next cell, no answer at all, or words that explain."""
    assert not labelled(*row(*cells))


@pytest.mark.parametrize(
    "cells",
    [
        ("Consommation de tabac", "0,5 paquet par jour"),
        ("Tabac", "10 PA"),
        ("Toxicomanie", "oui"),
        ("Toxicomanie", "2019"),
        ("Sérologie VIH", "non"),
        ("Toxicomanie", "héroïne", "non"),
    ],
)
def test_the_row_leaves_the_finding(cells: tuple[str, ...]) -> None:
    """A number that is not nought, a date, another cell first, and tests always."""
    assert labelled(*row(*cells))


def test_a_column_may_ask_another_question() -> None:
    """*Non* under *Actif* says that the disease is old, not that there was none."""
    heads = [
        Place(f"{HEAD}/h:th[1]/text()[1]", "Problème"),
        Place(f"{HEAD}/h:th[2]/text()[1]", "Actif"),
    ]
    assert labelled(*heads, *row("Toxicomanie", "non"))
    assert not labelled(*row("Toxicomanie", "non"))


def test_a_title_names_a_topic_only() -> None:
    """It is labelled when the document tells the same elsewhere."""
    title = Place(f"{BODY}/h:title/text()[1]", "Tabac")
    assert not labelled(title)
    found = labelled(title, Place(f"{BODY}/h:text/h:paragraph/text()[1]", "Fumeur"))
    assert "/h:title/text()[1]" in found


def test_the_value_of_an_entry_denies_its_question() -> None:
    """A status asked for by a code and answered *never* is no label; a test stays."""
    status = f"{ENTRY}/h:observation"
    never = Code("X", "1", "Never smoked")
    asked = Place(f"{status}/h:code/@code", codes=(Code("LOINC", "72166-2"),))
    assert not labelled(asked, Place(f"{status}/h:value/@code", codes=(never,)))
    assert labelled(asked)
    test = Place(f"{status}/h:code/@code", codes=(Code("LOINC", "7918-6"),))
    assert labelled(test, Place(f"{status}/h:value/text()[1]", "Non détecté"))


def test_the_row_that_an_entry_refers_to_denies_it() -> None:
    """A Boolean in the entry is no place; the narrative says what it is."""
    problem = f"{ENTRY}/h:observation"
    entry = [
        Place(f"{problem}/h:text/h:reference/@value", "Démence avérée"),
        Place(f"{problem}/h:value/@code", codes=(Code("CIM-10", "F03"),)),
    ]
    assert labelled(*entry, *row("Démence avérée", "Oui"))
    assert not labelled(*entry, *row("Démence avérée", "Non"))


def test_a_criterion_only_asks() -> None:
    """A protocol lists what it would exclude; the answer is no place."""
    criterion = f"{ENTRY}/h:observation/h:precondition/h:criterion/h:code/@code"
    assert not labelled(Place(criterion, codes=(Code("X", "1", "Grossesse"),)))


@pytest.mark.parametrize("data", [{}, {"answers": {}}, {"answers": {"denials": []}}])
def test_a_missing_list_stops_the_start(data: dict[str, object]) -> None:
    """The lists are part of the rules."""
    with pytest.raises(RuleFileError):
        read_answers(data)
