"""A story played in a gateway, by its front door."""

import json
from dataclasses import dataclass, field

from werkzeug.test import TestResponse

from labels.fhir import VISIBILITY
from tests.gateway.consenting import about, consent
from tests.noninterference.documents import alone, clinical, lot, sheet, world
from tests.noninterference.draws import drawn_by
from tests.noninterference.pair import Gateway, Pair, Snapshot
from tests.noninterference.story import (
    START,
    Denial,
    Deposit,
    Event,
    Story,
    Untold,
    Word,
)

CDA = "application/xml"
FHIR = "application/fhir+json"
PATCH = "application/json-patch+json"


class StoryError(AssertionError):
    """A gateway did not take what a story says happened in it."""


def play(gateway: Gateway, story: Story, told: dict[str, str]) -> None:
    """Let every event happen; ``told`` takes the public id of each document by name."""
    done: set[str] = set()
    for event in story.events:
        if event.name in done:
            continue
        together = _together(story, event)
        done |= {each.name for each in together}
        happen(gateway, together, story.patient, told)


def happen(
    gateway: Gateway, together: list[Event], patient: str, told: dict[str, str]
) -> None:
    """Let one event happen, or those documents that come in one lot."""
    first = together[0]
    label = first.lot if isinstance(first, Deposit) and first.lot else first.name
    with drawn_by(f"event {label}"):
        if isinstance(first, Word):
            _say(gateway, first, patient, told)
        elif isinstance(first, Denial):
            _deny(gateway, first, patient, told)
        else:
            given = [each for each in together if isinstance(each, Deposit)]
            _deposit(gateway, given, told)


def _together(story: Story, event: Event) -> list[Event]:
    """Return the event, with the documents of its lot."""
    if not isinstance(event, Deposit) or not event.lot:
        return [event]
    named = story.deposits.values()
    return [each for each in named if each.lot == event.lot]


def _deposit(gateway: Gateway, given: list[Deposit], told: dict[str, str]) -> None:
    first = given[0]
    path, kind, body = posted(given)
    answer = sent(gateway, first.author, path, body, kind)
    if answer.status_code not in (200, 201):
        raise StoryError(first, answer.get_data(as_text=True))
    if first.route == "iti65":
        entries = answer.get_json(force=True)["entry"]
        named = [each["response"].get("location", "") for each in entries]
        found = [each for each in named if each.startswith("DocumentReference/")]
        lists = (each for each in named if each.startswith("List/"))
        told[f"list {first.lot}"] = next(lists).split("/")[1]
    else:
        found = [answer.headers["Location"]]
    for each, location in zip(given, found, strict=True):
        told[each.name] = location.rpartition("/")[2]


def sent(
    gateway: Gateway, author: str, path: str, body: bytes, kind: str
) -> TestResponse:
    """Post a body as somebody."""
    token = gateway.token(author, gateway.clock.now())
    headers = {"Authorization": f"Bearer {token}"}
    return gateway.client.post(path, data=body, content_type=kind, headers=headers)


def posted(given: list[Deposit]) -> tuple[str, str, bytes]:
    """Return the path, the media type and the body by which documents come in."""
    first = given[0]
    patient, author = world().patients[first.patient], world().readers[first.author]
    if first.route == "cda":
        return "/cda", CDA, clinical(first.paper, patient, author)
    papers = [
        (each.paper, sheet(each.paper, patient, author, tuple(sorted(each.marks))))
        for each in given
    ]
    if first.route == "iti105":
        body = alone(*papers[0], patient, author)
        return "/fhir/DocumentReference", FHIR, body
    return "/fhir", FHIR, lot(first.lot, papers, patient, author)


def _say(gateway: Gateway, word: Word, patient: str, told: dict[str, str]) -> None:
    mask = {"coding": [{"system": VISIBILITY, "code": word.mark.value}]}
    patch = [{"op": "add", "path": "/securityLabel/-", "value": mask}]
    path = f"/fhir/DocumentReference/{told[word.about]}"
    token = gateway.token(patient, gateway.clock.now())
    headers = {"Authorization": f"Bearer {token}"}
    if word.lifted:
        shown = gateway.client.get(path, headers=headers).get_json(force=True)
        patch = [
            {"op": "remove", "path": f"/securityLabel/{index}"}
            for index, each in reversed(list(enumerate(shown["securityLabel"])))
            if each["coding"][0]["code"] == word.mark
        ]
    answer = gateway.client.patch(
        path, data=json.dumps(patch), content_type=PATCH, headers=headers
    )
    if answer.status_code != 200:
        raise StoryError(word, answer.get_data(as_text=True))


def _deny(gateway: Gateway, said: Denial, patient: str, told: dict[str, str]) -> None:
    resource = consent(patient, {"type": "deny", "data": [about(told[said.about])]})
    token = gateway.token(patient, gateway.clock.now())
    answer = gateway.client.post(
        "/fhir/Consent",
        data=json.dumps(resource),
        content_type=FHIR,
        headers={"Authorization": f"Bearer {token}"},
    )
    if answer.status_code != 201:
        raise StoryError(said, answer.get_data(as_text=True))


@dataclass(frozen=True, slots=True)
class Twins:
    """One story in two worlds: with what its reader may not see, and without.

    ``left`` is at rest with all of ``story``, ``right`` with its purge. ``ids`` are the
    public ids of all documents, ``hidden`` the names of those the reader may not see,
    ``resources`` the ids of what is made from documents, hidden and seen, by kind.
    """

    story: Story
    purged: Story
    hidden: frozenset[str]
    untold: Untold
    ids: dict[str, str]
    left: Snapshot
    right: Snapshot
    resources: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(
        default_factory=dict
    )


def twins(pair: Pair, story: Story) -> Twins:
    """Play a story in one world and its purge in the other; both are then at rest."""
    for each in pair.both:
        each.clock.instant = START
        each.restore(pair.empty)
    question = pair.left.question(story.reader, story.patient)
    hidden, untold = story.hidden(question), story.untold(question)
    story = story.lots_in_order(hidden)
    ids: dict[str, str] = {}
    play(pair.left, story, ids)
    purged = story.without(hidden, untold)
    other: dict[str, str] = {}
    play(pair.right, purged, other)
    if other.items() - ids.items():
        raise StoryError("the same event has not the same id in both worlds")
    kept = (pair.left.rest(), pair.right.rest())
    return Twins(story, purged, hidden, untold, ids, *kept)


def within(twin: Twins, pair: Pair) -> None:
    """Put both gateways where the story left them."""
    pair.left.restore(twin.left)
    pair.right.restore(twin.right)
