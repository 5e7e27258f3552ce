"""``paravent record oppose, withdraw, close, reopen, erase, decease, export, certificate``.

For an operator who does what a person asks for at a counter or on paper.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from gateway.commands.relating import identifier_option, known_identifier
from gateway.commands.starting import plainly, settings_option
from gateway.identity.principal import Principal
from gateway.lifecycle import (
    certificate,
    certificate_pdf,
    exporting,
    merging,
    representation,
    turning,
)
from gateway.lifecycle.act import CannotFollowError
from gateway.lifecycle.certificate import Issued
from gateway.lifecycle.turning import OPERATOR
from gateway.repository import signing
from gateway.services import Services, start
from gateway.settings import load
from labels.codes import Purpose
from mappings.submission import Identifier

CANNOT = "what there is for this identifier does not allow it"

out_option = click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("certificate.pdf"),
    show_default=True,
    help="Where the certificate is written (PDF).",
)
Act = Callable[[Services, Identifier, Principal], Issued]


@contextmanager
def possible() -> Iterator[None]:
    """Say in one line that an act cannot follow."""
    try:
        yield
    except CannotFollowError:
        raise click.ClickException(CANNOT) from None


def _certified(name: str, does: str, act: Act) -> click.Command:
    @click.command(name, help=does)
    @settings_option
    @identifier_option
    @out_option
    def command(path: Path, identifier: str, out: Path) -> None:
        services, found = _started(path, identifier)
        with possible():
            issued = act(services, found, OPERATOR)
        with plainly():
            out.write_bytes(certificate_pdf.written(issued))
        click.echo(f"{name}: in effect by {issued.certificate.by}")
        click.echo(issued.code)

    return command


oppose = _certified(
    "oppose",
    "Register that the person wants no record; an open one is closed.",
    turning.oppose,
)
withdraw = _certified("withdraw", "Take an opposition back.", turning.withdraw)
close = _certified(
    "close", "Close a record: sealed for ten years, then erased.", turning.close
)
erase = _certified(
    "erase",
    "Erase a record: its key is destroyed, at once or within three months.",
    turning.erase,
)


@click.command("reopen")
@settings_option
@identifier_option
def reopen(path: Path, identifier: str) -> None:
    """Open a closed record again; prints its id."""
    services, found = _started(path, identifier)
    with possible():
        click.echo(turning.reopen(services, found, OPERATOR))


@click.command("decease")
@settings_option
@identifier_option
@click.option("--on", "day", default="", help="The day of death (YYYY-MM-DD).")
@click.option("--not", "wrong", is_flag=True, help="It was noted wrongly.")
def decease(path: Path, identifier: str, day: str, *, wrong: bool) -> None:
    """Note that the person died: from then on only depositors see, what is theirs."""
    services, found = _started(path, identifier)
    try:
        died = None if wrong else date.fromisoformat(day)
    except ValueError:
        raise click.ClickException("--on: YYYY-MM-DD is needed, or --not") from None
    with possible():
        turning.decease(services, found, died, OPERATOR)
    click.echo("noted")


@click.command("restore")
@settings_option
@identifier_option
def restore(path: Path, identifier: str) -> None:
    """Put back who represents a minor, on a decision that the suspension is over."""
    services, found = _started(path, identifier)
    if not representation.restore(services, found, OPERATOR):
        raise click.ClickException(CANNOT)
    click.echo("restored")


@click.command("merge")
@settings_option
@identifier_option
@click.option("--absorb", required=True, help="The other record's: system|value.")
def merge(path: Path, identifier: str, absorb: str) -> None:
    """Make one record of two of the same person: nobody gains sight by it."""
    services, found = _started(path, identifier)
    with possible():
        merging.merge(services, found, known_identifier(absorb, services), OPERATOR)
    click.echo("merged")


@click.command("unmerge")
@settings_option
@identifier_option
def unmerge(path: Path, identifier: str) -> None:
    """Make the merged records two again, as they were."""
    services, found = _started(path, identifier)
    with possible():
        click.echo(f"unmerged: {merging.unmerge(services, found, OPERATOR)}")


@click.command("export")
@settings_option
@identifier_option
@click.option("--out", type=click.Path(path_type=Path), default=Path(exporting.NAME))
def export(path: Path, identifier: str, out: Path) -> None:
    """Write everything in a record, as its patient sees it, to a zip."""
    services, found = _started(path, identifier)
    for_person = Principal(
        str(found), name=OPERATOR.name, patient=(found,), purpose=Purpose.PATRQT
    )
    pieces = exporting.export(services, for_person)
    if pieces is None:
        raise click.ClickException(CANNOT)
    with plainly(), out.open("xb") as target:
        target.writelines(pieces)
    click.echo(str(out))


@click.group("certificate")
def certificates() -> None:
    """Verify a certificate, or print the public key that verifies all of them."""


@certificates.command("verify")
@settings_option
@identifier_option
@click.argument("code")
def verify(path: Path, identifier: str, code: str) -> None:
    """Say what CODE certifies about the person, if it is genuine."""
    services, found = _started(path, identifier)
    public = signing.public_key(services.store.keys)
    held = certificate.read(code, public, found)
    if held is None:
        raise click.ClickException("not a certificate of this deployment and person")
    click.echo(f"{held.what}: {held.at}, in effect by {held.by} ({held.number})")


@certificates.command("key")
@settings_option
def key(path: Path) -> None:
    """Print the public key (Ed25519, base64url) to be published."""
    with plainly():
        services = start(load(path))
    click.echo(signing.public_key(services.store.keys))


def _started(path: Path, identifier: str) -> tuple[Services, Identifier]:
    with plainly():
        services = start(load(path))
    return services, known_identifier(identifier, services)


COMMANDS = (
    *(oppose, withdraw, close, reopen, erase, decease),
    *(restore, merge, unmerge, export, certificates),
)
"""The commands of this file, for ``paravent record``."""
