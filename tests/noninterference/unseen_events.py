"""What happens in one world only, and what its reader may not notice (local respect)."""

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.identity.principal import NOBODY
from gateway.inquiry import by_identifier, inquire
from gateway.repository.records import OPEN
from labels.codes import Mark
from tests.noninterference.documents import world
from tests.noninterference.draws import drawn_by
from tests.noninterference.grammar import Probe
from tests.noninterference.guessing import guesses
from tests.noninterference.playing import happen
from tests.noninterference.story import START, Denial, Deposit, Word
from tests.noninterference.surface import Way

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.noninterference.comparing import Example

SUBSCRIBING = "/fhir/Subscription"


def happens(example: "Example") -> bool:
    """Let something happen in one world that its reader may not see; False for nothing."""
    if not _open(example):
        return False
    choices: list[Callable[[Example], bool]] = [
        *(_one_more, _word, _cycle, _directive),
        *(_aside, _doctor_looks, _doctor_looks, _after_subscribing),
    ]
    return example.chance.choice(choices)(example)


def _open(example: "Example") -> bool:
    """Whether the record is open still: its person may have closed it on the way."""
    services = example.bench.pair.left.services
    find = by_identifier(services, example.twin.story.person.identifier)
    with inquire(services, NOBODY, find) as asked:
        return asked.record.known and asked.record.state == OPEN


def _one_more(example: "Example") -> bool:
    """Deposit another document like one that is hidden, or with its very identifier."""
    if not example.hidden:
        return False
    like = example.chance.choice(list(example.hidden.values()))
    if like.paper.follows or _spoken_of(example, like):
        return False
    if example.twin.story.reader == like.author:
        return False
    oid = f"2.25.{example.chance.getrandbits(100)}"
    paper = replace(
        like.paper, oid=oid, at=example.chance.choice((like.paper.at, START))
    )
    name = f"more-{example.name}-{example.number}"
    lot = name if like.lot else ""
    more = replace(like, name=name, paper=paper, lot=lot)
    happen(example.bench.pair.left, [more], more.patient, example.ids)
    example.hidden[name] = more
    return True


def _after_subscribing(example: "Example") -> bool:
    """Deposit something hidden when the reader has just asked to be told of all that comes."""
    if not example.hidden:
        return False
    way = Way("POST", SUBSCRIBING, frozenset())
    body, kind = example.writes.body(example.chance, way, guesses(example), SUBSCRIBING)
    example.compare(Probe("POST", SUBSCRIBING, body=body, kind=kind))
    example.let_leave()  # the greeting
    _one_more(example)
    example.let_leave()
    return True


def _word(example: "Example") -> bool:
    """Let the patient mask what is hidden already."""
    known = [name for name in example.hidden if _sayable(example, example.hidden[name])]
    if not known or example.reader == example.twin.story.patient:
        return False
    name = example.chance.choice(known)
    word = Word(f"say-{example.name}-{example.number}", name)
    happen(example.bench.pair.left, [word], example.twin.story.patient, example.ids)
    return True


def _directive(example: "Example") -> bool:
    """Let the patient say in a Consent that nobody shall see what is hidden already."""
    known = [name for name in example.hidden if _sayable(example, example.hidden[name])]
    patient = example.twin.story.patient
    if not known or example.reader == patient:
        return False
    name = example.chance.choice(known)
    said = Denial(f"directive-{example.name}-{example.number}", name)
    happen(example.bench.pair.left, [said], patient, example.ids)
    example.plain = False  # one more directive is read at every question
    return True


def _cycle(example: "Example") -> bool:
    """Let the patient mask what is seen, and show it again, before anybody asks."""
    story = example.twin.story
    seen = [e for name, e in story.deposits.items() if name not in example.hidden]
    known = [each.name for each in seen if _sayable(example, each)]
    if not known or example.reader == story.patient:
        return False
    name = example.chance.choice(known)
    example.plain = False  # the renditions that a mask forgets are made again
    for lifted in (False, True):
        word = Word(f"cycle-{example.name}-{example.number}-{lifted}", name, lifted)
        happen(example.bench.pair.left, [word], story.patient, example.ids)
    return True


def _aside(example: "Example") -> bool:
    """Let the patient keep from the parents what a professional sees."""
    reader, story = world().readers[example.reader], example.twin.story
    seen = [e for name, e in story.deposits.items() if name not in example.hidden]
    known = [each.name for each in seen if _sayable(example, each)]
    if not known or reader.kind != "professional":
        return False
    example.plain = False
    name = example.chance.choice(known)
    mark = Mark.INVISIBLE_REPRESENTANTS_LEGAUX
    word = Word(f"aside-{example.name}-{example.number}", name, mark=mark)
    happen(example.bench.pair.left, [word], story.patient, example.ids)
    return True


def _doctor_looks(example: "Example") -> bool:
    """Let the treating doctor search before the reader does, with the same words."""
    if world().readers[example.reader].kind == "patient" or example.reader == "gp":
        return False  # a person reads in the log that the doctor looked
    system, value, _ = guesses(example).person
    named = (("patient.identifier", f"{system}|{value}"),)
    asked = Probe("GET", "/fhir/DocumentReference", named)
    gateway = example.bench.pair.left
    token = gateway.token("gp", gateway.clock.now())
    with drawn_by(f"look {example.name} {example.number}"):
        gateway.client.get(asked.address, headers={"Authorization": f"Bearer {token}"})
    example.plain = False  # renditions may have been made that the other world lacks
    example.compare(asked)
    return True


def _sayable(example: "Example", deposit: Deposit) -> bool:
    """Tell whether the patient sees a document, so that he can speak of it."""
    plain = not deposit.marks and not deposit.paper.follows
    return plain and not _spoken_of(example, deposit)


def _spoken_of(example: "Example", deposit: Deposit) -> bool:
    events = example.twin.story.events
    return any(e.about == deposit.name for e in events if not isinstance(e, Deposit))
