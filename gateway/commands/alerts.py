"""``paravent alerts``: the patterns an officer looks at, and closing them."""

from pathlib import Path

import click

from gateway.commands.starting import plainly, settings_option
from gateway.emergency import alerts
from gateway.emergency.alerts import Alert
from gateway.services import start
from gateway.settings import load


@click.command("alerts")
@settings_option
@click.option("--all", "every", is_flag=True, help="Closed ones too.")
@click.option("--close", "closing", default="", help="The id of an alert to close.")
def command(path: Path, closing: str, *, every: bool) -> None:
    """Print the alerts: when, which pattern, of whom, how often. No patient is named."""
    with plainly():
        services = start(load(path))
    keys, at = services.store.keys, services.clock.now()
    with services.store.unit() as connection:
        if closing and not alerts.close(connection, keys, closing, at):
            raise click.ClickException("no open alert has this id")
        kept = alerts.kept(connection, keys)
    shown = [each for each in kept if every or not each[1].closed]
    for alert_id, alert in shown:
        click.echo(line(alert_id, alert))
    if not shown:
        click.echo("no alert")


def line(alert_id: str, alert: Alert) -> str:
    """Return an alert in one line; the record by its id, never by a name."""
    at = alert.at.isoformat(timespec="minutes")
    about = f" record {alert.record}" if alert.record else ""
    who = f"{alert.who} {alert.name}".strip()
    closed = " (closed)" if alert.closed else ""
    return f"{alert_id} {at} {alert.pattern} x{alert.count} {who}{about}{closed}"
