"""Steps in two worlds: the same request to both, and everything seen compared."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from urllib.parse import parse_qsl, urlsplit

from tests.noninterference import (
    canaries,
    leaving,
    telling,
    unseen_events,
    writing,
)
from tests.noninterference.bench import Bench, DifferenceError
from tests.noninterference.draws import drawn_by
from tests.noninterference.grammar import Probe, probe
from tests.noninterference.guessing import guesses
from tests.noninterference.pair import Gateway, Seen
from tests.noninterference.playing import Twins
from tests.noninterference.story import START, Deposit
from tests.noninterference.surface import Point
from tests.noninterference.work import Counts, counting

NEXT = re.compile(
    rb'"relation":\s*"next",\s*"url":\s*"([^"]+)"|"url":\s*"([^"]+/\$export-file/[^"]+)"'
)
"""The next page, or a file of an export that is ready."""
LEAVES, LEAVING = re.compile(r"/Subscription|\$export"), {"200", "201", "202"}
"""What has the outbox look again; afterwards it passes now and then."""
PASSES = 0.3
TURN, POINTS_A_TURN = 3, 10
"""Every third step goes through the surface in order, the others draw: an example takes
ten points, the next example the next ten."""
HAPPENS, FOLLOWS = 0.15, 0.7
"""How often something hidden happens, and how often a further page is asked for."""
LOG = "/fhir/AuditEvent"
MADE = re.compile(r"/fhir/(\w+)/([0-9a-f]{64})")
"""What the reader made himself: he knows its id from then on."""
OWN_LOG = re.compile(r"\$export|\$explain|\$evidence|/AuditEvent")
"""What reads a person's own log, from which what is unseen is taken out in Python: there
are more rows when there is more in the log, so only the statements are compared."""


@dataclass(slots=True)
class Example:
    """One pair of worlds while it is probed."""

    bench: Bench
    twin: Twins
    chance: Random
    name: str
    turn: int = 0
    scope: str = ""
    """What narrows the reader's token: SMART scopes, mostly none."""
    number: int = 0
    asks: int = 0
    following: str = ""
    plain: bool = True
    over: bool = False
    leaves: bool = False
    fathered: bool = False
    """Whether the record knows of another parent by now."""
    ids: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, Deposit] = field(default_factory=dict)
    made: dict[str, list[str]] = field(default_factory=dict)
    """Ids of what the reader made, by kind."""
    sent: set[str] = field(default_factory=set)
    """Hidden words that the reader has sent himself: what he deposits he may see."""

    def __post_init__(self) -> None:
        """Begin with what the story left."""
        deposits = self.twin.story.deposits
        self.ids = dict(self.twin.ids)
        self.hidden = {name: deposits[name] for name in sorted(self.twin.hidden)}
        # What a Consent says of a hidden one is one more row, read at every question.
        self.plain = not self.hidden.keys() & self.twin.story.denied

    @property
    def reader(self) -> str:
        """Who asks."""
        return self.twin.story.reader

    def step(self) -> None:
        """Take one step: something hidden happens in one world, or both are asked."""
        self.number += 1
        at = START + timedelta(minutes=1, seconds=self.number)
        for each in self.bench.pair.both:
            each.clock.instant = at
        if self.number % TURN == 0:
            points = self.bench.points
            next_ = self.turn * POINTS_A_TURN + self.number // TURN - 1
            self.compare(self._probe(points[next_ % len(points)]))
        elif self.chance.random() < HAPPENS and unseen_events.happens(self):
            self.bench.figures.steps["hidden event"] += 1
        elif self.leaves and self.chance.random() < PASSES:
            self.let_leave()
        elif self.following and self.chance.random() < FOLLOWS:
            self.bench.figures.steps["next page"] += 1
            if "$export-status" in self.following:
                self.let_leave()  # what makes the export is in the outbox
            link, self.following = urlsplit(self.following), ""
            self.compare(Probe("GET", link.path, tuple(parse_qsl(link.query))))
        else:
            self.compare(self._probe())

    def let_leave(self) -> None:
        """Let both deliver; raises :class:`DifferenceError` when other messages leave."""
        self.asks += 1
        label = f"pass {self.name} {self.asks}"
        one, other = (leaving.passed(each, label) for each in self.bench.pair.both)
        self.bench.figures.steps["messages"] += len(one)
        if one != other:
            raise DifferenceError(
                f"example {self.name}, step {self.number}: what leaves"
            )

    def compare(self, asked: Probe) -> Seen:
        """Ask both; raises :class:`DifferenceError` at the first difference."""
        figures, (left, right) = self.bench.figures, self.bench.pair.both
        self.bench.logs.lines.clear()
        self.asks += 1
        one, work = self._ask(left, 0, asked)
        self._search_words(asked, one)
        other, twin = self._ask(right, 1, asked)
        figures.pairs += 1
        figures.statuses[one.status[:3]] += 1
        figures.covered |= asked.covers
        if one != other:
            raise DifferenceError(telling.told(self._where(asked), one, other))
        if one.status[:1] == "5":
            logged = " ".join(self.bench.logs.lines)
            raise DifferenceError(f"{self._where(asked)}: {one.status}: {logged}")
        if asked.reads and self.plain:
            figures.works += 1
            if OWN_LOG.search(asked.path):
                work, twin = work.texts, twin.texts
            if work != twin:
                raise DifferenceError(telling.worked(self._where(asked), work, twin))
        self.leaves |= (
            one.status[:3] in LEAVING and LEAVES.search(asked.path) is not None
        )
        # Whoever is let in in an emergency sees from then on what was hidden.
        self.over = asked.path.endswith("$break-glass") and one.status[:3] == "200"
        self.following = _link(one) or self.following
        if made := MADE.search(dict(one.headers).get("Location", "")):
            self.made.setdefault(made[1], []).append(made[2])
        return one

    def _probe(self, point: Point | None = None) -> Probe:
        """Draw a request, of one point of the surface or of all."""
        writes = self.writes
        return probe(self.chance, self.bench.surface, guesses(self), writes, point)

    @property
    def writes(self) -> writing.Deposits:
        """What the reader writes."""
        return writing.Deposits(self.twin.story, tuple(self.hidden.values()))

    def _ask(self, gateway: Gateway, side: int, asked: Probe) -> tuple[Seen, Counts]:
        token = gateway.token(self.reader, gateway.clock.now(), self.scope)
        headers = [
            ("Authorization", f"Bearer {token}"),
            ("X-Request-Id", "twin"),
            *asked.headers,
        ]
        body: dict[str, object] = {}
        if asked.form:
            body = {"data": dict_of(asked)}
        elif asked.body:
            body = {"data": asked.body, "content_type": asked.kind}
        label = f"{self.name} {self.asks}"
        counter = self.bench.counters[side]
        with drawn_by(label), counting(counter) as work:
            answer = gateway.client.open(
                asked.address,
                method=asked.method,
                headers=headers,
                **body,  # type: ignore[arg-type]
            )
            seen = Seen.of(answer)
        return seen, work.counts()

    def _search_words(self, asked: Probe, seen: Seen) -> None:
        """Look for words of hidden things in what the world that has them shows."""
        sent = [asked.sent]
        self.sent |= {w for w in self._words() if canaries.shown([w], sent)}
        headers = "\n".join(f"{name}: {value}" for name, value in seen.headers)
        logged = "\n".join(self.bench.logs.lines)
        texts = (seen.body, headers.encode(), logged.encode())
        if canaries.shown(self._words() - self.sent, texts):
            raise DifferenceError(f"{self._where(asked)}: a hidden word is shown")

    def _words(self) -> set[str]:
        """Return the words that only hidden documents and hidden titles hold."""
        words = {word for each in self.hidden.values() for word in _words(each)}
        deposits = self.twin.story.deposits
        titles = (n for n, parts in self.twin.untold.items() if "title" in parts)
        return words | {_words(deposits[name])[-1] for name in titles}

    def _where(self, asked: Probe) -> str:
        form = f" form={asked.form}" if asked.form else ""
        about = f"{asked.method} {asked.address}{form} {asked.headers} as {self.reader}"
        about += f" with {self.scope}" if self.scope else ""
        return f"example {self.name}, step {self.number}: {about}"


def _link(seen: Seen) -> str:
    """Return where an answer leads: a further page, an export that is made, a file of it."""
    found = NEXT.search(seen.body)
    if found:
        return (found[1] or found[2]).decode()
    return dict(seen.headers).get("Content-Location", "")


def _words(deposit: Deposit) -> list[str]:
    """Return the words that only this document holds, those of its title last."""
    title = deposit.paper.title.rpartition(" ")[2]
    return [deposit.paper.said, *([title] if deposit.subject else [])]


def dict_of(asked: Probe) -> dict[str, list[str]]:
    """Return a form as the client takes it: each name with its values."""
    found: dict[str, list[str]] = {}
    for name, value in asked.form:
        found.setdefault(name, []).append(value)
    return found
