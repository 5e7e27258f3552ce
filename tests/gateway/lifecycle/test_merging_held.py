"""A merge, and its undoing, judge the records as they are once nobody else changes them."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, product

import pytest
from sqlalchemy import Connection

from gateway.consents import reviewing
from gateway.consents.reviewing import Answer, IntakeRule
from gateway.lifecycle import merging, refusals
from gateway.lifecycle.act import CannotFollowError
from gateway.lifecycle.turning import OPERATOR
from gateway.repository import records
from gateway.repository.records import CLOSED, Record
from labels.codes import Category
from tests.gateway.lifecycle.test_merging import second_record
from tests.gateway.lifecycle.test_merging_settled import record_of
from tests.gateway.world import Software

CATEGORIES = sorted(Category)[:2]
DEPOSITORS = ("person", "structure")


def overtaken(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[Connection], None]
) -> list[str]:
    """Have something change before the first record is held; returns what is held."""
    lock, held = records.lock, list[str]()

    def later(connection: Connection, found: Record) -> None:
        if not held:
            change(connection)
        held.append(found.patient_id)
        lock(connection, found)

    monkeypatch.setattr(records, "lock", later)
    return held


@pytest.mark.parametrize("which", [0, 1])
def test_a_merge_that_a_closing_overtakes_does_not_follow(
    software: Software, monkeypatch: pytest.MonkeyPatch, which: int
) -> None:
    """Of the record that would go on, which it would open again, or of the other."""
    services = software.services
    numbers = (software.world.patients["solene"].identifier, second_record(software))
    closed = replace(record_of(services, numbers[which]), state=CLOSED)
    with monkeypatch.context() as patched:
        overtaken(patched, lambda connection: records.keep(connection, closed))
        with pytest.raises(CannotFollowError):
            merging.merge(services, *numbers, OPERATOR)


def test_a_merge_keeps_what_was_chosen_until_it_held_the_records(
    software: Software, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A preset that the person chose meanwhile is the one that is compared and kept."""
    services = software.services
    numbers = (software.world.patients["solene"].identifier, second_record(software))
    kept = record_of(services, numbers[0])
    with monkeypatch.context() as patched:
        overtaken(
            patched,
            lambda connection: records.set_preset(connection, kept, "very_discreet"),
        )
        merging.merge(services, *numbers, OPERATOR)
    assert record_of(services, numbers[0]).preset == "very_discreet"


def test_an_undoing_that_a_closing_overtakes_does_not_follow(
    software: Software, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record that was closed meanwhile stays closed."""
    services = software.services
    numbers = (software.world.patients["solene"].identifier, second_record(software))
    merging.merge(services, *numbers, OPERATOR)
    closed = replace(record_of(services, numbers[0]), state=CLOSED)
    with monkeypatch.context() as patched:
        overtaken(patched, lambda connection: records.keep(connection, closed))
        with pytest.raises(CannotFollowError):
            merging.unmerge(services, numbers[0], OPERATOR)


def test_an_undoing_holds_the_absorbed_record_too(
    software: Software, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of ids, as a merge does, so that no two wait for each other."""
    services = software.services
    numbers = (software.world.patients["solene"].identifier, second_record(software))
    both = sorted(record_of(services, each).patient_id for each in numbers)
    merging.merge(services, *numbers, OPERATOR)
    with monkeypatch.context() as patched:
        held = overtaken(patched, lambda _: None)
        merging.unmerge(services, numbers[0], OPERATOR)
    assert held[:2] == both


def _lists() -> list[list[IntakeRule]]:
    """Return lists of at most two rules, for anybody or some, about anything or some."""
    about = list(product(("", *DEPOSITORS), (None, *CATEGORIES)))
    answers = (Answer.ACCEPT, Answer.REFUSE)
    every = [IntakeRule(a, *each) for a, each in product(answers, about)]
    pairs = combinations(every, 2)
    apart = [
        p
        for p in pairs
        if (p[0].depositor, p[0].category) != (p[1].depositor, p[1].category)
    ]
    return [[], *([each] for each in every), *map(list, apart)]


def test_the_rules_of_two_records_are_as_strict_as_those_of_each() -> None:
    """For every deposit: a nearer rule of one does not open what the other refuses."""
    lists = _lists()
    deposits = [
        (frozenset(by), frozenset(about))
        for by in ({"person"}, {"structure"}, set(DEPOSITORS))
        for about in (set[Category](), {CATEGORIES[0]}, set(CATEGORIES))
    ]
    told = {
        (n, d): reviewing.resolve(lists[n], *deposits[d]).strictness
        for n, d in product(range(len(lists)), range(len(deposits)))
    }
    few = [n for n, each in enumerate(lists) if len(each) < 2]
    for one, other in product(range(len(lists)), few):
        made = refusals.both(lists[one], lists[other])
        for d, deposit in enumerate(deposits):
            least = max(told[one, d], told[other, d])
            assert reviewing.resolve(made, *deposit).strictness >= least


def test_rules_stay_as_they_were_where_the_other_record_has_none() -> None:
    """Nothing is said for the person that neither record says."""
    own = [
        IntakeRule(Answer.REFUSE, "structure"),
        IntakeRule(Answer.ACCEPT, "person", CATEGORIES[0]),
    ]
    assert refusals.both(own, []) == own
    assert set(refusals.both([], own[:1])) == set(own[:1])
