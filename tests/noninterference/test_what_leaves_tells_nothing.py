"""What leaves by itself does not depend on what may not be seen: twin worlds, one listener.

Both worlds go through the same steps at the same instants; one of them has hidden
documents besides. A real HTTP listener keeps what it is sent: bytes, headers, order and
count are the same, and so is everything that is told of subscriptions and exports.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from gateway.outbox.delivery import pause
from tests.gateway.subscribing.hearing import Heard, Listener, listening
from tests.gateway.subscribing.scene import PATIENT, READER, Scene
from tests.noninterference.draws import drawn_by

START = datetime.fromisoformat("2027-01-11T09:17:00+00:00")
STORIES = 2
STEPS = 8
TRIES = 3
CANARY = "zq7b1d"
FROM_PARENTS = "INVISIBLE_REPRESENTANTS_LEGAUX"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens; ``hidden`` ones happen in one world only."""

    what: str
    name: str
    hidden: bool = False
    wait: int = 0
    answers: tuple[int, ...] = ()


def story(seed: int) -> list[Step]:
    """Return steps drawn by chance: documents seen and not seen, an endpoint that fails."""
    chance = Random(seed)  # noqa: S311 - chooses a story
    steps = []
    for index in range(STEPS):
        name = f"{CANARY}-{seed}-{index}"
        kind = chance.random()
        if kind < 0.3:
            steps.append(Step("visible", name))
        elif kind < 0.65:
            how = chance.choice(("restricted", "masked", "other type"))
            steps.append(Step(how, name, hidden=True))
        elif kind < 0.8:
            failing = tuple(chance.choice((500, 503, 429)) for _ in range(3))
            steps.append(Step("fail", name, answers=failing))
        else:
            steps.append(Step("wait", name, wait=chance.choice((1, 7, 70, 200))))
        steps.append(Step("deliver", f"{name}-pass"))
    return [*steps, *(Step("deliver", f"end-{n}", wait=90) for n in range(3))]


def played(
    folder: Path, listener: Listener, steps: list[Step]
) -> tuple[list[Heard], list[tuple[str, bytes]]]:
    """Play a story; return what was heard, and what the reader saw after each step."""
    listener.heard, listener.answers = [], []
    scene = Scene(folder, listener.address, start=START)
    with drawn_by("begin"):
        found = scene.active(f"{listener.address}/in", more="&type=11488-4,11502-2")
    seen = []
    for step in steps:
        with drawn_by(step.name):
            happen(scene, listener, step)
        if step.what == "deliver":
            with drawn_by(f"look {step.name}"):
                seen += list(looked(scene, found))
    return listener.heard, seen


def happen(scene: Scene, listener: Listener, step: Step) -> None:
    """Let one step happen."""
    listener.answers += step.answers
    if step.wait:
        scene.wait(minutes=step.wait)
    match step.what:
        case "visible":
            scene.deposit(step.name)
        case "restricted":
            scene.deposit(step.name, "V")
        case "masked":
            scene.mask(scene.deposit(step.name))
        case "other type":
            scene.deposit(step.name, "R", author="surgeon")
        case "deliver":
            scene.deliver()


def looked(scene: Scene, found: str) -> Iterator[tuple[str, bytes]]:
    """Yield what the subscriber is told of the subscription, in every way there is."""
    who = scene.software.world.patients[PATIENT].identifier
    for path in (
        f"/fhir/Subscription/{found}",
        f"/fhir/Subscription/{found}/$status",
        f"/fhir/Subscription?patient.identifier={who.system}|{who.value}",
    ):
        answer = scene.ask(READER, path)
        yield str(answer.headers), answer.get_data()


def test_what_is_heard_and_told_is_the_same_in_both_worlds(tmp_path: Path) -> None:
    """Bytes, headers, order, count; numbers, states and versions after every step."""
    heard, told, first = 0, 0, 0
    with listening() as listener:
        for seed in range(first, first + STORIES):
            steps = story(seed)
            purged = [each for each in steps if not each.hidden]
            left = played(tmp_path / f"l{seed}", listener, steps)
            right = played(tmp_path / f"r{seed}", listener, purged)
            assert len(purged) < len(steps)
            assert left[0] == right[0]
            assert left[1] == right[1]
            heard += len(left[0])
            told += sum(len(each.named) for each in left[0])
    assert heard > 2 * STORIES, "the stories tell too little to compare"
    assert told > STORIES


def test_hidden_documents_neither_hasten_nor_delay_a_try(tmp_path: Path) -> None:
    """While the endpoint fails, a hidden document makes no try and saves none."""
    counts = []
    with listening() as listener:
        for hidden in (True, False):
            scene = Scene(tmp_path / str(hidden), listener.address, start=START)
            scene.active(f"{listener.address}/in")
            listener.heard, listener.answers = [], [500] * TRIES
            scene.deposit("seen")
            for attempt in range(1, TRIES + 1):
                if hidden:
                    scene.deposit(f"not seen {attempt}", "V")
                scene.deliver()
                scene.deliver()
                scene.clock.instant += pause(attempt) - timedelta(seconds=1)
                scene.deliver()
                scene.clock.instant += timedelta(seconds=1)
            scene.deliver()
            counts.append([len(each.named) for each in listener.heard])
    assert counts == [[1] * (TRIES + 1)] * 2


BULK = re.compile(rb'"url":"[^"]*/Binary/\$export-file/([0-9a-f]{64})"')


def exported(scene: Scene, reader: str, patient: str, query: str) -> list[object]:
    """Return all that is seen of an export in bulk: headers, manifest, files."""
    found = scene.software.world.patients[patient].identifier
    search = f"/fhir/Patient?identifier={found.system}|{found.value}"
    person = scene.ask(reader, search).get_json(force=True)["entry"][0]["resource"]
    begun = scene.software.ask(
        reader,
        f"/fhir/Patient/{person['id']}/$export{query}",
        headers={"Prefer": "respond-async"},
    )
    assert begun.status_code == 202, begun.get_data(as_text=True)
    address = begun.headers["Content-Location"].partition("/fhir/")[2]
    waits = scene.ask(reader, f"/fhir/{address}")
    scene.deliver()
    ready = scene.ask(reader, f"/fhir/{address}")
    answers = (begun, waits, ready)
    seen: list[object] = [(e.status, str(e.headers), e.get_data()) for e in answers]
    for name in BULK.findall(ready.get_data()):
        path = f"/fhir/Binary/$export-file/{name.decode()}"
        answer = scene.ask(reader, path)
        seen.append((answer.status_code, str(answer.headers), answer.get_data()))
    return seen


TYPES = "Patient,DocumentReference,Binary,List,AuditEvent,Condition,MedicationRequest"
QUERY = f"?_since=2020-01-01T00:00:00Z&_type={TYPES}"


def test_an_export_for_a_parent_is_that_of_a_world_without(
    tmp_path: Path,
) -> None:
    """Manifest, counts, files, headers: what a minor keeps to herself is in none."""
    seen = []
    hide: tuple[Callable[[Scene], object], ...] = (
        lambda scene: scene.mask(
            scene.deposit(f"{CANARY}-hidden", patient="inaya"), "inaya", FROM_PARENTS
        ),
        lambda _: None,
    )
    for number, hidden in enumerate(hide):
        scene = Scene(tmp_path / str(number), start=START)
        with drawn_by("seen"):
            scene.deposit("seen", patient="inaya")
        with drawn_by("hidden"):
            hidden(scene)
        scene.wait(minutes=1)
        with drawn_by("export"):
            seen.append(exported(scene, "corentine", "inaya", QUERY))
    assert seen[0] == seen[1]
    assert len(seen[0]) > 3
    assert CANARY not in repr(seen)
