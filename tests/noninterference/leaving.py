"""What leaves by itself: a pass of the outbox, and what it would have sent.

Nothing is sent: the one function through which notifications go is exchanged for one that
keeps them, and answers as an endpoint may.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from gateway.commands.outbox import delivering
from gateway.outbox import webhook
from gateway.outbox.errand import Outcome
from gateway.outbox.webhook import Message
from tests.noninterference.draws import drawn_by
from tests.noninterference.pair import Gateway

Sent = list[tuple[str, tuple[tuple[str, str], ...], bytes]]
"""Each message: where to, its headers, its bytes."""


def passed(gateway: Gateway, label: str) -> Sent:
    """Run one pass of the outbox of a world, and return what would have left."""
    sent: Sent = []
    answers = Random(label)  # noqa: S311 - the same endpoint for both worlds
    with drawn_by(label), _kept_back(sent, lambda: answers.random() < LISTENS):
        delivering(gateway.services)()
    return sent


LISTENS = 0.8
"""How often an endpoint takes what it is sent."""


@contextmanager
def _kept_back(sent: Sent, listens: Callable[[], bool]) -> Iterator[None]:
    """Keep what would leave during the block."""

    def send(allowed: frozenset[str], message: Message) -> Outcome:  # noqa: ARG001
        sent.append((message.address, message.headers, message.body))
        return Outcome.DONE if listens() else Outcome.LATER

    before = webhook.send
    webhook.send = send
    try:
        yield
    finally:
        webhook.send = before
