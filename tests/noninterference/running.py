"""Examples, one after another: a story, its twin, and some steps in both."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import inf
from multiprocessing import get_context
from random import Random
from time import monotonic

from tests.noninterference import scopes
from tests.noninterference.bench import Bench, DifferenceError, Logs
from tests.noninterference.comparing import Example
from tests.noninterference.figures import Figures
from tests.noninterference.pair import SQLITE, Gateway, pair
from tests.noninterference.playing import Twins, twins, within
from tests.noninterference.stories import SIGHTS, told
from tests.noninterference.surface import surface
from tests.noninterference.work import Counter

STEPS = 30
OF_THE_PERSON = frozenset({"Consent", "AuditEvent", "Communication"})
"""Kinds that only the person finds, whose ids somebody else may guess."""
SAME_STORY = 6
"""How many examples are made of one story: probing is cheaper than depositing."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one worker does: every ``of``-th story from ``first`` on.

    It ends after so many seconds, pairs or differences, whichever comes first. What a story
    and an example are depends on their numbers alone.
    """

    first: int = 0
    of: int = 1
    seconds: float = inf
    pairs: float = inf
    differences: int = 20
    database: str = SQLITE


@contextmanager
def bench(database: str = SQLITE) -> Iterator[Bench]:
    """Open two gateways, with what counts their work and keeps their logs."""
    log, logs = logging.getLogger("paravent"), Logs()
    before = log.level, log.propagate
    log.addHandler(logs)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        with pair(database) as made:
            client = made.left.client
            statement = client.get("/fhir/metadata").get_json(force=True)
            engines = [each.services.store.engine for each in made.both]
            yield Bench(
                made,
                surface(client.application, statement),  # type: ignore[arg-type]
                (Counter(engines[0]), Counter(engines[1])),
                logs,
            )
    finally:
        log.removeHandler(logs)
        log.level, log.propagate = before


def twin(bench: Bench, seed: int, sight: tuple[str, str]) -> Twins:
    """Return a story in both worlds, after the positive oracle agreed with the first."""
    made = twins(bench.pair, told(Random(f"story {seed}"), sight))  # noqa: S311
    bench.figures.hidden += len(made.hidden)
    within(made, bench.pair)
    agree(bench, made)
    return replace(made, resources=_resources(bench, made))


def _resources(
    bench: Bench, made: Twins
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return ids of what the treating doctor or the patient sees, by kind.

    Those that the reader does not see come first. Both worlds are put back before they
    are compared.
    """
    left, right = bench.pair.both
    story = made.story
    known = [*_everything(left, made, "gp"), *_everything(left, made, story.patient)]
    for kind in sorted(OF_THE_PERSON & bench.surface.parameters.keys()):
        query = f"patient={_record(made)}&status=active&_count=20"
        known += _ids(left, f"/fhir/{kind}?{query}", story.patient)
    seen = set(_everything(right, made, story.reader))
    kinds = sorted({kind for kind, _ in known} - {"DocumentReference", "Patient"})
    return {
        kind: (
            tuple(
                i for k, i in dict.fromkeys(known) if k == kind and (k, i) not in seen
            ),
            tuple(i for k, i in sorted(seen) if k == kind),
        )
        for kind in kinds
    }


def _everything(gateway: Gateway, made: Twins, reader: str) -> list[tuple[str, str]]:
    return _ids(gateway, f"/fhir/Patient/{_record(made)}/$everything", reader)


def _record(made: Twins) -> str:
    return next(iter(made.ids.values()))[:32]


def _ids(gateway: Gateway, address: str, reader: str) -> list[tuple[str, str]]:
    """Return the kind and the id of each resource of a Bundle; none of an error."""
    token = gateway.token(reader, gateway.clock.now())
    headers = {"Authorization": f"Bearer {token}"}
    answer = gateway.client.get(address, headers=headers)
    entries = answer.get_json(force=True).get("entry", [])
    found = (each["resource"] for each in entries)
    return [(each["resourceType"], each["id"]) for each in found if "id" in each]


def agree(bench: Bench, made: Twins) -> None:
    """Check that the reader sees exactly what the reference model says is seen.

    Raises :class:`DifferenceError`: a gateway that shows nothing passes no test here.
    """
    story, gateway = made.story, bench.pair.left
    identifier = story.person.identifier
    token = gateway.token(story.reader, gateway.clock.now())
    answer = gateway.client.get(
        "/fhir/DocumentReference",
        query_string={
            "patient.identifier": f"{identifier.system}|{identifier.value}",
            "_count": "200",
        },
        headers={"Authorization": f"Bearer {token}"},
    )
    bundle = answer.get_json(force=True)
    resources = [each["resource"] for each in bundle.get("entry", [])]
    shown = {each["id"]: str(each) for each in resources}
    seen = {
        made.ids[name]: each
        for name, each in story.deposits.items()
        if name not in made.hidden
    }
    if shown.keys() != seen.keys() or bundle["total"] != len(seen):
        raise DifferenceError(f"{story}: the reference model sees {sorted(seen)}")
    for item_id, each in seen.items():
        title = "title" not in made.untold[each.name]
        if (each.paper.title in shown[item_id]) is not title:
            raise DifferenceError(f"{story}: the title of {each.name}")


def example(
    bench: Bench,
    made: Twins,
    name: str,
    turn: int,
    steps: int = STEPS,
    scope: str | None = None,
) -> None:
    """Probe both worlds; raises :class:`DifferenceError` at the first difference.

    ``turn`` says where its way through all there is to cover begins; ``scope`` narrows
    the reader's token, and is drawn when nothing is said.
    """
    within(made, bench.pair)
    if scope is None:
        scope = scopes.drawn(Random(f"scope {name}"), made.story.reader)  # noqa: S311
    chance = Random(f"steps {name}")  # noqa: S311
    tried = Example(bench, made, chance, name, turn, scope)
    bench.figures.steps["with scopes"] += bool(scope)
    bench.figures.examples += 1
    while tried.number < steps and not tried.over:
        tried.step()


def run(share: Share, told: Callable[[str], object] = print) -> Figures:
    """Run a share of all examples; return the figures with every difference."""
    until = monotonic() + share.seconds
    with bench(share.database) as opened:
        figures, number = opened.figures, share.first
        enough = share.differences
        while monotonic() < until and figures.pairs < share.pairs:
            if len(figures.differences) >= enough:
                break
            try:
                _story(opened, number, lambda: monotonic() < until)
            except AssertionError as difference:
                figures.differences.append(str(difference))
                told(str(difference))
            number += share.of
        return figures


def _story(opened: Bench, number: int, goes_on: Callable[[], bool]) -> None:
    """Tell one story, and probe it in some examples."""
    made = twin(opened, number, SIGHTS[number % len(SIGHTS)])
    opened.figures.stories += 1
    for one in range(SAME_STORY):
        if goes_on():
            turn = number * SAME_STORY + one
            example(opened, made, f"{number}.{one}", turn)


def shared(workers: int, share: Share) -> Figures:
    """Divide a share among processes; return their figures, added up."""
    parts = [
        replace(share, first=share.first + n, of=workers, pairs=share.pairs / workers)
        for n in range(workers)
    ]
    if workers == 1:
        return run(share)
    fresh = get_context("spawn")  # each with an interpreter of its own
    with ProcessPoolExecutor(workers, mp_context=fresh) as pool:
        whole = Figures()
        for figures in pool.map(run, parts):
            whole.add(figures)
    return whole
