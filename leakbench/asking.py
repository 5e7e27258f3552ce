"""One probe after another: every side is asked, the answers are compared."""

from dataclasses import dataclass, field

from leakbench import canaries, comparing, seeding, template
from leakbench.comparing import Difference, Instants
from leakbench.exchange import Answer, Request, Transport
from leakbench.findings import Finding, Outcome, Tally
from leakbench.following import finished, further
from leakbench.ground import Ground, Side
from leakbench.normal import Normal, Normaliser
from leakbench.probe import FORM, Family, Probe
from leakbench.seeding import CannotConcludeError

CREATED = 201
ANSWERED = {*range(200, 300), 304}
BROKEN = 500


@dataclass(slots=True)
class Asker:
    """Asks as the restricted reader, and notes what may be noticed."""

    ground: Ground
    transport: Transport
    outcome: Outcome
    normal: dict[str, Normaliser] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    """Hidden words that the reader has written himself: what he deposits he may see."""
    made: int = 0
    once: set[Request] = field(default_factory=set)
    varied: set[str] = field(default_factory=set)
    """Places of bodies that differed when the same was asked again."""

    def __post_init__(self) -> None:
        """Make one normaliser for each side."""
        for side in self.ground.sides:
            unordered = self.ground.profile.unordered
            self.normal[side.name] = Normaliser(
                side, self.outcome.taken, unordered, self.outcome.noisy
            )

    def ask_all(self, family: Family) -> None:
        """Ask every probe of a family, with the further pages that it follows."""
        tally = self.outcome.tally(family)
        asked: set[Request] = set()
        for probe in family.probes(self.ground):
            requests = [filled(probe, side) for side in self.ground.sides]
            if requests[0] in asked and not family.writes:
                continue  # two hidden items may be guessed by the same value
            asked.add(requests[0])
            tally.probes += 1
            if family.writes:
                self._note_sent(requests[0])
            self._follow(family, tally, probe, requests)

    def _follow(
        self, family: Family, tally: Tally, probe: Probe, requests: list[Request]
    ) -> None:
        """Ask, then what the answers lead to, as far as all of them lead there."""
        waiting = [(requests, probe.follow)]
        while waiting:
            asked, left = waiting.pop(0)
            answers = self._ask(family, tally, asked, primed=probe.primed)
            paths = [further(each) for each in answers]
            if left and len({len(each) for each in paths}) == 1:
                links = zip(*paths, strict=True)
                waiting += [([_link(e) for e in each], left - 1) for each in links]

    def _ask(
        self, family: Family, tally: Tally, requests: list[Request], *, primed: bool
    ) -> list[Answer]:
        """Send one request of each side; a request that is the same for all goes once."""
        tokens = self.ground.profile.tokens
        if all(each == requests[0] for each in requests):
            return self._alone(family, tally, requests[0])
        if primed:
            for each in requests:
                self.transport.send(each, tokens["full"])
        restricted = tokens["restricted"]
        answers = [finished(self.transport, e, restricted) for e in requests]
        tally.pairs += 1
        tally.answered += all(each.status in ANSWERED for each in answers)
        self.outcome.errors += sum(each.status >= BROKEN for each in answers)
        self._know_made(answers)
        self._search(family, tally, requests[0], answers[0])
        self._compare(family, tally, requests, answers)
        return answers

    def _alone(self, family: Family, tally: Tally, request: Request) -> list[Answer]:
        """Ask what is no patient's: nothing to compare, but words to look for."""
        if request not in self.once:
            self.once.add(request)
            token = self.ground.profile.tokens["restricted"]
            self._search(family, tally, request, self.transport.send(request, token))
        return []

    def _compare(
        self,
        family: Family,
        tally: Tally,
        requests: list[Request],
        answers: list[Answer],
    ) -> None:
        sides = self.ground.sides
        difference = comparing.first(*self._pair(answers, sides))
        if difference is None:
            return
        noise = self._noise(family, requests, answers)
        if noise:
            found_there = comparing.every(*self._pair(answers, sides))
            left = [each for place, each in found_there.items() if place not in noise]
            if not left:
                tally.noise += 1
                return
            difference = left[0]
        tally.differences += 1
        found = Finding(family.name, requests[0], requests[1], difference)
        self.outcome.findings.append(found)

    def _noise(
        self, family: Family, requests: list[Request], answers: list[Answer]
    ) -> set[str]:
        """Return the places that differ where nothing is hidden.

        Between the twin and the control; and, unless something is written, between two
        more answers to the question about the twin (the first may have filled a cache).
        What is written cannot be asked again: without a control, what varied before counts.
        """
        twin, found = self.ground.sides[1], set[str]()
        if self.ground.sides[2:]:
            found |= comparing.every(
                *self._pair(answers[1:], self.ground.sides[1:])
            ).keys()
        if not family.writes:
            token = self.ground.profile.tokens["restricted"]
            again = [finished(self.transport, requests[1], token) for _ in range(2)]
            places = comparing.every(*self._pair(again, (twin, twin))).keys()
            self.varied |= {each for each in places if each.startswith("body")}
            found |= places
        elif not self.ground.sides[2:]:
            found |= self.varied
        return found

    def _pair(
        self, answers: list[Answer], sides: tuple[Side, ...]
    ) -> tuple[Normal, Normal, Instants]:
        """Return the first two answers as they can be compared."""
        one, other = sides[:2]
        instants = Instants.of(one, other, self.ground.profile.tolerance)
        left = self.normal[one.name].of(answers[0])
        return left, self.normal[other.name].of(answers[1]), instants

    def _search(
        self, family: Family, tally: Tally, request: Request, answer: Answer
    ) -> None:
        """Look for hidden words that the reader has not said himself."""
        asked = request.path.encode() + request.body + repr(request.headers).encode()
        unsaid = frozenset(
            each
            for each in self.ground.words
            if each not in self.sent and each.encode() not in asked
        )
        found = canaries.pattern(unsaid)
        shown = "\n".join(f"{k}: {v}" for k, v in answer.headers).encode()
        for where, text in (("headers", shown), ("body", answer.body)):
            if found and (hit := found.search(text)):
                tally.canaries += 1
                near = text[max(0, hit.start() - 60) : hit.end() + 60]
                what = Difference(
                    f"a hidden value in the {where}",
                    near.decode("utf-8", "replace"),
                    "",
                )
                found_one = Finding(family.name, request, None, what)
                self.outcome.findings.append(found_one)
                return

    def _note_sent(self, request: Request) -> None:
        told = request.body + repr(request.headers).encode()
        self.sent |= {each for each in self.ground.words if each.encode() in told}

    def _know_made(self, answers: list[Answer]) -> None:
        """Let what a write made on every side be known by one name."""
        if any(each.status != CREATED for each in answers):
            return
        for side, answer in zip(self.ground.sides, answers, strict=True):
            try:
                side.call(seeding.made(answer, _kind(answer)), f"made{self.made}")
            except CannotConcludeError:
                continue
        self.made += 1


def filled(probe: Probe, side: Side) -> Request:
    """Return a probe as a request about one patient."""
    fill = template.in_address if probe.kind == FORM else template.in_body
    headers = tuple((k, template.in_address(v, side.values)) for k, v in probe.headers)
    if probe.kind:
        headers = (("Content-Type", probe.kind), *headers)
    if not any(name == "Accept" for name, _ in headers):
        headers = (("Accept", "application/fhir+json"), *headers)
    headers = (*headers, ("X-Request-Id", "leakbench"))
    path = template.in_address(probe.path, side.values)
    return Request(probe.method, path, headers, fill(probe.body, side.values).encode())


def _link(path: str) -> Request:
    """Return the request of a link."""
    headers = (("Accept", "application/fhir+json"), ("X-Request-Id", "leakbench"))
    return Request("GET", path, headers)


def _kind(answer: Answer) -> str:
    """Return the type that an answer says was made."""
    parts = answer.header("Location").split("/")
    return next((each for each in parts if each[:1].isupper()), "")
