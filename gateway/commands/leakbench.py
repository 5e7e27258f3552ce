"""``paravent leakbench``: the benchmark of leaks; ``paravent twins``: two records for it."""

from pathlib import Path

import click

from gateway.commands.demo import data_option, folder_of
from gateway.commands.starting import plainly
from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.demo.environment import open_demo, settings_in
from gateway.demo.issuer import DemoIssuer
from gateway.demo.world.load import load
from gateway.repository import records
from gateway.services import Services
from labels.policy.question import Relation
from leakbench.command import command
from mappings import ins
from mappings.submission import Identifier, Traits

__all__ = ["command", "twins"]

PLACES = range(0, 1000, 2)
"""Pairs of numbers of the test range, of people born in one place in one month."""
AROUND = ((Relation.TREATING_DOCTOR, "gp"), (Relation.CARE_TEAM, "dentist"))
READERS = {"WRITER": "gp", "RESTRICTED": "dentist", "FULL": "gp"}


@click.command("twins")
@data_option
def twins(data: Path | None) -> None:
    """Open two empty records in the demo, and print what leakbench has to be told.

    Two new ones each time: what a run before has deposited would stand beside. The lines
    are for a shell: eval "$(paravent twins)". The treating doctor deposits and sees
    everything; the dentist is in the care team.
    """
    where = folder_of(data)
    with plainly():
        services, issuer = open_demo(settings_in(where))
        said = told(services, issuer)
    click.echo("\n".join(f"export {name}='{value}'" for name, value in said.items()))


def told(services: Services, issuer: DemoIssuer) -> dict[str, str]:
    """Open two records that nobody has filled; return the variables of the profile."""
    readers, at = load().readers, services.clock.now()
    said = {
        f"LEAKBENCH_{name}": issuer.token(readers[key], at)
        for name, key in READERS.items()
    }
    for side, who in zip(("REAL", "TWIN"), _numbers(services), strict=True):
        said[f"LEAKBENCH_{side}"] = _opened(services, who)
        said[f"LEAKBENCH_{side}_INS"] = f"{who.system}|{who.value}"
    return said


def _numbers(services: Services) -> tuple[Identifier, Identifier]:
    """Return the first two numbers that have no record yet."""
    store = services.store
    with store.unit() as connection:
        for place in PLACES:
            first, second = (
                ins.identifier(ins.NIR_TEST, f"2910499999{place + each:03}")
                for each in (0, 1)
            )
            if not records.by_identifiers(connection, store.keys, first).known:
                return first, second
    raise click.ClickException("remove the folder of the demo to begin again")


def _opened(services: Services, who: Identifier) -> str:
    """Open a record, with who is what to its patient; return its id."""
    readers, store = load().readers, services.store
    traits = Traits(
        (who,), "ESSAI", ("CAMILLE",), birth_date="1991-04-23", gender="female"
    )
    with store.unit() as connection:
        made = records.open_record(connection, store.keys, traits, "discreet")
        opened = records.by_id(connection, store.keys, made)
        for kind, key in AROUND:
            held = HeldRelation(kind, readers[key].id)
            relations.declare(connection, opened, held)
    return made
