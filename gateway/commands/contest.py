"""``paravent contest``: cases for the officer: listed, decided; evidence verified."""

from pathlib import Path

import click

from gateway.commands.starting import plainly, settings_option
from gateway.contest import cases, contesting, evidence
from gateway.contest.case import Case, State
from gateway.references import Reference
from gateway.repository import records, signing
from gateway.repository.records import OPEN
from gateway.services import Services, start
from gateway.settings import load
from mappings.mapped import Refused

OUTCOMES = [State.UPHELD.value, State.DISMISSED.value]
OFFICER = "urn:paravent:officer"
"""Under which the trail names who decides: the officer, as the operator wrote it."""


@click.group("contest")
def command() -> None:
    """Cases of contested accesses, for the officer of this deployment."""


@command.command("list")
@settings_option
def listed(path: Path) -> None:
    """Print the cases: id, state, due when, about which structure. No patient is named."""
    services = _services(path)
    at = services.clock.now()
    for reference, case in _every(services):
        late = " overdue" if case.overdue(at) else ""
        due = f" due {case.due.date()}" if case.due else ""
        click.echo(f"{reference} {case.state.value}{late}{due} {case.against}")


@command.command("decide")
@settings_option
@click.argument("case_id")
@click.option("--outcome", type=click.Choice(OUTCOMES), required=True)
@click.option("--officer", required=True, help="Who decides, as the patient is told.")
@click.option("--words", required=True, help="Why, as the patient is told.")
def decide(path: Path, case_id: str, outcome: str, officer: str, words: str) -> None:
    """Close a case that was answered, or whose answer is overdue."""
    services = _services(path)
    who = f"{OFFICER}|{officer}"
    try:
        held = contesting.decide(services, case_id, State(outcome), who, words)
    except Refused as refused:
        raise click.ClickException(refused.issues[0].text) from None
    if held is None:
        raise click.ClickException("there is no case of this id")
    click.echo(f"{held.public_id} {held.case.state.value}")


@command.command("key")
@settings_option
def key(path: Path) -> None:
    """Print the public key by which evidence of this deployment is verified."""
    click.echo(signing.public_key(_services(path).store.keys))


@command.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument(
    "pdf", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False
)
@click.option(
    "--key", "public", required=True, help="As `paravent contest key` prints."
)
def verify(file: Path, pdf: Path | None, public: str) -> None:
    """Say whether an evidence file (and its PDF) is of that deployment and unchanged."""
    beside = pdf.read_bytes() if pdf else None
    if not evidence.genuine(file.read_bytes(), public, beside):
        raise click.ClickException("NOT genuine: changed, or of another deployment")
    click.echo("genuine")


def _services(path: Path) -> Services:
    with plainly():
        return start(load(path))


def _every(services: Services) -> list[tuple[Reference, Case]]:
    store = services.store
    found = []
    with store.unit() as connection:
        for each in cases.every(connection, store.keys):
            record = records.by_id(connection, store.keys, each.patient_id)
            known = record.known and record.state == OPEN
            case = cases.find(connection, record, each.item_id) if known else None
            if case is not None:
                found.append((each, case))
    return found
