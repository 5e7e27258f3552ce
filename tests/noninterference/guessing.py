"""What the reader of an example may know or guess, from its story."""

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.noninterference.documents import world
from tests.noninterference.story import Deposit
from tests.noninterference.values import Bag, ByKind, Guesses

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
    made = {kind: tuple(ids) for kind, ids in example.made.items()}
    documents = made.pop("DocumentReference", ())
    shown = _bag(example, seen)
    return Guesses(
        person,
        _bag(example, list(example.hidden.values())),
        replace(shown, ids=(*shown.ids, *documents)),
        NEVER,
        _known(example.twin.resources, made),
        own=example.reader == story.patient,
    )


def _known(found: ByKind, made: dict[str, tuple[str, ...]]) -> ByKind:
    """Return ids by kind: what was found, and what the reader made himself."""
    kinds = sorted(found.keys() | made.keys())
    both = {kind: found.get(kind, ((), ())) for kind in kinds}
    return {k: (h, (*s, *made.get(k, ()))) for k, (h, s) in both.items()}


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
