"""Steps in two worlds: the same request to both, and everything seen compared."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from urllib.parse import parse_qsl, urlsplit

from tests.noninterference import canaries, telling, unseen_events, writing
from tests.noninterference.bench import Bench, DifferenceError
from tests.noninterference.draws import drawn_by
from tests.noninterference.grammar import Probe, probe
from tests.noninterference.guessing import guesses
from tests.noninterference.pair import Gateway, Seen
from tests.noninterference.playing import Twins
from tests.noninterference.story import START, Deposit
from tests.noninterference.work import Counts, counting

NEXT = re.compile(rb'"relation":\s*"next",\s*"url":\s*"([^"]+)"')
TURN, POINTS_A_TURN = 4, 8
"""Every fourth step goes through the surface in order, the others draw."""
OWN_LOG = ("$export", "$explain")
"""Operations that read a person's own log, from which what is unseen is taken out in
Python: they read more rows when there is more in the log. Only the person may ask."""


@dataclass(slots=True)
class Example:
    """One pair of worlds while it is probed."""

    bench: Bench
    twin: Twins
    chance: Random
    name: str
    turn: int = 0
    number: int = 0
    following: str = ""
    plain: bool = True
    over: bool = False
    ids: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, Deposit] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    """Hidden words that the reader has sent himself: what he deposits he may see."""

    def __post_init__(self) -> None:
        """Begin with what the story left."""
        deposits = self.twin.story.deposits
        self.ids = dict(self.twin.ids)
        self.hidden = {name: deposits[name] for name in sorted(self.twin.hidden)}
        parts = self.twin.untold.items()
        # What a document that is seen holds is judged, and left out, place by place.
        self.plain = not any(p for name, p in parts if name not in self.hidden)

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
        if self.chance.random() < 0.1 and unseen_events.happens(self):
            self.bench.figures.steps["hidden event"] += 1
            return
        self.compare(self._probe())

    def compare(self, asked: Probe) -> Seen:
        """Ask both; raises :class:`DifferenceError` at the first difference."""
        figures, (left, right) = self.bench.figures, self.bench.pair.both
        self.bench.logs.lines.clear()
        one, work = self._ask(left, 0, asked)
        self._search_words(asked, one)
        other, twin = self._ask(right, 1, asked)
        figures.pairs += 1
        figures.statuses[one.status[:3]] += 1
        figures.covered |= asked.covers
        if one != other or one.status[:1] == "5":
            raise DifferenceError(telling.told(self._where(asked), one, other))
        if asked.reads and self.plain and not _of_own_log(asked):
            figures.works += 1
            if work != twin:
                raise DifferenceError(telling.worked(self._where(asked), work, twin))
        # Whoever is let in in an emergency sees from then on what was hidden.
        self.over = asked.path.endswith("$break-glass") and one.status[:3] == "200"
        link = NEXT.search(one.body)
        self.following = link[1].decode() if link else ""
        return one

    def _probe(self) -> Probe:
        if self.following and self.chance.random() < 0.6:
            self.bench.figures.steps["next page"] += 1
            link, self.following = urlsplit(self.following), ""
            return Probe("GET", link.path, tuple(parse_qsl(link.query)))
        writes = writing.Deposits(self.twin.story, tuple(self.hidden.values()))
        point = None
        if self.number % TURN == 0:
            points = self.bench.points
            first = self.turn * POINTS_A_TURN + self.number // TURN
            point = points[first % len(points)]
        return probe(self.chance, self.bench.surface, guesses(self), writes, point)

    def _ask(self, gateway: Gateway, side: int, asked: Probe) -> tuple[Seen, Counts]:
        token = gateway.token(self.reader, gateway.clock.now())
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
        label = f"{self.name} {self.number}"
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
        self.sent |= {word for word in self._words() if _holds(word, asked.sent)}
        found = canaries.pattern(
            word for word in self._words() if word not in self.sent
        )
        if found is None:
            return
        shown = "\n".join(f"{name}: {value}" for name, value in seen.headers)
        logged = "\n".join(self.bench.logs.lines)
        for text in (seen.body, shown.encode(), logged.encode()):
            if found.search(text):
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
        return f"example {self.name}, step {self.number}: {about}"


def _holds(word: str, text: bytes) -> bool:
    found = canaries.pattern([word])
    return found is not None and found.search(text) is not None


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


def _of_own_log(asked: Probe) -> bool:
    return asked.path.partition("?")[0].endswith(OWN_LOG)
