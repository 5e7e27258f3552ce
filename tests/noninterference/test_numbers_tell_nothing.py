"""A number beside the number of a record does not tell whether it has a record itself.

Two worlds: in one the number had a record, in the other it never did. A deposit that names
both is refused alike, in the words of a number that nobody has.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from gateway.lifecycle import merging, turning
from gateway.lifecycle.turning import OPERATOR
from mappings import ins
from mappings.submission import Identifier
from tests.noninterference.documents import alone, clinical, lot, sheet, world
from tests.noninterference.draws import drawn_by
from tests.noninterference.pair import Gateway, pair
from tests.noninterference.playing import CDA, FHIR, sent
from tests.noninterference.twoworlds import Two, paper

PERSON, STRANGER, OTHER = "tristan", "psychiatrist", "octave"
NUMBER = ins.identifier(ins.NIR_TEST, "1380399999904")
"""Of somebody else; it differs in its order from what the demo knows."""


def opened(gateway: Gateway) -> None:
    """Open a record for the other number."""
    traits = replace(world().patients[OTHER].traits, identifiers=(NUMBER,))
    turning.open_record(gateway.services, traits, "law")


def closed(gateway: Gateway) -> None:
    """Close it again."""
    opened(gateway)
    turning.close(gateway.services, NUMBER, OPERATOR)


def opposed(gateway: Gateway) -> None:
    """Have its person oppose before there was one."""
    turning.oppose(gateway.services, NUMBER, OPERATOR)


def merged(gateway: Gateway) -> None:
    """Have it become part of another."""
    opened(gateway)
    kept = world().patients[OTHER].identifier
    merging.merge(gateway.services, kept, NUMBER, OPERATOR)


def erased(gateway: Gateway) -> None:
    """Erase it."""
    opened(gateway)
    turning.erase(gateway.services, NUMBER, OPERATOR)


@pytest.fixture
def two() -> Iterator[Two]:
    """Give two worlds that hold the same."""
    with pair() as held:
        yield Two(held)


@pytest.mark.parametrize("state", [opened, closed, opposed, merged, erased])
def test_a_second_number_tells_of_no_record(
    two: Two, state: Callable[[Gateway], None]
) -> None:
    """As CDA, in a lot and alone: one answer, whatever became of the other's record."""
    with drawn_by("another record"):
        state(two.left)
    for number in range(3):
        two.pass_()
        one, other = (_deposited(each, number) for each in two.both)
        assert (one.status_code, one.data) == (other.status_code, other.data)
        assert one.status_code == 422
        assert NUMBER.value.encode() not in one.data


def test_two_numbers_of_one_record_lead_to_it(two: Two) -> None:
    """A record that has two takes a deposit that names both."""
    traits = world().patients[OTHER].traits
    first = ins.identifier(ins.NIR_TEST, "1380399999905")
    both = replace(traits, identifiers=(first, NUMBER))
    with drawn_by("two numbers"):
        turning.open_record(two.left.services, both, "law")
    person = replace(world().patients[OTHER], traits=both)
    body = clinical(paper(1), person, world().readers[STRANGER])
    answer = _sent(two.left, "/cda", _beside(body, first).encode(), CDA)
    assert answer.status_code == 201


def _deposited(gateway: Gateway, number: int) -> TestResponse:
    """Deposit a paper that names both numbers, in one of three ways."""
    person, by = world().patients[PERSON], world().readers[STRANGER]
    given = paper(number)
    one = sheet(given, person, by)
    path, kind, body = (
        ("/cda", CDA, clinical(given, person, by)),
        ("/fhir", FHIR, lot("both", [(given, one)], person, by)),
        ("/fhir/DocumentReference", FHIR, alone(given, one, person, by)),
    )[number]
    known = person.identifier
    text = _beside(body, known) if kind == CDA else _doubled(body, known)
    assert NUMBER.value in text
    return _sent(gateway, path, text.encode(), kind)


def _sent(gateway: Gateway, path: str, body: bytes, kind: str) -> TestResponse:
    with drawn_by(f"deposit {path} {gateway.clock.now()}"):
        return sent(gateway, STRANGER, path, body, kind)


def _beside(body: bytes, known: Identifier) -> str:
    """Return a CDA with the other number after the known one."""
    root = known.system.removeprefix("urn:oid:")
    before, found, after = body.decode().partition(f'extension="{known.value}"')
    end = after.index(">") + 1
    second = f'<id root="{root}" extension="{NUMBER.value}"/>'
    return before + found + after[:end] + second + after[end:]


def _doubled(body: bytes, known: Identifier) -> str:
    """Return a resource with the other number beside the known one, wherever it stands."""

    def both(held: object) -> object:
        if isinstance(held, list):
            more = [e | {"value": NUMBER.value} for e in held if _is(e)]
            return [both(each) for each in held] + more
        if isinstance(held, dict):
            return {name: both(each) for name, each in held.items()}
        return held

    def _is(held: object) -> bool:
        return isinstance(held, dict) and held.get("value") == known.value

    return json.dumps(both(json.loads(body)))
