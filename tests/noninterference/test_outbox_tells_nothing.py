"""When messages leave, and in which order, does not depend on what their reader may not see.

Two worlds: in one, documents came that are hidden from who subscribed; in the other none.
"""

import json
from collections.abc import Iterator

import pytest

from tests.gateway.subscribing.scene import subscription
from tests.noninterference import circle
from tests.noninterference.leaving import passed
from tests.noninterference.pair import HOOK, pair
from tests.noninterference.side_by_side import by_person, deposit
from tests.noninterference.twoworlds import Json, Two, paper

PERSON, READER, AUTHOR = "octave", "pharmacist", "cardiologist"
MANY = 21
"""More rows than are leased at once."""


@pytest.fixture
def two() -> Iterator[Two]:
    """Give two worlds in which the reader is let in."""
    with pair() as held:
        both = Two(held)
        both.let_in(READER, PERSON)
        yield both


def subscribed(two: Two, name: str) -> None:
    """Have the reader ask, in both worlds, to be told of what comes."""
    body: Json = subscription(f"{HOOK}/{name}")
    body["criteria"] = f"DocumentReference?{by_person(PERSON)}"
    assert two.same(READER, "/fhir/Subscription", "POST", body).status == "201 CREATED"


def leaves(two: Two, label: str) -> list[str]:
    """Let both deliver; return where to, the same messages in both worlds."""
    two.pass_()
    one, other = (passed(each, label) for each in two.both)
    assert one == other
    return [address.rpartition("/")[2] for address, _, _ in one]


def test_much_that_is_hidden_delays_nothing(two: Two) -> None:
    """Each hidden deposit has something to tell the person; the reader does not wait."""
    held = circle.parameters(answer="hold")
    held["parameter"].append({"name": "depositor", "valueIdentifier": circle.who("gp")})
    rule = two.same(PERSON, "/fhir/Consent/$intake", "POST", held)
    assert rule.status == "200 OK"
    subscribed(two, "one")
    leaves(two, "hello")
    for number in range(10, 10 + MANY):
        deposit(two.left, PERSON, "gp", paper(number))
    for gateway in two.both:
        deposit(gateway, PERSON, AUTHOR, paper(5))
    assert leaves(two, "later") == ["one"]
    assert leaves(two, "both") == []


def test_what_is_hidden_changes_no_order(two: Two) -> None:
    """Hidden, then a second subscription, then something both tell of: in one order."""
    subscribed(two, "one")
    leaves(two, "hello")
    two.deposited(PERSON, paper(9), "MASQUE_PS")
    subscribed(two, "two")
    two.deposited(PERSON, paper(5))
    assert sorted(leaves(two, "both")) == ["one", "two"]
    shown = two.same(READER, f"/fhir/Subscription?{by_person(PERSON)}")
    assert json.loads(shown.body)["total"] == 2
