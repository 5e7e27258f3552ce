"""``paravent outbox``: what is due leaves, once; ``paravent serve`` does it all along."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from gateway import review as deposits
from gateway.commands.starting import plainly, settings_option
from gateway.contest import deadlines
from gateway.emergency import review
from gateway.lifecycle import announcing, erasure, export_bulk
from gateway.notify import mailing
from gateway.outbox.delivery import deliver
from gateway.outbox.errand import Handlers
from gateway.repository import outbox, records
from gateway.services import Services, start
from gateway.settings import load
from gateway.subscribing import emission

ALL_TIME = datetime.max.replace(tzinfo=UTC)
"""An instant by which everything is due."""


@click.command("outbox")
@settings_option
@click.option("--waiting", is_flag=True, help="Say what waits, by kind; do nothing.")
def command(path: Path, *, waiting: bool) -> None:
    """Do what is due: notices and notifications leave, exports are made. Prints counts."""
    with plainly():
        services = start(load(path))
        done = kinds(services) if waiting else delivering(services)()
    click.echo(told(done, "nothing waits" if waiting else "nothing is due"))


def kinds(services: Services) -> Counter[str]:
    """Return how many rows of each kind wait, due or not, in all records together."""
    store, counts = services.store, Counter[str]()
    with store.unit() as connection:
        for patient_id in outbox.waiting(connection, ALL_TIME):
            record = records.in_any_state(connection, store.keys, patient_id)
            rows = outbox.due(connection, record, ALL_TIME) if record else []
            counts.update(each.kind for each in rows)
    return counts


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
        **emission.handlers(services),
        **export_bulk.handlers(services),
    }


def told(done: Counter[str], nothing: str = "nothing is due") -> str:
    """Return how many rows ended how, or wait: no name, no address, no id."""
    if not done:
        return nothing
    return "\n".join(f"{how}: {count}" for how, count in sorted(done.items()))
