"""Ways of who asks to be told of what comes."""

from typing import TYPE_CHECKING

from tests.noninterference import acts
from tests.noninterference.documents import Paper
from tests.noninterference.grammar import Probe
from tests.noninterference.guessing import guesses
from tests.noninterference.story import START
from tests.noninterference.surface import Way
from tests.noninterference.ways.sending import oid

if TYPE_CHECKING:
    from tests.noninterference.comparing import Example

PATH = "/fhir/Subscription"
AUTHOR = "ophthalmologist"


def subscribed(example: "Example") -> bool:
    """Something hidden comes to a reader who has just asked to be told of all that comes."""
    if not example.hidden:
        return False
    _asked(example)
    example.let_leave()  # the greeting
    acts.one_more(example)
    example.let_leave()
    return True


def subscribed_twice(example: "Example") -> bool:
    """Something hidden between two such wishes, then something that both worlds tell of."""
    if not example.hidden:
        return False
    _asked(example)
    example.let_leave()
    acts.one_more(example)
    _asked(example)
    example.let_leave()
    acts.one_more(example)
    paper = Paper(oid(example), "11488-4", "Note", START)
    acts.comes(example, paper, AUTHOR)
    example.let_leave()
    return True


def _asked(example: "Example") -> None:
    way = Way("POST", PATH, frozenset())
    body, kind = example.writes.body(example.chance, way, guesses(example), PATH)
    example.compare(Probe("POST", PATH, body=body, kind=kind))


WAYS = (subscribed, subscribed_twice)
