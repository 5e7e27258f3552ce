"""A merge tells a depositor nothing of what was refused, and opens nothing that was closed.

Two worlds: in one the person refused in the absorbed record what a structure sends, in the
other she did not. What its depositor finds and is answered is the same, also afterwards.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from gateway import review
from gateway.consents import reviewing
from gateway.consents.reviewing import Answer, IntakeRule
from gateway.lifecycle import merging
from gateway.lifecycle.turning import OPERATOR
from gateway.outbox.delivery import deliver
from gateway.repository import outbox, records
from mappings.submission import Identifier
from tests.noninterference.documents import world
from tests.noninterference.draws import drawn_by
from tests.noninterference.pair import Gateway, pair
from tests.noninterference.side_by_side import by_person, later
from tests.noninterference.two_records import (
    AUTHOR,
    HOUR,
    NUMBER,
    OTHER,
    OURS,
    PERSON,
    another,
    merge,
    opened,
    own,
    put,
    total,
)
from tests.noninterference.twoworlds import EMPTY, Two

DOCUMENTS = f"/fhir/DocumentReference?{by_person(PERSON)}"
REFUSED = "/fhir/DocumentReference/$refused"


@pytest.fixture
def two() -> Iterator[Two]:
    """Give two worlds that hold the same."""
    with pair() as held:
        yield Two(held)


def refuse(
    gateway: Gateway, number: Identifier, answer: Answer = Answer.REFUSE
) -> None:
    """Have the person of a record say what becomes of what a structure deposits."""
    store, by = gateway.services.store, world().readers[AUTHOR].organization
    with store.unit() as connection, drawn_by("rule"):
        record = records.by_identifiers(connection, store.keys, number)
        reviewing.decide(connection, record, IntakeRule(answer, by))


def rules(gateway: Gateway) -> list[IntakeRule]:
    """Return what becomes of new documents in the record that goes on."""
    store = gateway.services.store
    with store.unit() as connection:
        record = records.by_identifiers(connection, store.keys, own())
        return reviewing.rules(connection, record)


def refused_in_the_left(two: Two) -> None:
    """Deposit in both worlds what is refused in the left, and merge."""
    for gateway in two.both:
        opened(gateway, another(NUMBER))
    refuse(two.left, NUMBER)
    two.pass_()
    for gateway in two.both:
        put(gateway, another(NUMBER), 1)
    two.pass_()
    for gateway in two.both:
        merge(gateway, NUMBER)


def totals(two: Two, reader: str) -> list[int]:
    """Return how many documents a reader finds in both worlds."""
    return [json.loads(each.body)["total"] for each in two.each(reader, DOCUMENTS)]


def test_the_depositor_of_what_was_refused_finds_it_after_a_merge(two: Two) -> None:
    """As what was not; the person and the others find it no more than before."""
    refused_in_the_left(two)
    assert totals(two, AUTHOR) == [1, 1]
    assert totals(two, PERSON) == [0, 1]


def test_what_is_refused_stays_refused_after_a_merge(two: Two) -> None:
    """The same bytes, and new ones of the same structure, reach nobody but it."""
    refused_in_the_left(two)
    two.pass_()
    for number in (1, 7):
        for gateway in two.both:
            put(gateway, world().patients[PERSON], number)
    assert totals(two, AUTHOR) == [3, 3]
    assert totals(two, OURS)[0] == totals(two, PERSON)[0] == 0


def test_a_refusal_can_be_taken_back_and_is_erased_as_if_there_were_one_record(
    two: Two,
) -> None:
    """Thirty days from when it was refused, not from the merge, with what is kept of it."""
    refused_in_the_left(two)
    two.pass_()
    [held] = json.loads(two.one(two.left, PERSON, REFUSED).body)["parameter"]
    parts = {each["name"]: each for each in held["part"]}
    erased = datetime.fromisoformat(parts["erased"]["valueDateTime"])
    assert erased < two.left.clock.now() + reviewing.ERASED_AFTER
    later(two.pair, days=31)
    services = two.left.services
    deliver(services.store, services.clock, review.handlers())
    assert totals(two, AUTHOR) == [0, 1]
    put(two.left, world().patients[PERSON], 1)
    assert totals(two, PERSON) == [0, 1]


def test_the_rules_of_before_come_back_when_two_records_are_two_again(two: Two) -> None:
    """Those that were not said since; one that was said since stays."""
    opened(two.left, another(NUMBER))
    refuse(two.left, NUMBER)
    refuse(two.left, own(), Answer.HOLD)
    before = rules(two.left)
    merge(two.left, NUMBER)
    assert [each.answer for each in rules(two.left)] == [Answer.REFUSE]
    merging.unmerge(two.left.services, own(), OPERATOR)
    assert rules(two.left) == before
    with drawn_by("second merge"):
        merging.merge(two.left.services, own(), NUMBER, OPERATOR)
    refuse(two.left, own(), Answer.MASK)
    merging.unmerge(two.left.services, own(), OPERATOR)
    assert [each.answer for each in rules(two.left)] == [Answer.MASK]


def test_a_merge_undone_leaves_nothing_of_what_was_refused(two: Two) -> None:
    """Neither the deposit, nor its refusal, nor what would erase it."""
    refused_in_the_left(two)
    merging.unmerge(two.left.services, own(), OPERATOR)
    store, later_on = two.left.services.store, two.left.clock.now() + timedelta(days=60)
    with store.unit() as connection:
        record = records.by_identifiers(connection, store.keys, own())
        assert reviewing.reviews(connection, record) == []
        rows = outbox.due(connection, record, later_on)
    assert reviewing.ERASE not in {each.kind for each in rows}
    assert totals(two, AUTHOR)[0] == 0


@pytest.mark.parametrize("yields", [False, True])
def test_an_emergency_access_that_runs_gains_nothing_by_a_merge(
    two: Two, *, yields: bool
) -> None:
    """It ends; who still needs it asks again, and finds what both records hold."""
    opened(two.left, another(NUMBER))
    put(two.left, another(NUMBER), 1, *(("MASQUE_PS",) if yields else ()))
    put(two.left, world().patients[PERSON], 2)
    two.pass_()
    _urgently(two)
    assert total(two, OTHER) == 1
    merge(two.left, NUMBER)
    two.pass_()
    assert total(two, OTHER) == 0
    _urgently(two)
    assert total(two, OTHER) == (1 if yields else 2)


def _urgently(two: Two) -> None:
    patient = {"system": own().system, "value": own().value}
    asked = EMPTY | {
        "parameter": [
            {"name": "patient", "valueIdentifier": patient},
            {"name": "purpose"} | HOUR,
            {"name": "reason", "valueCode": "unconscious"},
            {"name": "words", "valueString": "trouvée sans connaissance ici"},
        ]
    }
    two.pass_()
    done = two.one(two.left, OTHER, "/fhir/Consent/$break-glass", "POST", asked)
    assert done.status == "200 OK", done
    two.pass_()
