"""Whether what is hidden can be felt by a clock: the same requests in two worlds, in turn.

One world holds documents that the reader may not see, the other never had them. Each pair
of requests is put in random order and timed around the application; the statistics are
those of facts/security.md, c.7. A safety net behind the work that is counted in
tests/noninterference: it says what one run on one machine could tell.
"""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from math import erfc, sqrt
from random import Random
from statistics import median
from time import perf_counter_ns, thread_time_ns

from werkzeug.test import TestResponse

from bench.timing import Row
from tests.noninterference.documents import Paper, alone, sheet, world
from tests.noninterference.pair import Gateway, Pair, pair
from tests.noninterference.playing import FHIR, Twins, twins, within
from tests.noninterference.story import START, Deposit, Event, Story, Word

PAIRS = int(os.environ.get("PAIRS", "1000"))
CLOCK = thread_time_ns if os.environ.get("CLOCK") == "cpu" else perf_counter_ns
"""A client sees the hands of a clock; on a busy machine the processor's says more."""
HIDDEN = tuple(map(int, os.environ.get("HIDDEN", "10").split(",")))
WARMING, SEEN = 30, 6
PATIENT, READER = "melisande", "midwife"
AUTHORS = ("gp", "cardiologist", "surgeon")
MARGIN_NS, SHARE, MOST_AUC, DOUBTFUL = 100_000, 0.02, 0.55, 1e-3
Z99 = 2.5758
WANTED = f"99 % of the median within ±max(100 µs, {SHARE:.0%}), AUC ≤ {MOST_AUC}"

Ask = Callable[[Gateway], TestResponse]


def rows() -> Iterator[Row]:
    """Yield, for each number of hidden documents, what each kind of request tells."""
    with pair() as both:
        for hidden in HIDDEN:
            made = twins(both, story(hidden))
            if len(made.hidden) != hidden:
                raise ValueError("the story hides other documents than it means to")
            for name, ask in asks(made).items():
                within(made, both)
                found = timed(both, ask, PAIRS)
                yield Row(f"{hidden} hidden: {name}", told(found), WANTED)


def story(hidden: int) -> Story:
    """Return a record with documents that its reader sees, and so many that are masked."""
    events: list[Event] = [_deposit(f"seen {n}", n, READER) for n in range(SEEN)]
    for n in range(hidden):
        name = f"hidden {n}"
        events.append(_deposit(name, 100 + n, AUTHORS[n % len(AUTHORS)]))
        events.append(Word(f"mask {n}", name))
    return Story(PATIENT, READER, tuple(events))


def _deposit(name: str, number: int, author: str) -> Deposit:
    at = START - timedelta(days=1 + number % 5)
    paper = Paper(f"2.25.{7_000 + number}", "11488-4", "Consultation", at)
    return Deposit(name, PATIENT, author, paper, "cda")


def asks(made: Twins) -> dict[str, Ask]:
    """Return one request of each kind: about what is hidden, and about all there is."""
    hidden, seen = made.ids["hidden 0"], made.ids["seen 0"]
    oid = made.story.deposits["hidden 0"].paper.oid
    search = f"/fhir/DocumentReference?{_of(made)}"
    return {
        "read": _get(f"/fhir/DocumentReference/{hidden}"),
        "bytes": _get(f"/fhir/Binary/{hidden}"),
        "history": _get(f"/fhir/DocumentReference/{hidden}/_history"),
        "read of what is seen, If-None-Match": _get(
            f"/fhir/DocumentReference/{seen}", ("If-None-Match", 'W/"1"')
        ),
        "search": _get(search),
        "search by identifier": _get(f"{search}&identifier=urn:oid:{oid}"),
        "count": _get(f"{search}&_summary=count"),
        "sets": _get(f"/fhir/List?{_of(made)}"),
        "what is made of documents": _get(f"/fhir/Condition?{_of(made)}"),
        "everything": _get(f"/fhir/Patient/{seen[:32]}/$everything"),
        "conditional create": _create(made, oid),
    }


def _of(made: Twins) -> str:
    identifier = made.story.person.identifier
    return f"patient.identifier={identifier.system}|{identifier.value}"


def _get(path: str, *headers: tuple[str, str]) -> Ask:
    def ask(gateway: Gateway) -> TestResponse:
        token = gateway.token(READER, gateway.clock.now())
        sent = [("Authorization", f"Bearer {token}"), *headers]
        return gateway.client.get(path, headers=sent)

    return ask


def _create(made: Twins, oid: str) -> Ask:
    paper = Paper("2.25.9000", "11488-4", "Consultation", START)
    person, author = made.story.person, world().readers[READER]
    body = alone(paper, sheet(paper, person, author), person, author)

    def ask(gateway: Gateway) -> TestResponse:
        token = gateway.token(READER, gateway.clock.now())
        return gateway.client.post(
            "/fhir/DocumentReference",
            data=body,
            content_type=FHIR,
            headers=[
                ("Authorization", f"Bearer {token}"),
                ("If-None-Exist", f"identifier=urn:ietf:rfc:3986|urn:oid:{oid}"),
            ],
        )

    return ask


@dataclass(frozen=True, slots=True)
class Times:
    """What each request of a kind took in both worlds, in nanoseconds, pair by pair."""

    with_hidden: list[int]
    without: list[int]

    @property
    def differences(self) -> list[int]:
        """How much longer it took where something is hidden, in order."""
        both = zip(self.with_hidden, self.without, strict=True)
        return sorted(one - other for one, other in both)


def timed(both: Pair, ask: Ask, pairs: int) -> Times:
    """Time a request in both worlds, in random order within each pair."""
    chance, found = Random(pairs), Times([], [])  # noqa: S311 - an order, no secret
    sides = ((both.left, found.with_hidden), (both.right, found.without))
    with _without_collector():
        for number in range(pairs + WARMING):
            for gateway, times in sides if chance.random() < 0.5 else sides[::-1]:  # noqa: PLR2004
                start = CLOCK()
                answer = ask(gateway)
                taken = CLOCK() - start
                if answer.status_code >= 500:  # noqa: PLR2004 - what is timed must be an answer
                    raise ValueError(answer.status)
                if number >= WARMING:
                    times.append(taken)
            if number % 100 == 0:
                gc.collect()
    return found


@contextmanager
def _without_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def told(found: Times) -> str:
    """Return what the times tell, and the verdict.

    *pass*: no more than the margin, in either direction. *warn*: within it, and real all
    the same. *FAIL*: more than it, and real. *unclear*: this run was too noisy to say.
    """
    low, high = interval(found.differences)
    usual = median(found.without)
    margin = max(MARGIN_NS, SHARE * usual)
    auc, p = advantage(found.with_hidden, found.without), wilcoxon(found.differences)
    alike = -margin <= low and high <= margin and auc <= MOST_AUC
    real = p < DOUBTFUL
    names = {(True, False): "pass", (True, True): "warn", (False, True): "FAIL"}
    verdict = names.get((alike, real), "unclear")
    middle = median(found.differences) / 1000
    return (
        f"{verdict}: {middle:+.0f} µs [{low / 1000:+.0f}, {high / 1000:+.0f}] "
        f"of {usual / 1e6:.1f} ms, AUC {auc:.3f}, p {p:.1g}"
    )


def interval(ordered: Sequence[int]) -> tuple[int, int]:
    """Return between which two values the median lies with 99 %, whatever the distribution."""
    reach = Z99 * sqrt(len(ordered)) / 2
    middle = (len(ordered) - 1) / 2
    low, high = int(middle - reach), int(middle + reach + 1)
    return ordered[max(0, low)], ordered[min(len(ordered) - 1, high)]


def advantage(one: Sequence[int], other: Sequence[int]) -> float:
    """Return how well one request tells the worlds apart (AUC): 0.5 is not at all."""
    ranks = _ranks([*one, *other])
    above = sum(ranks[: len(one)]) - len(one) * (len(one) + 1) / 2
    found = above / (len(one) * len(other))
    return max(found, 1 - found)


def wilcoxon(differences: Sequence[int]) -> float:
    """Return the p of Wilcoxon's signed ranks (normal approximation, two-sided)."""
    real = [each for each in differences if each]
    if not real:
        return 1.0
    ranks = _ranks([abs(each) for each in real])
    n = len(real)
    above = sum(rank for rank, each in zip(ranks, real, strict=True) if each > 0)
    spread = sqrt(n * (n + 1) * (2 * n + 1) / 24)
    return erfc(abs(above - n * (n + 1) / 4) / spread / sqrt(2))


def _ranks(values: Sequence[int]) -> list[float]:
    """Return the rank of each value, those that are equal sharing theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks, at = [0.0] * len(values), 0
    while at < len(order):
        end = at
        while end < len(order) and values[order[end]] == values[order[at]]:
            end += 1
        for each in order[at:end]:
            ranks[each] = (at + end + 1) / 2
        at = end
    return ranks
