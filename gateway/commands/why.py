"""``paravent why READER ITEM``: the decision in one sentence, with its rules."""

from pathlib import Path

import click

from gateway.commands.demo import data_option, folder_of
from gateway.demo import seed, table
from gateway.demo.environment import open_demo, settings_in
from gateway.demo.world.load import World, load
from gateway.repository import records
from gateway.services import Services
from gateway.view import public_id
from gateway.why import why


@click.command("why")
@click.argument("reader")
@click.argument("item")
@click.option(
    "--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True
)
@data_option
def command(reader: str, item: str, lang: str, data: Path | None) -> None:
    """Say whether READER (a persona) may see ITEM (a demo document, or an id), and why."""
    world = load()
    if reader not in world.readers:
        raise click.ClickException(f"the readers are: {', '.join(world.readers)}")
    services, _ = open_demo(settings_in(folder_of(data)))
    item_id = _item_id(services, world, item)
    principal = table.principal_of(world.readers[reader])
    said = why(services, principal, item_id, lang)
    if said is None and item in world.documents():
        raise click.ClickException(
            f"{item} is not in this demo, which is not whole: run `paravent demo` again"
        )
    if said is None:
        names = ", ".join(world.documents())
        raise click.ClickException(f"the demo's items are: {names}")
    click.echo(said)


def _item_id(services: Services, world: World, item: str) -> str:
    """Return the id of a demo document by its name; anything else is an id."""
    document = world.documents().get(item)
    if document is None:
        return item
    patient = world.patients[document.patient]
    store = services.store
    with store.unit() as connection:
        record = records.by_identifiers(connection, store.keys, patient.identifier)
        ids = seed.document_ids(connection, world, record)
    return public_id(record, ids.get(item, ""))
