"""What a rule of the person refused, and what waits for its announcement, is not there yet.

Two worlds: in one a deposit came that the person may not know of yet, in the other none.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from gateway.patient.app import create_app
from gateway.review import Decision
from tests.gateway.consents.asking import parameters
from tests.gateway.patient.browser import Browser, people
from tests.noninterference.documents import Paper, world
from tests.noninterference.leaving import passed
from tests.noninterference.pair import Gateway, Pair, pair
from tests.noninterference.side_by_side import alike, ask, by_person, deposit, later
from tests.noninterference.story import START

PATIENT, DEPOSITOR = "octave", "gp"
REFUSED = "/fhir/DocumentReference/$refused"
RULE = parameters(answer=("valueCode", "refuse"), category=("valueCode", "hiv"))
RESULT = Paper(
    "2.25.88001", "11488-4", "Suivi", START - timedelta(days=9), fact="paragraph"
)
RANDOM = re.compile(r'name="csrf" value="[^"]+"')


@pytest.fixture(scope="module")
def rested() -> Iterator[Pair]:
    """Give two worlds in which the person refuses what is about HIV."""
    with pair() as made:
        for each in made.both:
            assert ask(each, PATIENT, "/fhir/Consent/$intake", RULE).status == "200 OK"
        yield made


@pytest.fixture
def both(rested: Pair) -> Iterator[Pair]:
    """Give the two worlds as they were when nothing had come."""
    kept = [each.rest() for each in rested.both]
    yield rested
    for each, rest in zip(rested.both, kept, strict=True):
        each.restore(rest)
        each.clock.instant = START


def came(both: Pair) -> str:
    """Have a result come that waits for its announcement, in the first world alone."""
    later(both, minutes=1)
    public_id = deposit(both.left, PATIENT, DEPOSITOR, RESULT, "INVISIBLE_PATIENT")
    later(both, minutes=1)
    return public_id


def reviewed(public_id: str, decision: str) -> tuple[str, dict[str, object]]:
    """Return the request by which a deposit is reviewed."""
    path = f"/fhir/DocumentReference/{public_id}/$review"
    return path, parameters(decision=("valueCode", decision))


def page(gateway: Gateway) -> Browser:
    """Give a browser of the person, before one world."""
    services = gateway.services
    return Browser(services, create_app(services, people(world()))).sign_in(PATIENT)


def listed(gateway: Gateway) -> str:
    """Return what the person is told was refused."""
    return ask(gateway, PATIENT, REFUSED).body.decode()


def test_what_was_refused_while_it_waits_is_not_there(both: Pair) -> None:
    """Neither listed, nor reviewed, nor in the log, at no moment of the month."""
    public_id = came(both)
    for days in (0, 13, 13):
        later(both, days=days)
        for each in both.both:
            passed(each, f"a pass at {each.clock.now()}")
        assert alike(both, PATIENT, REFUSED).status == "200 OK"
        alike(both, PATIENT, "/fhir/DocumentReference/$held")
        for decision in Decision:
            answer = alike(both, PATIENT, *reviewed(public_id, decision))
            assert answer.status == "404 NOT FOUND"
        alike(both, PATIENT, f"/fhir/AuditEvent?{by_person(PATIENT)}&_count=200")
    assert ask(both.left, DEPOSITOR, f"/fhir/Binary/{public_id}").status == "200 OK"


def test_the_person_s_page_says_nothing_of_it(both: Pair) -> None:
    """The page of what was refused, and the form that takes it back, before and after."""
    public_id = came(both)
    form = {"verb": "review", "document": public_id, "decision": "take-back"}
    seen = []
    for browser in map(page, both.both):
        shown = [browser.text("/a-relire")]
        shown.append(browser.post("/choix", **form).get_data(as_text=True))
        browser.post("/choix/confirme", **form)
        shown += [browser.text("/choix/fait"), browser.text("/a-relire")]
        seen.append([RANDOM.sub("", each) for each in shown])
    assert seen[0] == seen[1]


def test_once_announced_it_is_refused_like_any_other(both: Pair) -> None:
    """Listed with its delay, on the page too; taken back it waits for the review."""
    public_id = came(both)
    path = f"/fhir/DocumentReference/{public_id}/$announced"
    assert ask(both.left, DEPOSITOR, path, parameters()).status == "200 OK"
    assert public_id in listed(both.left)
    assert public_id in page(both.left).text("/a-relire")
    taken = ask(both.left, PATIENT, *reviewed(public_id, "take-back"))
    assert taken.status == "200 OK"
    held = ask(both.left, PATIENT, "/fhir/DocumentReference/$held").body
    assert public_id in held.decode()


def test_after_the_month_there_are_thirty_days_to_take_it_back(both: Pair) -> None:
    """Nobody announced it: the delay begins when the person may know of it, not before."""
    public_id = came(both)
    later(both, days=30)
    [refused] = json.loads(listed(both.left))["parameter"]
    parts = {each["name"]: each for each in refused["part"]}
    assert public_id in parts["document"]["valueReference"]["reference"]
    assert parts["erased"]["valueDateTime"][:10] == "2027-01-21"
    later(both, days=29)
    passed(both.left, "before it is erased")
    assert public_id in listed(both.left)
    later(both, days=2)
    passed(both.left, "when it is erased")
    assert public_id not in listed(both.left)
    gone = ask(both.left, DEPOSITOR, f"/fhir/Binary/{public_id}")
    assert gone.status == "404 NOT FOUND"
