"""Two worlds at one instant: a few people act in both, or in the left one alone."""

from datetime import timedelta
from typing import Any

from tests.noninterference.documents import Paper
from tests.noninterference.pair import Gateway, Pair, Seen
from tests.noninterference.side_by_side import ask, deposit, later, let_in
from tests.noninterference.story import START

Json = dict[str, Any]
EMPTY: Json = {"resourceType": "Parameters"}


def paper(number: int, *, follows: int = 0) -> Paper:
    """Return a document that tells nothing; ``follows`` is the number of what it replaces."""
    at = START - timedelta(days=10)
    before = _oid(follows) if follows else ""
    return Paper(_oid(number), "11488-4", "Cheville", at, follows=before)


def _oid(number: int) -> str:
    return f"2.25.94{number:04}"


class Two:
    """What people do before two gateways, each act a minute after the last."""

    def __init__(self, two: Pair) -> None:
        """Begin with two gateways that hold the same."""
        self.pair = two
        self.both = two.both
        self.left = two.left

    def pass_(self) -> None:
        """Let a minute pass in both."""
        later(self.pair, minutes=1)

    def one(
        self,
        gateway: Gateway,
        reader: str,
        path: str,
        method: str = "GET",
        body: Json | None = None,
        **more: str,
    ) -> Seen:
        """Ask one world; ``scope`` narrows the token, the rest are headers."""
        scope = more.pop("scope", "")
        return ask(gateway, reader, path, body, scope, method=method, **more)

    def each(
        self,
        reader: str,
        path: str,
        method: str = "GET",
        body: Json | None = None,
        **more: str,
    ) -> list[Seen]:
        """Ask both worlds a minute later, and return both answers."""
        self.pass_()
        return [self.one(e, reader, path, method, body, **more) for e in self.both]

    def same(
        self,
        reader: str,
        path: str,
        method: str = "GET",
        body: Json | None = None,
        **more: str,
    ) -> Seen:
        """Ask both worlds and return the one answer."""
        one, other = self.each(reader, path, method, body, **more)
        assert one == other, (path, one, other)
        return one

    def alone(
        self,
        reader: str,
        path: str,
        method: str = "GET",
        body: Json | None = None,
    ) -> Seen:
        """Ask the left world alone, a minute later in both."""
        self.pass_()
        return self.one(self.left, reader, path, method, body)

    def apart(
        self,
        reader: str,
        path: str,
        method: str = "POST",
        body: Json | None = None,
    ) -> None:
        """Have somebody do what takes effect in the left world alone."""
        done = self.alone(reader, path, method, body or EMPTY)
        assert done.status.startswith("20"), done

    def deposited(self, patient: str, given: Paper, *marks: str) -> str:
        """Deposit in both worlds what bears no mark, else in the left alone; return its id."""
        self.pass_()
        where = self.both[:1] if marks else self.both
        [made] = {deposit(each, patient, "gp", given, *marks) for each in where}
        return made

    def let_in(self, reader: str, patient: str) -> None:
        """Have the person let a professional in, in both worlds."""
        for each in self.both:
            let_in(each, reader, patient)
