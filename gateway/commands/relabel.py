"""``paravent relabel``: labels made by older rules are made anew, counts shown first."""

from pathlib import Path

import click

from gateway import relabelling
from gateway.commands.demo import data_option, folder_of
from gateway.commands.starting import plainly, settings_option
from gateway.demo.environment import open_demo, settings_in
from gateway.relabelling import Change
from gateway.services import Services, start
from gateway.settings import load
from labels.codes import Category
from labels.detection.service import RULES_VERSION


@click.command("relabel")
@settings_option
@data_option
@click.option("--dry-run", is_flag=True, help="Print what would change, and stop.")
def command(path: Path, data: Path | None, *, dry_run: bool) -> None:
    """Label anew what other rules labelled; --data is for the folder of a demo."""
    with plainly():
        services = _services(path, data)
    click.echo(told(relabelling.preview(services)))
    if dry_run:
        return
    done = 0
    for items in relabelling.relabel(services):
        done += items
        click.echo(f"{done} done")


def told(change: Change) -> str:
    """Return what would change, as counts: no title, no name, no id."""
    lines = [
        f"labelling rules {RULES_VERSION}",
        f"labelled by other rules: {change.items} items in {change.records} records",
        f"would change: {change.changed} items in {change.touched} records",
    ]
    gained = ((each, change.gained[each]) for each in Category)
    lines += [f"  {each}: +{count}" for each, count in gained if count]
    return "\n".join(lines)


def _services(path: Path, data: Path | None) -> Services:
    if data is None:
        return start(load(path))
    return open_demo(settings_in(folder_of(data)))[0]
