"""What happens in one world only, and what its reader may not notice (local respect)."""

from typing import TYPE_CHECKING

from gateway.identity.principal import NOBODY
from gateway.inquiry import by_identifier, inquire
from gateway.repository.records import OPEN
from labels.codes import Mark
from tests.noninterference import acts
from tests.noninterference.documents import world
from tests.noninterference.draws import drawn_by
from tests.noninterference.grammar import Probe
from tests.noninterference.guessing import guesses
from tests.noninterference.playing import happen
from tests.noninterference.story import Denial, Word
from tests.noninterference.ways import going

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.noninterference.comparing import Example


def happens(example: "Example") -> bool:
    """Let something happen in one world that its reader may not see; False for nothing."""
    if not _open(example):
        return False
    choices: list[Callable[[Example], bool]] = [
        *(acts.one_more, _word, _cycle, _directive),
        *(_aside, _doctor_looks, _doctor_looks, _author_looks),
        *(going.goes, going.goes, going.goes),
    ]
    return any(each(example) for each in example.chance.sample(choices, len(choices)))


def _open(example: "Example") -> bool:
    """Whether the record is open still: its person may have closed it on the way."""
    services = example.bench.pair.left.services
    find = by_identifier(services, example.twin.story.person.identifier)
    with inquire(services, NOBODY, find) as asked:
        return asked.record.known and asked.record.state == OPEN


def _word(example: "Example") -> bool:
    """Let the patient mask what is hidden already."""
    known = [
        name for name in example.hidden if acts.plain(example, example.hidden[name])
    ]
    if not known or example.reader == example.twin.story.patient:
        return False
    name = example.chance.choice(known)
    word = Word(f"say-{example.name}-{example.number}", name)
    happen(example.bench.pair.left, [word], example.twin.story.patient, example.ids)
    return True


def _directive(example: "Example") -> bool:
    """Let the patient say in a Consent that nobody shall see what is hidden already."""
    known = [
        name for name in example.hidden if acts.plain(example, example.hidden[name])
    ]
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
    known = [each.name for each in seen if acts.plain(example, each)]
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
    known = [each.name for each in seen if acts.plain(example, each)]
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


def _author_looks(example: "Example") -> bool:
    """Let the author of something hidden read it: the log of who may not know is silent."""
    known = [e for e in example.hidden.values() if e.author != example.reader]
    if not known:
        return False
    acts.looks(example, example.chance.choice(known))
    return True
