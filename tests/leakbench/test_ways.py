"""Other ways to make the ground: items that are there, hidden by an act, a control."""

from dataclasses import dataclass, replace
from itertools import count
from random import Random

from leakbench.bench import Bench
from leakbench.exchange import Answer, Request
from leakbench.findings import Outcome
from leakbench.leaky.__main__ import with_people
from leakbench.probes.every import FAMILIES
from leakbench.profile import Person, Planned, Profile, Seeded, Sent
from leakbench.seeding import Seeder
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


def test_a_control_takes_out_what_differs_by_chance() -> None:
    """Without a third patient every answer of a noisy server is a leak; with one, none."""
    profile = leaky_profile()
    assert run(profile, noisy(), "total").leaks == ("total",)
    people = {**profile.people, "control": Person(THIRD)}
    outcome = run(replace(profile, people=people), noisy(), "total")
    assert outcome.findings == []
    assert outcome.tallies["total"].noise == outcome.tallies["total"].pairs > 0


def test_a_control_takes_out_no_leak() -> None:
    """What differs between hidden and never there is still found on a quiet server."""
    profile = leaky_profile()
    people = {**profile.people, "control": Person(THIRD)}
    quiet = noisy("total-of-all").inner
    outcome = run(replace(profile, people=people), quiet, "total")
    assert outcome.leaks == ("total",)
    assert outcome.tallies["total"].noise == 0
