"""Two worlds before which an attack is tried: twenty documents, seven of them hidden.

The right one is the purge of the left one (tests/noninterference): whatever the reader
asks, both have to answer with the same bytes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from labels.codes import Category
from tests.noninterference import canaries
from tests.noninterference.documents import Paper
from tests.noninterference.draws import drawn_by
from tests.noninterference.pair import Pair, Seen, pair
from tests.noninterference.playing import Twins, happen, twins, within
from tests.noninterference.story import START, Deposit, Event, Story, Word

PATIENT, READER, AUTHOR = "solene", "dentist", "gp"
DOCUMENTS = 20
HIDDEN = {2, 3, 7, 11, 12, 16, 19}
"""At the borders of pages of five, two in a row, and the last."""
TITLE = "Suivi de l'infection par le VIH"
VISIBLE = "document-00"
SECRET = "document-02"


def _paper(number: int) -> Paper:
    title = f"{TITLE} zt{number:08x}" if number in HIDDEN else "Consultation"
    at = START - timedelta(days=40 - number // 2)
    return Paper(
        oid=f"2.25.77{number:04}",
        type="11488-4",
        title=title,
        at=at,
        said=f"zq{number:08x}",
        level="R" if number in HIDDEN else "N",
    )


def _deposit(number: int) -> Deposit:
    hidden = number in HIDDEN
    subject = Category.HIV if hidden else None
    name = f"document-{number:02}"
    return Deposit(name, PATIENT, AUTHOR, _paper(number), "cda", subject)


@dataclass(slots=True)
class Room:
    """Two worlds, and who asks in both at once."""

    pair: Pair
    twin: Twins
    turns: Iterator[int] = field(default_factory=count)

    def id(self, name: str) -> str:
        """Return the public id of a document."""
        return self.twin.ids[name]

    @property
    def secret(self) -> str:
        """The id of a document that the reader may not see."""
        return self.id(SECRET)

    @property
    def visible(self) -> str:
        """The id of one that he sees."""
        return self.id(VISIBLE)

    @property
    def never(self) -> str:
        """An id of the same record that never was."""
        return self.secret[:32] + "0" * 32

    @property
    def patient(self) -> str:
        """The parameter that names the record."""
        person = self.twin.story.person.identifier
        return f"patient.identifier={person.system}|{person.value}"

    def ask(
        self, path: str, method: str = "GET", reader: str = READER, **said: object
    ) -> Seen:
        """Ask both worlds: one answer, no 5xx, no word of what is hidden."""
        one, other = self.each(path, method, reader, **said)
        assert one == other, path
        assert one.status < "500", (path, one.status)
        return one

    def each(
        self, path: str, method: str = "GET", reader: str = READER, **said: object
    ) -> tuple[Seen, Seen]:
        """Ask both worlds with the same chance and return both answers."""
        turn, given = next(self.turns), said.pop("headers", {})
        assert isinstance(given, dict)
        found = []
        for gateway in self.pair.both:
            token = gateway.token(reader, gateway.clock.now())
            headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "attack-00"}
            with drawn_by(f"attack {turn}"):
                answer = gateway.client.open(
                    path,
                    method=method,
                    headers=headers | given,
                    **said,  # type: ignore[arg-type]
                )
                found.append(Seen.of(answer))
        words = {f"zq{number:08x}" for number in HIDDEN}
        assert reader != READER or not canaries.shown(words, (found[0].body,))
        return found[0], found[1]

    def left(self, *events: Event) -> None:
        """Let something happen in the world that holds more."""
        for event in events:
            happen(self.pair.left, [event], PATIENT, self.twin.ids)

    def again(self) -> None:
        """Put both worlds back where the story left them."""
        within(self.twin, self.pair)
        self.turns = count()


@contextmanager
def opened() -> Iterator[Room]:
    """Open the two worlds."""
    events = tuple(_deposit(number) for number in range(DOCUMENTS))
    with pair() as two:
        made = twins(two, Story(PATIENT, READER, events))
        assert made.hidden == {f"document-{number:02}" for number in HIDDEN}
        within(made, two)
        yield Room(two, made)


def masking(about: str, *, lifted: bool = False) -> Word:
    """Return that the patient masks a document, or shows it again."""
    return Word(f"{'show' if lifted else 'mask'}-{about}", about, lifted)


def paper(oid: str, at_day: int = 1, title: str = "Consultation") -> Paper:
    """Return a document that tells nothing."""
    at = START - timedelta(days=at_day)
    return Paper(oid=oid, type="11488-4", title=title, at=at, said="x")
