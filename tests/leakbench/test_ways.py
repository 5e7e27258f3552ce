"""Other ways to make the ground: items that are there, hidden by an act, a control."""

from dataclasses import dataclass, replace
from itertools import count
from random import Random

import pytest

from leakbench import report
from leakbench.bench import Bench
from leakbench.exchange import Answer, Request
from leakbench.findings import Outcome
from leakbench.leaky.__main__ import with_people
from leakbench.probes.every import FAMILIES
from leakbench.profile import Person, Planned, Profile, Seeded, Sent
from leakbench.seeding import CannotConcludeError, Seeder
from tests.leakbench.serving import InProcess, leaky_profile

THIRD = "33333333-3333-4333-8333-333333333333"


def run(profile: Profile, transport: object, *named: str) -> Outcome:
    """Return what is found in some families, or in all."""
    asked = tuple(each for each in FAMILIES if not named or each.name in named)
    return Bench(profile, transport, Random(3)).run(asked)  # type: ignore[arg-type]  # noqa: S311


def seeded(transport: InProcess) -> Profile:
    """Return a profile that names what a run before it has deposited."""
    profile = leaky_profile()
    seeder = Seeder(profile, transport, Random(3))  # noqa: S311 - words, no secrets
    sides = seeder.sides()
    seeder.seed(sides)
    visible = {
        side.name: tuple(f"{e.type}/{e.id}" for e in side.items if not e.hidden)
        for side in sides
    }
    hidden = tuple(f"{e.type}/{e.id}" for e in sides[0].items if e.hidden)
    return replace(profile, items=(), seeded=Seeded(visible, hidden))


def test_items_that_are_there_already_are_enough() -> None:
    """Their values are learnt from the full reader; clean is clean, a leak is found."""
    clean = InProcess.leaky()
    assert run(seeded(clean), clean).findings == []
    leaky = InProcess.leaky("identifier-is-counted")
    assert run(seeded(leaky), leaky, "value").leaks == ("value",)


def by_an_act(planned: Planned) -> Planned:
    """Return an item whose body does not say that it is hidden."""
    return replace(planned, values={**planned.values, "level": "N"})


def test_items_can_be_hidden_by_a_request_of_its_own() -> None:
    """Here by an update with another label; it is sent for hidden items only."""
    profile = leaky_profile()
    body = next(each.sent.body for each in profile.items if each.hidden)
    body = body.replace("${level}", "R")
    documents = tuple(
        e for e in profile.items if not e.hidden or e.type == "Observation"
    )
    hide = Sent("PUT", "${type}/${id}", body)
    profile = replace(profile, items=tuple(map(by_an_act, documents)), hide=hide)
    assert run(profile, InProcess.leaky()).findings == []
    assert run(profile, InProcess.leaky("hidden-is-403"), "read").leaks == ("read",)


def test_other_hidden_items_on_the_other_side_tell_nothing_either() -> None:
    """Two records with unlike secrets look alike to who may not see them."""
    profile = leaky_profile()
    other = next(each for each in profile.items if each.hidden)
    profile = replace(profile, items=(*profile.items, replace(other, on="twin")))
    assert run(profile, InProcess.leaky()).findings == []


@dataclass(frozen=True, slots=True)
class Noisy:
    """A server that counts its answers, for everybody to see."""

    inner: InProcess
    numbers: "count[int]"

    def send(self, request: Request, token: str) -> Answer:
        """Return the answer with its number."""
        answer = self.inner.send(request, token)
        told = ("X-Answer", str(next(self.numbers)))
        return replace(answer, headers=(*answer.headers, told))


def noisy(*leaks: str) -> Noisy:
    """Return a noisy server that knows three patients."""
    server = with_people(frozenset(leaks))
    server.store.put({"resourceType": "Patient", "active": True}, THIRD)
    return Noisy(InProcess.of(server), count())


def controlled() -> Profile:
    """Return a profile with a third patient."""
    profile = leaky_profile()
    return replace(profile, people={**profile.people, "control": Person(THIRD)})


BOTH = pytest.mark.parametrize("profile", [leaky_profile(), controlled()])


@BOTH
def test_a_header_that_varies_by_itself_is_named_and_not_compared(
    profile: Profile,
) -> None:
    """With a control or without: a clean server is clean, and no pair is lost."""
    outcome = run(profile, noisy(), "total")
    assert outcome.findings == []
    assert outcome.noise == {}
    assert not outcome.drowned
    assert report.verdict(outcome).endswith("not compared, since they vary: x-answer")


@BOTH
def test_noise_in_a_header_hides_no_leak(profile: Profile) -> None:
    """The rest of every answer is still compared, by every family."""
    outcome = run(profile, noisy("total-of-all", "hidden-is-403"), "total", "read")
    assert outcome.leaks == ("read", "total")


@dataclass(frozen=True, slots=True)
class NoisyBody:
    """A server that writes a number in every answer of JSON."""

    inner: Noisy

    def send(self, request: Request, token: str) -> Answer:
        """Return the answer, its number in the body."""
        answer = self.inner.send(request, token)
        if not answer.body.startswith(b"{"):
            return replace(answer, headers=answer.headers[:-1])
        body = b'{"took":' + answer.headers[-1][1].encode() + b"," + answer.body[1:]
        rest = tuple(e for e in answer.headers[:-1] if e[0] != "Content-Length")
        return replace(answer, headers=rest, body=body)


@BOTH
def test_too_much_noise_in_bodies_is_no_clean_bill(profile: Profile) -> None:
    """Nor is it a leak, in what is read and what is written: nothing can be concluded."""
    outcome = run(profile, NoisyBody(noisy()), "total", "condition")
    assert outcome.findings == []
    assert outcome.noise["total"] == outcome.tallies["total"].pairs
    assert outcome.noise["condition"] > 0
    assert outcome.drowned
    assert report.verdict(outcome).startswith("cannot conclude: too much noise")
    assert report.as_json(outcome, "")["concluded"] is False


@BOTH
def test_a_leak_beside_noise_in_a_body_is_found(profile: Profile) -> None:
    """Places are compared, not whole answers: the count differs, whatever else varies."""
    outcome = run(profile, NoisyBody(noisy("total-of-all")), "total")
    assert outcome.leaks == ("total",)
    assert outcome.findings[0].difference.what == "body.total"


def test_a_control_that_the_server_does_not_know_is_refused() -> None:
    """Every answer about it would differ, and be taken for noise."""
    people = {**controlled().people, "control": Person(THIRD[:-1] + "4")}
    with pytest.raises(CannotConcludeError, match="404 for control"):
        run(replace(controlled(), people=people), noisy(), "total")


def test_a_family_lost_whole_is_too_much_noise() -> None:
    """However few its pairs are beside those of the others."""
    outcome = Outcome(FAMILIES[:2])
    outcome.tally(FAMILIES[0]).pairs = 1000
    few = outcome.tally(FAMILIES[1])
    few.pairs, few.noise = 3, 2
    assert not outcome.drowned
    few.noise = 3
    assert outcome.drowned


def test_a_control_takes_out_no_leak() -> None:
    """What differs between hidden and never there is still found on a quiet server."""
    profile = leaky_profile()
    people = {**profile.people, "control": Person(THIRD)}
    quiet = noisy("total-of-all").inner
    outcome = run(replace(profile, people=people), quiet, "total")
    assert outcome.leaks == ("total",)
    assert outcome.tallies["total"].noise == 0


def test_records_that_hold_something_are_not_probed() -> None:
    """A second run on the same patients would find what the first left: it says so."""
    transport = InProcess.leaky()
    assert run(leaky_profile(), transport, "total").findings == []
    with pytest.raises(CannotConcludeError, match="the records are not empty"):
        run(leaky_profile(), transport, "total")
