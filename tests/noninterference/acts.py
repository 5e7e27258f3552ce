"""What somebody else does in one world only, or in both, while a reader is told nothing."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.repository import records
from labels.codes import Mark
from labels.policy.question import Relation
from tests.noninterference.documents import Paper, world
from tests.noninterference.draws import drawn_by
from tests.noninterference.playing import StoryError, happen
from tests.noninterference.side_by_side import ask, let_in
from tests.noninterference.story import START, Deposit, Word

if TYPE_CHECKING:
    from tests.noninterference.comparing import Example

Json = dict[str, Any]


def person(example: "Example") -> str:
    """Return the identifier of the person of the record, as searches name it."""
    identifier = example.twin.story.person.identifier
    return f"{identifier.system}|{identifier.value}"


def search(example: "Example") -> str:
    """Return the search of all documents of the record."""
    return f"/fhir/DocumentReference?patient.identifier={person(example)}"


def does(example: "Example", path: str, method: str, body: Json) -> None:
    """Have the person do something in one world, which takes effect."""
    example.plain = False  # what was decided is read at every question
    who, gateway = example.twin.story.patient, example.bench.pair.left
    status = ask(gateway, who, path, body, method=method).status
    if not status.startswith("20"):
        raise StoryError(method, path, status)


def looks(example: "Example", hidden: Deposit) -> None:
    """Have the author of something hidden read it, in the world where it is."""
    ask(
        example.bench.pair.left,
        hidden.author,
        f"/fhir/Binary/{example.ids[hidden.name]}",
    )


def one_more(example: "Example") -> bool:
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
    name = f"more-{_now(example)}"
    lot = name if like.lot else ""
    _deposit(example, replace(like, name=name, paper=paper, lot=lot))
    return True


def hide(example: "Example", paper: Paper, author: str, *marks: Mark) -> str:
    """Deposit in one world what marks hide from the reader, or will hide; return its id."""
    name, patient = f"hid-{_now(example)}", example.twin.story.patient
    held = frozenset(marks)
    made = Deposit(name, patient, author, paper, "iti65", None, held, lot=name)
    _deposit(example, made)
    example.plain = False  # what follows a named one is a row more at every question
    return example.ids[name]


def unmarked(example: "Example", item_id: str, mark: Mark) -> None:
    """Have the person lift a mark, in one world."""
    word = Word(f"lift-{_now(example)}", item_id, lifted=True, mark=mark)
    patient, known = example.twin.story.patient, {item_id: item_id}
    happen(example.bench.pair.left, [word], patient, known)


def comes(example: "Example", paper: Paper, author: str) -> None:
    """Deposit in both worlds what bears no mark."""
    name, patient = f"came-{_now(example)}", example.twin.story.patient
    made = Deposit(name, patient, author, paper, "cda")
    for gateway in example.bench.pair.both:
        happen(gateway, [made], patient, example.ids)


def former_name(example: "Example", name: str) -> None:
    """Have the record know of one more former first name, in one world."""
    gateway, identifier = example.bench.pair.left, example.twin.story.person.identifier
    store = gateway.services.store
    with store.unit() as connection, drawn_by(f"former {_now(example)}"):
        record = records.by_identifiers(connection, store.keys, identifier)
        names = (*record.identity.former_given, name)
        identity = replace(record.identity, former_given=names)
        records.keep(connection, replace(record, identity=identity))
    example.plain = False  # one name more is looked for in what is read


def fathered(example: "Example", father: str) -> None:
    """Have the record know of another parent, in both worlds."""
    for gateway in example.bench.pair.both:
        store, who = gateway.services.store, example.twin.story.person.identifier
        with store.unit() as connection, drawn_by(f"father {_now(example)}"):
            record = records.by_identifiers(connection, store.keys, who)
            reader = world().readers[father].id
            tie = HeldRelation(Relation.REPRESENTATIVE, reader, "father")
            relations.declare(connection, record, tie)


def authorised(example: "Example") -> bool:
    """Have the person let the reader in, in both worlds; whether he sees no more by it."""
    story = example.twin.story
    for gateway in example.bench.pair.both:
        let_in(gateway, example.reader, story.patient, _now(example))
    asked = example.bench.pair.left.question(example.reader, story.patient)
    same = story.untold(asked) == example.twin.untold
    return same and story.hidden(asked) == example.twin.hidden


def sayable(example: "Example") -> list[Deposit]:
    """Return what the reader sees of which a Consent may speak: neither tied nor spoken of."""
    story = example.twin.story
    seen = [e for name, e in story.deposits.items() if name not in example.hidden]
    followed = {each.paper.follows for each in story.deposits.values()}
    return [e for e in seen if plain(example, e) and e.paper.oid not in followed]


def plain(example: "Example", deposit: Deposit) -> bool:
    """Tell whether the patient sees a document, so that he can speak of it."""
    bare = not deposit.marks and not deposit.paper.follows
    return bare and not _spoken_of(example, deposit)


def _now(example: "Example") -> str:
    """Return what tells one act of one example from all others."""
    return f"{example.name}-{example.number}-{example.asks}"


def _spoken_of(example: "Example", deposit: Deposit) -> bool:
    events = example.twin.story.events
    return any(e.about == deposit.name for e in events if not isinstance(e, Deposit))


def _deposit(example: "Example", made: Deposit) -> None:
    happen(example.bench.pair.left, [made], made.patient, example.ids)
    example.hidden[made.name] = made
