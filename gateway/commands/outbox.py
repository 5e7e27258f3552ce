"""``paravent outbox``: what is due leaves, once; ``paravent serve`` does it all along."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from gateway import review as deposits
from gateway.commands.starting import plainly, settings_option
from gateway.contest import deadlines
from gateway.emergency import review
from gateway.lifecycle import announcing, erasure
from gateway.notify import mailing
from gateway.outbox.delivery import deliver
from gateway.outbox.errand import Handlers
from gateway.services import Services, start
from gateway.settings import load


@click.command("outbox")
@settings_option
def command(path: Path) -> None:
    """Do what is due: notices leave, patterns are looked for. Prints counts only."""
    with plainly():
        services = start(load(path))
        done = delivering(services)()
    click.echo(told(done))


def delivering(services: Services) -> Callable[[], Counter[str]]:
    """Return one pass over the outbox of a gateway, to be run as often as wanted."""
    return partial(deliver, services.store, services.clock, handlers(services))


def handlers(services: Services) -> Handlers:
    """Return what is done for each kind of row."""
    keys = services.store.keys
    return {
        **mailing.handlers(services.settings.mail),
        **review.handlers(keys),
        **deadlines.handlers(keys),
        **deposits.handlers(),
        **announcing.handlers(),
        **erasure.handlers(keys),
    }


def told(done: Counter[str]) -> str:
    """Return how many rows ended how: no name, no address, no id."""
    if not done:
        return "nothing is due"
    return "\n".join(f"{how}: {count}" for how, count in sorted(done.items()))
