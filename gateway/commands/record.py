"""``paravent record``: opening a record and declaring a relation, for an operator."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.repository import records
from gateway.services import Services, start
from gateway.settings import load
from labels.policy.question import PRESETS, Relation
from mappings import ins
from mappings.submission import Identifier, Traits

settings_option: Callable[[Callable[..., None]], Callable[..., None]] = click.option(
    "--settings",
    "path",
    type=click.Path(path_type=Path),
    default=Path("paravent.toml"),
    show_default=True,
)
DECLARABLE = sorted(set(Relation) - {Relation.SELF})


@click.group("record")
def command() -> None:
    """Open a record, or declare who is what to its patient."""


@command.command("open")
@settings_option
@click.option("--identifier", required=True, help="system|value, e.g. of the INS.")
@click.option("--family", required=True, help="Birth name.")
@click.option("--given", required=True, multiple=True, help="First names, in order.")
@click.option("--birth-date", required=True, help="YYYY-MM-DD.")
@click.option(
    "--gender", type=click.Choice(["male", "female", "unknown"]), default="unknown"
)
@click.option(
    "--preset", type=click.Choice(PRESETS), default="discreet", show_default=True
)
def open_record(path: Path, identifier: str, preset: str, **person: Any) -> None:  # noqa: ANN401
    """Open a record for a person whose identity is qualified; prints its id."""
    services = start(load(path))
    found = _identifier(identifier, services)
    traits = Traits((found,), **person)
    store = services.store
    with store.unit() as connection:
        if records.by_identifiers(connection, store.keys, found).known:
            raise click.ClickException("there is a record for this identifier")
        click.echo(records.open_record(connection, store.keys, traits, preset))


@command.command("relate")
@settings_option
@click.option("--identifier", required=True, help="The patient's: system|value.")
@click.option("--who", required=True, help="A person or a structure: system|value.")
@click.option("--kind", type=click.Choice(DECLARABLE), required=True)
@click.option("--name", default="", help="How the patient is shown who this is.")
@click.option("--until", default="", help="An ISO instant with a time zone.")
def relate(
    path: Path, identifier: str, who: str, kind: str, name: str, until: str
) -> None:
    """Declare what somebody is to the patient of a record."""
    services = start(load(path))
    store = services.store
    with store.unit() as connection:
        record = records.by_identifiers(
            connection, store.keys, _identifier(identifier, services)
        )
        if not record.known:
            raise click.ClickException("there is no open record for this identifier")
        held = HeldRelation(Relation(kind), who, name, until=until)
        relations.declare(connection, record, held)


def _identifier(text: str, services: Services) -> Identifier:
    """Return the identifier, of a domain that is configured and with the right key."""
    system, _, value = text.partition("|")
    if system not in services.settings.domains or not value:
        raise click.ClickException("the system is not a domain of this gateway")
    if system in ins.SYSTEMS and not ins.valid(system, value):
        raise click.ClickException("the INS has not the form or the key of an INS")
    return Identifier(system, value)
