"""The worked cases as the WHERE of a query, on each database we promise to run on."""

from labels.policy import rule
from labels.policy.decide import clearance_for
from tests.labels.policy.worked import cases
from tests.properties.test_where import World, connected

RULES = rule.load()
KEY = b"the key of the record of all cases"
WHOLE = [case for case in cases() if not case.item.place]
"""A place of a document is no row: what a case says of one, ``decide`` alone can answer."""


def test_the_database_answers_each_case(database_url: str) -> None:
    """The row of the case is listed exactly when the case says permit, and so are all others."""
    items = list(dict.fromkeys(case.item for case in WHOLE))
    with connected(database_url) as connection:
        world = World(connection, KEY, items)
        for case in WHOLE:
            clearance = clearance_for(case.question, RULES)
            listed = world.listed(clearance)
            visible = items.index(case.item) in listed
            assert visible is case.expected.permitted, case.ask
            assert listed == world.judged(clearance), case.ask


def test_nearly_all_cases_are_about_a_row() -> None:
    """Only cases about one place of a document have no row."""
    places = [case.ask for case in cases() if case.item.place]
    assert len(places) == 3
    assert all("paragraph" in ask for ask in places)
