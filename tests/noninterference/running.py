"""Examples, one after another: a story, its twin, and some steps in both."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from time import monotonic

from tests.noninterference.bench import Bench, DifferenceError, Figures, Logs
from tests.noninterference.comparing import Example
from tests.noninterference.pair import Gateway, pair
from tests.noninterference.playing import Twins, twins, within
from tests.noninterference.stories import SIGHTS, told
from tests.noninterference.story import Story
from tests.noninterference.surface import surface
from tests.noninterference.work import Counter

STEPS = 30
SAME_STORY = 6
"""How many examples are made of one story: probing is cheaper than depositing."""


@contextmanager
def bench() -> Iterator[Bench]:
    """Open two gateways, with what counts their work and keeps their logs."""
    log, logs = logging.getLogger("paravent"), Logs()
    before = log.level, log.propagate
    log.addHandler(logs)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        with pair() as made:
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
    """Return the ids of what the treating doctor sees and the reader does not, by kind.

    Both worlds are put back before they are compared.
    """
    found = {}
    for kind in sorted(bench.surface.parameters.keys() - {"DocumentReference"}):
        known = set(_ids(bench.pair.left, made.story, kind, "gp"))
        seen = set(_ids(bench.pair.right, made.story, kind, made.story.reader))
        found[kind] = (tuple(sorted(known - seen)), tuple(sorted(seen)))
    return found


def _ids(gateway: Gateway, story: Story, kind: str, reader: str) -> list[str]:
    identifier = story.person.identifier
    token = gateway.token(reader, gateway.clock.now())
    answer = gateway.client.get(
        f"/fhir/{kind}",
        query_string={"patient.identifier": f"{identifier.system}|{identifier.value}"},
        headers={"Authorization": f"Bearer {token}"},
    )
    entries = answer.get_json(force=True).get("entry", [])
    return [str(each["resource"]["id"]) for each in entries]


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


def example(bench: Bench, made: Twins, seed: int, steps: int = STEPS) -> None:
    """Probe both worlds; raises :class:`DifferenceError` at the first difference."""
    within(made, bench.pair)
    turn = bench.figures.examples
    tried = Example(bench, made, Random(f"steps {seed}"), str(seed), turn)  # noqa: S311
    bench.figures.examples += 1
    while tried.number < steps and not tried.over:
        tried.step()


def run(
    seconds: float, seed: int, most: int = 10**9, told: Callable[[str], object] = print
) -> tuple[Figures, list[str]]:
    """Run examples for so long, or so many; return the figures and every difference."""
    found: list[str] = []
    until = monotonic() + seconds
    with bench() as opened:
        made: Twins | None = None
        while monotonic() < until and opened.figures.examples < most:
            number = seed + opened.figures.examples
            try:
                if made is None or number % SAME_STORY == 0:
                    made = twin(
                        opened, number, SIGHTS[(number // SAME_STORY) % len(SIGHTS)]
                    )
                example(opened, made, number)
            except AssertionError as difference:
                found.append(str(difference))
                told(found[-1])
                made, seed = None, seed + 1
        told(report(opened))
        return opened.figures, found


def report(opened: Bench) -> str:
    """Say what was compared."""
    figures = opened.figures
    covered = figures.coverage(opened.surface)
    points = len(opened.surface.points())
    return (
        f"{figures.examples} examples, {figures.pairs} pairs of requests compared, "
        f"{figures.works} of them also by their work; "
        f"{figures.steps['hidden event']} hidden events, "
        f"{figures.steps['next page']} further pages; "
        f"{covered:.1%} of {points} routes and parameters covered; "
        f"answers {dict(sorted(figures.statuses.items()))}"
    )
