"""Ways of professionals."""

from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.identity.principal import RECORDER
from tests.noninterference import acts
from tests.noninterference.documents import Paper, places
from tests.noninterference.grammar import Probe
from tests.noninterference.playing import posted
from tests.noninterference.story import START, Deposit
from tests.noninterference.ways.sending import get, made, masked, oid, send

if TYPE_CHECKING:
    from tests.noninterference.comparing import Example

FORMER = "Gaspard"
"""A first name that nobody in the stories bears."""
TRANS = "solene"


def guessed(example: "Example") -> bool:
    """The person has told a former first name; the reader's next document tells it too."""
    patient, name = example.twin.story.patient, f"guess-{example.name}-{example.number}"
    if patient != TRANS:
        return False
    acts.former_name(example, FORMER)
    paper = Paper(oid(example), "11488-4", "Note", START, said=f"Vu {FORMER} ce jour.")
    route = example.chance.choice(("cda", "iti105"))
    path, kind, body = posted([Deposit(name, patient, example.reader, paper, route)])
    named = made(example.compare(Probe("POST", path, body=body, kind=kind)))
    for each in ("", "/$meta", "/_history") if named else ():
        get(example, f"/fhir/{named}{each}")
    return True


def placed(example: "Example") -> bool:
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
    send(example, "/fhir/Consent", masked(example, document, place))
    example.scope = before
    return True


def _told_at(document: Deposit) -> list[str]:
    """Return the places that a document has for its fact alone; all, if it has none."""
    paper, about = document.paper, (document.patient, document.author)
    every, others = places(paper, *about), places(replace(paper, fact=""), *about)
    return [each for each in every if each not in others] or every


WAYS = (guessed, placed)
