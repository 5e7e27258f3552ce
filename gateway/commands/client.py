"""``paravent client``: applications that may ask for tokens: registered, listed, ended."""

from pathlib import Path
from typing import Any

import click

from gateway.commands import national
from gateway.commands.starting import plainly, settings_option
from gateway.identity.keys import is_address
from gateway.services import Services, start
from gateway.settings import load
from gateway.smart import clients
from gateway.smart.clients import LEVELS, Registration, RegistrationError


@click.group("client")
def command() -> None:
    """Applications of patients and software of structures (SMART App Launch)."""


@command.command("add")
@settings_option
@click.option("--name", required=True, help="As people are shown it.")
@click.option("--kind", type=click.Choice(sorted(LEVELS)), required=True)
@click.option(
    "--jwks", default="", help="Its public keys: a file, or their https address."
)
@click.option("--redirect-uri", "redirect_uris", multiple=True, help="Compared whole.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    help="The most it can be given, e.g. patient/*.rs, offline_access, system/List.s",
)
@click.option("--owner", default="", help="Who answers for it, as people are told.")
@click.option("--structure", default="", help="For whom a backend asks: system|value.")
def add(path: Path, jwks: str, **said: Any) -> None:  # noqa: ANN401
    """Register an application; prints its client_id."""
    national.checked(said["structure"], "--structure")
    services = _services(path)
    try:
        keys = jwks if not jwks or is_address(jwks) else Path(jwks).read_text("utf-8")
        client = clients.register(services, Registration(jwks=keys, **said))
    except RegistrationError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"--jwks: {jwks}: {error.strerror}") from None
    except ValueError:
        raise click.ClickException(
            f"--jwks: {jwks}: neither a file of keys nor an https address"
        ) from None
    click.echo(client.id)


@command.command("list")
@settings_option
def listed(path: Path) -> None:
    """Print the applications: id, kind, state, scopes, name."""
    for each in clients.every(_services(path)):
        state = "ended" if each.ended else "active"
        click.echo(f"{each.id} {each.kind} {state} {' '.join(each.scopes)} {each.name}")


@command.command("revoke")
@settings_option
@click.argument("client_id")
def revoke(path: Path, client_id: str) -> None:
    """End an application: no token of it is good from now on."""
    if not clients.end(_services(path), client_id):
        raise click.ClickException("there is no application of this id")
    click.echo("ended")


def _services(path: Path) -> Services:
    with plainly():
        return start(load(path))
