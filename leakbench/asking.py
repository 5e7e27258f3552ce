"""One probe after another: every side is asked, the answers are compared."""

from dataclasses import dataclass, field

from leakbench import canaries, comparing, seeding, template
from leakbench.comparing import Difference, Instants
from leakbench.exchange import Answer, Request, Transport
from leakbench.findings import Finding, Outcome, Tally
from leakbench.following import finished, further
from leakbench.ground import Ground, Side
from leakbench.normal import Normaliser
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

    def __post_init__(self) -> None:
        """Make one normaliser for each side."""
        for side in self.ground.sides:
            unordered = self.ground.profile.unordered
            self.normal[side.name] = Normaliser(side, self.outcome.taken, unordered)

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
        difference = self._difference(answers, 0, 1)
        if difference is None:
            return
        if len(answers) > 2 and self._difference(answers, 1, 2):  # noqa: PLR2004 - the control
            tally.noise += 1
            return
        tally.differences += 1
        found = Finding(family.name, requests[0], requests[1], difference)
        self.outcome.findings.append(found)

    def _difference(
        self, answers: list[Answer], one: int, other: int
    ) -> Difference | None:
        sides = self.ground.sides[one], self.ground.sides[other]
        tolerance = self.ground.profile.tolerance
        instants = Instants.of(*sides, tolerance)
        left = self.normal[sides[0].name].of(answers[one])
        right = self.normal[sides[1].name].of(answers[other])
        return comparing.first(left, right, instants)

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
