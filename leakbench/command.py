"""``leakbench``: the command. 0: nothing leaks; 1: leaks; 2: nothing can be said."""

import json
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import click

from leakbench import report
from leakbench.bench import Bench
from leakbench.exchange import Http, UnreachableError
from leakbench.findings import Outcome
from leakbench.probe import Family
from leakbench.probes.every import FAMILIES
from leakbench.profile import Profile, ProfileError, load
from leakbench.seeding import CannotConcludeError, Seeder
from leakbench.template import UnknownPlaceError

CLEAN, LEAKS, CANNOT_CONCLUDE = 0, 1, 2
NAMES = [each.name for each in FAMILIES]


@click.command("leakbench")
@click.option("--target", default="", help="The base URL of the FHIR server.")
@click.option(
    "--profile",
    "path",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="What the server has to be told, as TOML (leakbench/README.md).",
)
@click.option(
    "--json",
    "file",
    type=click.Path(path_type=Path),
    default=None,
    help="Write everything that was found to this file.",
)
@click.option(
    "--family",
    "named",
    multiple=True,
    type=click.Choice(NAMES),
    help="Ask only this family of probes; more than once.",
)
@click.option("--read-only", is_flag=True, help="Leave out probes that write.")
@click.option(
    "--dry-run", is_flag=True, help="Print what would be sent, and send nothing."
)
@click.option("--rate", type=float, default=None, help="Requests a second, at most.")
@click.option(
    "--seed", type=int, default=None, help="Draw the same words and decoys again."
)
@click.option(
    "--i-may-test-this-server",
    "allowed",
    is_flag=True,
    help="For a target that is not this machine: I have the right to test it.",
)
def command(target: str, path: Path, rate: float | None, **said: object) -> None:
    """Find out whether what a FHIR server hides can be noticed.

    Fills two patients' records alike but for hidden items, asks about both the same
    questions as a reader who may not see them, and compares every answer. Use test data
    only: items are written, changed and maybe deleted.
    """
    try:
        profile = load(path)
        profile = replace(profile, base=target or profile.base)
        if rate is not None:
            profile = replace(profile, per_second=rate)
        _allowed(profile.base, yes=said["allowed"] is True)
        families = _families(said["named"], read_only=said["read_only"] is True)
        seed = said["seed"]
        chance = Random(seed if isinstance(seed, int) else None)  # noqa: S311 - words, no secrets
        if said["dry_run"]:
            _print_plan(profile, families, chance)
            return
        transport = Http(profile.base, profile.per_second, profile.headers)
        outcome = Bench(profile, transport, chance).run(families)
    except (
        ProfileError,
        UnknownPlaceError,
        UnreachableError,
        CannotConcludeError,
    ) as error:
        click.echo(f"cannot conclude: {error}", err=True)
        raise SystemExit(CANNOT_CONCLUDE) from None
    _tell(outcome, profile.base, said["file"])
    if outcome.findings:
        raise SystemExit(LEAKS)
    raise SystemExit(CANNOT_CONCLUDE if outcome.drowned else CLEAN)


def _families(named: object, *, read_only: bool) -> tuple[Family, ...]:
    wanted = named if isinstance(named, tuple) else ()
    return tuple(
        each
        for each in FAMILIES
        if (not wanted or each.name in wanted) and not (read_only and each.writes)
    )


def _allowed(base: str, *, yes: bool) -> None:
    """Raise :class:`ProfileError` for a target that is not this machine, unless allowed."""
    try:
        parts = urlsplit(base)
    except ValueError:
        raise ProfileError("target: no URL") from None
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ProfileError(
            "target: no name, password or query in it, since it is printed; say it in "
            "[target] headers"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ProfileError("target: an http(s) URL is needed")
    try:
        loopback = ip_address(parts.hostname).is_loopback
    except ValueError:
        loopback = parts.hostname == "localhost"
    if not loopback and not yes:
        raise ProfileError(
            f"{parts.hostname} is not this machine: say --i-may-test-this-server if you "
            "have the right to test it"
        )


def _print_plan(profile: Profile, families: tuple[Family, ...], chance: Random) -> None:
    """Print the deposits as they would be sent, and the families with their descent."""
    seeder = Seeder(profile, Http(profile.base, profile.per_second), chance)
    click.echo(f"{profile.base}: GET metadata, then deposits as writer:")
    for each in seeder.requests(seeder.sides()):
        click.echo(f"{each.method} {each.path}  {each.body.decode()}")
    click.echo("then, as the restricted reader, about each patient:")
    for family in families:
        if family.name not in profile.skip:
            writes = " (writes)" if family.writes else ""
            click.echo(f"{family.name:12} {family.title}{writes}: {family.descent}")


def _tell(outcome: Outcome, target: str, file: object) -> None:
    click.echo(f"{outcome.software} at {target}")
    for line in (*report.table(outcome), *report.words(outcome), ""):
        click.echo(line)
    click.echo(report.verdict(outcome))
    if isinstance(file, Path):
        told = json.dumps(report.as_json(outcome, target), indent=2, ensure_ascii=False)
        file.write_text(told + "\n", "utf-8")
