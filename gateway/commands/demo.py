"""``paravent demo`` and ``paravent token``: the demo world, on this machine only."""

import shlex
from pathlib import Path

import click

from gateway.commands.serve import check_free, listen
from gateway.commands.starting import plainly
from gateway.demo import corpus, table
from gateway.demo.environment import open_demo, settings_in, write_settings
from gateway.demo.issuer import DemoIssuer
from gateway.demo.seed import seed
from gateway.demo.world.load import World, load
from gateway.patient.personas import of_world
from gateway.services import Services
from gateway.settings import Settings

DATA = Path("var/demo")
CORPUS_DATA = Path("var/corpus")

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=None,
    help=f"The folder of the demo.  [default: {DATA}]",
)


@click.command("demo")
@data_option
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option(
    "--corpus",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Deposit every document of a folder and print what became of each.",
)
@click.option("--no-serve", is_flag=True, help="Print the tables and stop.")
def command(
    data: Path | None, port: int, folder: Path | None, *, no_serve: bool
) -> None:
    """Make the demo world, print who sees what, and serve it on 127.0.0.1."""
    with plainly():
        if folder is not None:
            _corpus(settings_in(data or CORPUS_DATA, port), folder)
        else:
            _demo(settings_in(data or DATA, port), serve=not no_serve)


def _corpus(settings: Settings, folder: Path) -> None:
    services, _ = open_demo(settings)
    fates = []
    for fate in corpus.deposit_all(services, folder):
        fates.append(fate)
        click.echo(corpus.written_one(fate))
    click.echo(corpus.summary(fates))


def _demo(settings: Settings, *, serve: bool) -> None:
    if serve:
        check_free(settings.host, settings.port)
    services, issuer = open_demo(settings)
    world = load()
    for outcome in seed(services, issuer, world):
        if outcome.problem:
            raise click.ClickException(f"{outcome.name}: {outcome.problem}")
    write_settings(settings)
    click.echo(transcript(services, world))
    if serve:
        click.echo(invitation(services, issuer, world))
        principals = {
            key: table.principal_of(each) for key, each in world.readers.items()
        }
        listen(services, people=of_world(world.patients, principals))


@click.command("token")
@click.argument("persona")
@data_option
def token(persona: str, data: Path | None) -> None:
    """Print a bearer token for PERSONA (demo only)."""
    where = folder_of(data)
    readers = load().readers
    if persona not in readers:
        raise click.ClickException(f"the personas are: {', '.join(readers)}")
    services, issuer = open_demo(settings_in(where))
    click.echo(issuer.token(readers[persona], services.clock.now()))


def folder_of(data: Path | None) -> Path:
    """Return the folder of the demo; says which one was looked at when none is there."""
    where = data or DATA
    if not (where / "demo-issuer.json").exists():
        raise click.ClickException(
            f"there is no demo here, in {where}: run `paravent demo` first, or name the "
            "folder of yours with --data"
        )
    return where


def transcript(services: Services, world: World) -> str:
    """Return the tables: for each person, each document, its labels, who sees it."""
    tables = [
        table.written(services, world, patient)
        for patient in world.patients.values()
        if any(each.patient == patient.key for each in world.documents().values())
    ]
    return "\n\n".join(tables)


def invitation(services: Services, issuer: DemoIssuer, world: World) -> str:
    """Return the addresses, and curl lines ready to paste."""
    base = services.settings.base_url
    patient = next(iter(world.patients.values()))
    search = f"{base}/fhir/DocumentReference?patient.identifier="
    search += f"{patient.identifier.system}|{patient.identifier.value}"
    lines = [
        "",
        f"The patient's pages   {base}/",
        f"FHIR                  {base}/fhir/metadata",
        "",
        "What the dentist finds, and what the GP finds:",
    ]
    for key in ("dentist", "gp"):
        bearer = issuer.token(world.readers[key], services.clock.now())
        lines.append(f"curl -s -H 'Authorization: Bearer {bearer}' '{search}'")
    personas = ", ".join(world.readers)
    data = services.settings.data
    there = "" if data == DATA else f" --data {shlex.quote(str(data))}"
    named = shlex.quote(str(data / "demo.toml"))
    lines += [
        "",
        f"Another reader: paravent token PERSONA{there}",
        f"Personas: {personas}",
        f"As an operator: paravent client list --settings {named} (record, outbox, ... too)",
    ]
    return "\n".join(lines)
