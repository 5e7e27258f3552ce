"""Ways of the person of the record, from whom nothing is hidden but what waits."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.identity.principal import RECORDER
from labels.codes import Mark
from tests.noninterference import acts, circle
from tests.noninterference.documents import Paper, world
from tests.noninterference.draws import drawn_by
from tests.noninterference.playing import StoryError, posted, sent
from tests.noninterference.side_by_side import ask, let_in
from tests.noninterference.story import START
from tests.noninterference.ways.consents import consented
from tests.noninterference.ways.sending import get, made, masked, oid, send, told

if TYPE_CHECKING:
    from tests.noninterference.comparing import Example

AUTHOR = "ophthalmologist"
REFUSAL = circle.parameters(answer="refuse", category="hiv")


def waiting(example: "Example") -> bool:
    """What a rule refuses that the person has just said also waits for an announcement."""
    send(example, "/fhir/Consent/$intake", REFUSAL)
    paper = Paper(oid(example), "11488-4", "Note", START, fact="paragraph")
    hidden = acts.hide(example, paper, AUTHOR, Mark.INVISIBLE_PATIENT)
    for each in ("$refused", "$held"):
        get(example, f"/fhir/DocumentReference/{each}")
    decision = example.chance.choice(("accept", "hide", "refuse", "take-back"))
    said = circle.parameters(decision=decision)
    send(example, f"/fhir/DocumentReference/{hidden}/$review", said)
    return True


def contested(example: "Example") -> bool:
    """The person contests what an author did who then read what the person may not see."""
    if not example.hidden:
        return False
    hidden = example.chance.choice(list(example.hidden.values()))
    for gateway in example.bench.pair.both:
        ask(gateway, hidden.author, acts.search(example))
    event = _last_event(example, hidden.author)
    acts.looks(example, hidden)
    if named := made(send(example, "/fhir/Task", circle.contest(event))):
        get(example, f"/fhir/{named}/$evidence")
    return True


def explained(example: "Example") -> bool:
    """The person asks what an author gets who did something with what is hidden."""
    seen = acts.sayable(example)
    if not example.hidden or not seen:
        return False
    hidden = example.chance.choice(list(example.hidden.values()))
    acts.looks(example, hidden)
    named = example.ids[example.chance.choice(seen).name]
    query = (("reader", world().readers[hidden.author].id),)
    get(example, f"/fhir/DocumentReference/{named}/$explain", query)
    return True


def recorded(example: "Example") -> bool:
    """The author of what waits says a Consent about it for the person."""
    if not example.hidden:
        return False
    hidden = example.chance.choice(list(example.hidden.values()))
    for gateway in example.bench.pair.both:
        when = f"{example.name}-{example.number}"
        let_in(gateway, hidden.author, example.twin.story.patient, when)
    said = masked(example, hidden)
    ask(example.bench.pair.left, hidden.author, "/fhir/Consent", said, RECORDER)
    example.plain = False  # who was let in, and one Consent more where it is taken
    for each in ("Consent", "AuditEvent"):
        told(example, each)
    return True


def taken(example: "Example") -> bool:
    """The author of what waits deposits something else under its identifier: refused."""
    if not example.hidden:
        return False
    hidden = example.chance.choice(list(example.hidden.values()))
    label = f"again-{example.name}-{example.number}"
    other = replace(hidden.paper, title=f"Note {example.number}")
    lot = label if hidden.lot else ""
    path, kind, body = posted([replace(hidden, paper=other, lot=lot)])
    with drawn_by(label):
        refused = sent(example.bench.pair.left, hidden.author, path, body, kind)
    if refused.status_code != 409:
        raise StoryError(hidden.route, refused.status)
    told(example, "AuditEvent")
    return True


def _last_event(example: "Example", author: str) -> str:
    """Return the last event that the person is told of an author."""
    query = ("patient.identifier", acts.person(example)), ("_count", "200")
    shown = json.loads(get(example, "/fhir/AuditEvent", query).body)
    found = [each["resource"] for each in shown.get("entry", [])]
    who = circle.who(author)["value"]
    return next((e["id"] for e in found if who in json.dumps(e["agent"])), "absent")


WAYS = (consented, waiting, contested, explained, recorded, taken)
