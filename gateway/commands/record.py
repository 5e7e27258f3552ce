"""``paravent record``: opening a record and declaring a relation, for an operator."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from gateway.commands.starting import plainly, settings_option
from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.identity.claims import PERSON_SYSTEM, STRUCTURE_SYSTEM
from gateway.repository import records
from gateway.services import Services, start
from gateway.settings import load
from labels.policy.question import PRESETS, Relation
from mappings import ins
from mappings.submission import Identifier, Traits

WHO = f"{PERSON_SYSTEM}|8<RPPS>, {STRUCTURE_SYSTEM}|1<FINESS>, or an INS."
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
    with plainly():
        services = start(load(path))
    found = _identifier(identifier, services)
    try:
        date.fromisoformat(person["birth_date"])
    except ValueError:
        raise click.ClickException("--birth-date: YYYY-MM-DD is needed") from None
    traits = Traits((found,), **person)
    store = services.store
    with store.unit() as connection:
        if records.by_identifiers(connection, store.keys, found).known:
            raise click.ClickException("there is a record for this identifier")
        click.echo(records.open_record(connection, store.keys, traits, preset))


@command.command("relate")
@settings_option
@click.option("--identifier", required=True, help="The patient's: system|value.")
@click.option(
    "--who",
    required=True,
    help=WHO,
)
@click.option("--kind", type=click.Choice(DECLARABLE), required=True)
@click.option("--name", default="", help="How the patient is shown who this is.")
@click.option("--until", default="", help="An instant, e.g. 2027-01-01T00:00:00+01:00.")
def relate(
    path: Path, identifier: str, who: str, kind: str, name: str, until: str
) -> None:
    """Declare what somebody is to the patient of a record."""
    with plainly():
        services = start(load(path))
    store = services.store
    with store.unit() as connection:
        record = records.by_identifiers(
            connection, store.keys, _identifier(identifier, services)
        )
        if not record.known:
            raise click.ClickException("there is no open record for this identifier")
        try:
            held = HeldRelation(Relation(kind), _known(who), name, until=until)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        relations.declare(connection, record, held)
    click.echo(f"{kind}: {who}{f', until {until}' if until else ''}")


def _known(who: str) -> str:
    """Return who a relation names, if the system is one that tokens speak of."""
    system, _, value = who.partition("|")
    if system not in {PERSON_SYSTEM, STRUCTURE_SYSTEM, *ins.SYSTEMS} or not value:
        raise click.ClickException(f"--who: {WHO}")
    return who


def _identifier(text: str, services: Services) -> Identifier:
    """Return the identifier, of a domain that is configured and with the right key."""
    system, _, value = text.partition("|")
    if system in ins.SYSTEMS - services.settings.domains:
        message = "this is a test INS: set test_identities = true to take such"
        raise click.ClickException(message)
    if system not in services.settings.domains or not value:
        known = ", ".join(sorted(services.settings.domains))
        raise click.ClickException(f"system|value is needed, of a system among {known}")
    if system in ins.SYSTEMS and not ins.valid(system, value):
        raise click.ClickException("the INS has not the form or the key of an INS")
    return Identifier(system, value)
