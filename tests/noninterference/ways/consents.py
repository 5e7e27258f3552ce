"""Ways of who says Consents: the person, and who represents the person."""

from typing import TYPE_CHECKING

from labels.codes import Mark
from tests.noninterference import acts
from tests.noninterference.documents import Paper
from tests.noninterference.ways.sending import again, made, masked, oid, send

if TYPE_CHECKING:
    from tests.noninterference.comparing import Example


def consented(example: "Example") -> bool:
    """What a Consent of the reader names is replaced by something he may not see."""
    story = example.twin.story
    known = [e for e in acts.sayable(example) if e.author != example.reader]
    if not known:
        return False
    before = example.chance.choice(known)
    said = masked(example, before)
    named = made(send(example, "/fhir/Consent", said))
    own = example.reader == story.patient
    mark = Mark.INVISIBLE_PATIENT if own else Mark.INVISIBLE_REPRESENTANTS_LEGAUX
    at, follows = before.paper.at, before.paper.oid
    paper = Paper(oid(example), "11488-4", "Note", at, follows=follows)
    acts.hide(example, paper, before.author, mark)
    if named:
        again(example, named, said)
    return True
