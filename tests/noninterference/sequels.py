"""What a reader does in both worlds, what becomes of it in one, and how he looks again.

Each is the way of an attack that chance alone seldom goes: a first step that both worlds
share, something hidden that follows it, a look at what the first step made.
"""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gateway.identity.principal import RECORDER
from labels.codes import Mark
from tests.gateway.consenting import about, consent, to_person
from tests.noninterference import acts, circle
from tests.noninterference.documents import Paper, places, world
from tests.noninterference.grammar import Probe
from tests.noninterference.guessing import guesses
from tests.noninterference.pair import Seen
from tests.noninterference.playing import FHIR, posted
from tests.noninterference.story import START, Deposit
from tests.noninterference.surface import Way

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.noninterference.comparing import Example

Json = dict[str, Any]

FORMER = "Gaspard"
"""A first name that nobody in the stories bears."""
TRANS = "solene"
DOCTOR, CARER, AUTHOR = "psychiatrist", "melisande", "ophthalmologist"
REFUSAL = circle.parameters(answer="refuse", category="hiv")


def goes(example: "Example") -> bool:
    """Go one such way, if there is one for the reader; False for nothing."""
    reader, patient = world().readers[example.reader], example.twin.story.patient
    person = example.reader == patient
    relative = reader.kind == "patient" and not person
    ways: list[Callable[[Example], bool]] = [_subscribed]
    if reader.kind == "professional":
        ways += [_placed, _guessed] if patient == TRANS else [_placed]
    if person:
        ways += [_consented, _refused, _contested, _explained]
    if relative:
        ways += [_consented, _let_in, _spoken_for]
    return any(each(example) for each in example.chance.sample(ways, len(ways)))


def _subscribed(example: "Example") -> bool:
    """Something hidden comes to a reader who has just asked to be told of all that comes."""
    if not example.hidden:
        return False
    path = "/fhir/Subscription"
    way = Way("POST", path, frozenset())
    body, kind = example.writes.body(example.chance, way, guesses(example), path)
    example.compare(Probe("POST", path, body=body, kind=kind))
    example.let_leave()  # the greeting
    acts.one_more(example)
    example.let_leave()
    return True


def _guessed(example: "Example") -> bool:
    """The person has told a former first name; the reader's next document tells it too."""
    acts.former_name(example, FORMER)
    paper = Paper(_oid(example), "11488-4", "Note", START, said=f"Vu {FORMER} ce jour.")
    route = example.chance.choice(("cda", "iti105"))
    patient, name = example.twin.story.patient, f"guess-{example.name}-{example.number}"
    path, kind, body = posted([Deposit(name, patient, example.reader, paper, route)])
    made = _made(example.compare(Probe("POST", path, body=body, kind=kind)))
    for each in ("", "/$meta", "/_history") if made else ():
        _get(example, f"/fhir/{made}{each}")
    return True


def _consented(example: "Example") -> bool:
    """What a Consent of the reader names is replaced by something he may not see."""
    story = example.twin.story
    known = [e for e in acts.sayable(example) if e.author != example.reader]
    if not known:
        return False
    before = example.chance.choice(known)
    said = _masking(example, before)
    made = _made(_send(example, "/fhir/Consent", said))
    own = example.reader == story.patient
    mark = Mark.INVISIBLE_PATIENT if own else Mark.INVISIBLE_REPRESENTANTS_LEGAUX
    at, follows = before.paper.at, before.paper.oid
    paper = Paper(_oid(example), "11488-4", "Note", at, follows=follows)
    acts.hide(example, paper, before.author, mark)
    if made:
        _again(example, made, said)
    return True


def _refused(example: "Example") -> bool:
    """What a rule refuses that the person has just said also waits for an announcement."""
    _send(example, "/fhir/Consent/$intake", REFUSAL)
    paper = Paper(_oid(example), "11488-4", "Note", START, fact="paragraph")
    hidden = acts.hide(example, paper, AUTHOR, Mark.INVISIBLE_PATIENT)
    for each in ("$refused", "$held"):
        _get(example, f"/fhir/DocumentReference/{each}")
    decision = example.chance.choice(("accept", "hide", "refuse", "take-back"))
    said = circle.parameters(decision=decision)
    _send(example, f"/fhir/DocumentReference/{hidden}/$review", said)
    return True


def _contested(example: "Example") -> bool:
    """The person contests what an author did who then read what the person may not see."""
    if not example.hidden:
        return False
    hidden = example.chance.choice(list(example.hidden.values()))
    for gateway in example.bench.pair.both:
        acts.asks(example, gateway, hidden.author, acts.search(example))
    event = _last_event(example, hidden.author)
    acts.looks(example, hidden)
    if made := _made(_send(example, "/fhir/Task", circle.contest(event))):
        _get(example, f"/fhir/{made}/$evidence")
    return True


def _explained(example: "Example") -> bool:
    """The person asks what an author gets who did something with what is hidden."""
    seen = acts.sayable(example)
    if not example.hidden or not seen:
        return False
    hidden = example.chance.choice(list(example.hidden.values()))
    acts.looks(example, hidden)
    named = example.ids[example.chance.choice(seen).name]
    query = (("reader", world().readers[hidden.author].id),)
    path = f"/fhir/DocumentReference/{named}/$explain"
    example.compare(Probe("GET", path, query))
    return True


def _last_event(example: "Example", author: str) -> str:
    """Return the last event that the person is told of an author."""
    query = ("patient.identifier", acts.person(example)), ("_count", "200")
    told = json.loads(example.compare(Probe("GET", "/fhir/AuditEvent", query)).body)
    found = [each["resource"] for each in told.get("entry", [])]
    who = circle.who(author)["value"]
    return next((e["id"] for e in found if who in json.dumps(e["agent"])), "absent")


def _let_in(example: "Example") -> bool:
    """A person ends, or blocks, whom a relative has just let in."""
    patient = example.twin.story.patient
    body = example.chance.choice(
        (circle.team(patient, DOCTOR), circle.carer(patient, CARER))
    )
    kind = body["resourceType"]
    made = _made(_send(example, f"/fhir/{kind}", body))
    if not made:
        return True
    path, said = f"/fhir/{made}/$end", circle.EMPTY
    if kind == "CareTeam" and example.chance.random() < 0.5:
        path, said = "/fhir/Consent/$block", circle.blocking(DOCTOR)
    acts.does(example, path, "POST", said)
    query = (("patient.identifier", acts.person(example)),)
    for each in (f"/fhir/{made}", f"/fhir/{kind}", "/fhir/Communication"):
        example.compare(Probe("GET", each, query if each != f"/fhir/{made}" else ()))
    _send(example, f"/fhir/{kind}", body)
    _send(example, f"/fhir/{made}/$end", circle.EMPTY)
    return True


def _spoken_for(example: "Example") -> bool:
    """A person ends, or says otherwise, what a relative has just said for the person."""
    known = acts.sayable(example)
    if not known:
        return False
    said = _masking(example, example.chance.choice(known))
    made = _made(_send(example, "/fhir/Consent", said))
    if not made:
        return True
    provision = said["provision"] | {"actor": [to_person("dentist")]}
    after = example.chance.choice(({"status": "inactive"}, {"provision": provision}))
    own = said | {"id": made.partition("/")[2]} | after
    acts.does(example, f"/fhir/{made}", "PUT", own)
    _again(example, made, said)
    return True


def _placed(example: "Example") -> bool:
    """Who records for the person names in a Consent the place of a fact hidden from him."""
    story, untold = example.twin.story, example.twin.untold
    seen = story.deposits.keys() - example.hidden.keys()
    known = sorted(name for name in seen if "fact" in untold[name])
    if not known:
        return False
    if not acts.authorised(example):
        example.over = True  # he sees more from here on than the purge says
        return True
    document = story.deposits[example.chance.choice(known)]
    place = example.chance.choice(_told_at(document))
    before, example.scope = example.scope, RECORDER
    _send(example, "/fhir/Consent", _masking(example, document, place))
    example.scope = before
    return True


def _told_at(document: Deposit) -> list[str]:
    """Return the places that a document has for its fact alone; all, if it has none."""
    paper, about = document.paper, (document.patient, document.author)
    every, others = places(paper, *about), places(replace(paper, fact=""), *about)
    return [each for each in every if each not in others] or every


def _masking(example: "Example", document: Deposit, place: str = "") -> Json:
    """Return a Consent that keeps a document, or a place of it, from a pharmacist."""
    data = [about(example.ids[document.name], place)]
    actor = [to_person("pharmacist")]
    provision = {"type": "deny", "actor": actor, "data": data}
    return consent(example.twin.story.patient, provision)


def _again(example: "Example", made: str, said: Json) -> None:
    """Read a Consent, its versions, and change it from the first."""
    for each in ("", "/_history/1", "/_history/2"):
        _get(example, f"/fhir/{made}{each}")
    body = json.dumps(said | {"id": made.partition("/")[2]}).encode()
    stated = (("If-Match", 'W/"1"'),)
    example.compare(Probe("PUT", f"/fhir/{made}", headers=stated, body=body, kind=FHIR))


def _oid(example: "Example") -> str:
    return f"2.25.{example.chance.getrandbits(100)}"


def _get(example: "Example", path: str) -> Seen:
    return example.compare(Probe("GET", path))


def _send(example: "Example", path: str, body: Json) -> Seen:
    sent = json.dumps(body).encode()
    return example.compare(Probe("POST", path, body=sent, kind=FHIR))


def _made(answer: Seen) -> str:
    """Return the type and id of what was made; nothing, when it was refused."""
    place = dict(answer.headers).get("Location", "").partition("/fhir/")[2]
    return "/".join(place.split("/")[:2])
