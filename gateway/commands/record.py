"""``paravent record``: opening a record, for an operator; the people around it: relating.py."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from gateway.commands import life, linking, relating
from gateway.commands.starting import plainly, settings_option
from gateway.lifecycle import turning
from gateway.lifecycle.act import CannotFollowError
from gateway.lifecycle.zones import ZONES
from gateway.repository.records import PARIS
from gateway.services import start
from gateway.settings import load
from labels.policy.question import PRESETS
from mappings.submission import Traits


@click.group("record")
def command() -> None:
    """Open a record, or declare who is what to its patient."""


@command.command("open")
@settings_option
@click.option("--identifier", required=True, help="system|value, e.g. of the INS.")
@click.option("--family", required=True, help="Birth name.")
@click.option("--given", required=True, multiple=True, help="First names, in order.")
@click.option("--used-given", default="", help="The first name in use, if another one.")
@click.option(
    "--former-given",
    multiple=True,
    help="A first name the person had: found in texts, shown to nobody else.",
)
@click.option("--birth-date", required=True, help="YYYY-MM-DD.")
@click.option(
    "--gender", type=click.Choice(["male", "female", "unknown"]), default="unknown"
)
@click.option(
    "--preset", type=click.Choice(PRESETS), default="discreet", show_default=True
)
@click.option(
    "--zone",
    type=click.Choice(ZONES),
    default=PARIS,
    show_default=True,
    help="Where the person lives: birthdays begin at midnight there.",
)
def open_record(
    path: Path,
    identifier: str,
    preset: str,
    zone: str,
    **person: Any,  # noqa: ANN401
) -> None:
    """Open a record for a person whose identity is qualified; prints its id."""
    with plainly():
        services = start(load(path))
    found = relating.known_identifier(identifier, services)
    try:
        date.fromisoformat(person["birth_date"])
    except ValueError:
        raise click.ClickException("--birth-date: YYYY-MM-DD is needed") from None
    traits = Traits((found,), **person)
    try:
        opened = turning.open_record(services, traits, preset, zone=zone)
    except CannotFollowError:
        raise click.ClickException(
            "there is a record for this identifier, or the person opposed one"
        ) from None
    click.echo(opened)


RELATING = (relating.relate, relating.end, relating.show)
for each in (*RELATING, *linking.COMMANDS, *life.COMMANDS):
    command.add_command(each)
