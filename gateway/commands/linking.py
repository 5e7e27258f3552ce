"""``paravent record link-code``, ``unlink``: whose record a sign-in opens.

For an operator with the person there: the code is printed once, for the person alone.
"""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from gateway import linking
from gateway.commands import relating
from gateway.commands.starting import settings_option
from gateway.linking import LASTS, LONGEST, MADE, UNLINKED


@click.command("link-code")
@settings_option
@relating.identifier_option
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST.days),
    default=LASTS.days,
    show_default=True,
    help="How long the code waits to be used.",
)
def link_code(path: Path, identifier: str, days: int) -> None:
    """Print a code, used once, by which the person links a sign-in to the record."""
    with relating.opened(path, identifier) as opened:
        opened.trace(MADE)
        lasts = timedelta(days=days)
        made = linking.make(opened.connection, opened.services, opened.record, lasts)
        until = made.until.astimezone(ZoneInfo(opened.record.zone))
    click.echo(f"{made.spaced}   until {until:%Y-%m-%d %H:%M}, used once")


@click.command("unlink")
@settings_option
@relating.identifier_option
def unlink(path: Path, identifier: str) -> None:
    """Have no sign-in open the record any more, nor an application one of them let in.

    Who is signed in stays until the end.
    """
    with relating.opened(path, identifier) as opened:
        opened.trace(UNLINKED)
        count = linking.unlink(*opened.place, relating.OPERATOR, opened.at)
    click.echo(f"{count} sign-ins unlinked")


COMMANDS = (link_code, unlink)
