"""The command ``paravent``."""

import logging

import click

from gateway.commands import (
    alerts,
    contest,
    demo,
    exposure,
    label,
    matrix,
    outbox,
    record,
    relabel,
    render,
    serve,
    why,
)
from gateway.commands import map as mapping


@click.group()
@click.version_option(package_name="paravent")
def main() -> None:
    """Paravent: a FHIR gateway with confidentiality labels."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")


main.add_command(alerts.command)
main.add_command(contest.command)
main.add_command(demo.command)
main.add_command(demo.token)
main.add_command(exposure.command)
main.add_command(label.command)
main.add_command(mapping.command)
main.add_command(mapping.validate)
main.add_command(matrix.command)
main.add_command(outbox.command)
main.add_command(record.command)
main.add_command(relabel.command)
main.add_command(render.command)
main.add_command(serve.command)
main.add_command(why.command)


if __name__ == "__main__":
    main()
