"""What the reader of an example may know or guess, from its story."""

from typing import TYPE_CHECKING

from tests.noninterference.documents import world
from tests.noninterference.story import Deposit
from tests.noninterference.values import Bag, Guesses

if TYPE_CHECKING:
    from tests.noninterference.comparing import Example

NEVER = Bag(
    ("0123456789abcdef" * 4, "f" * 64, "absent"),
    ("2.25.1", "2.25.299792458"),
    ("zq000000000000",),
    ("Z99", "99999-9", "11488-4", "57833-6", "SA07"),
    ("1999-01-01", "2026-11-21"),
)


def guesses(example: "Example") -> Guesses:
    """Return what the reader may know or guess."""
    story = example.twin.story
    identifier = story.person.identifier
    seen = [e for name, e in story.deposits.items() if name not in example.hidden]
    some_id = next(iter(example.ids.values()))
    person = (identifier.system, identifier.value, some_id[:32])
    return Guesses(
        person,
        _bag(example, list(example.hidden.values())),
        _bag(example, seen),
        NEVER,
        example.twin.resources,
        own=example.reader == story.patient,
    )


def _bag(example: "Example", deposits: list[Deposit]) -> Bag:
    subjects = [each.subject.facts.hl7[0] for each in deposits if each.subject]
    authors = [world().readers[each.author] for each in deposits]
    places = [each.structure.facility for each in authors if each.structure]
    return Bag(
        ids=tuple(example.ids[each.name] for each in deposits),
        oids=tuple(each.paper.oid for each in deposits),
        words=tuple(each.paper.said for each in deposits),
        codes=(*(e.paper.type for e in deposits), *subjects, *places, "B24"),
        dates=tuple(f"{each.paper.at:%Y-%m-%d}" for each in deposits),
    )
