"""``python -m leakbench.leaky``: the leaky server on the loopback, until it is stopped."""

from wsgiref.simple_server import WSGIRequestHandler, make_server

import click

from leakbench.leaky.leaks import LEAKS
from leakbench.leaky.server import Server
from leakbench.leaky.store import Store

PEOPLE = (
    "11111111-1111-4111-8111-111111111111",
    "22222222-2222-4222-8222-222222222222",
)
"""The two patients that the profile ``leaky.toml`` names."""


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, *_: object) -> None:
        """Write nothing."""


def with_people(leaks: frozenset[str]) -> Server:
    """Return a leaky server that knows two patients; raises ValueError for no such leak."""
    store = Store(leaks)
    for found in PEOPLE:
        store.put({"resourceType": "Patient", "active": True}, found)
    return Server(store)


@click.command()
@click.option("--port", type=int, default=8765, show_default=True)
@click.option(
    "--leak", "leaks", multiple=True, help="A leak to switch on; more than once."
)
@click.option("--list", "listed", is_flag=True, help="Print every leak and stop.")
def main(port: int, leaks: tuple[str, ...], *, listed: bool) -> None:
    """Serve a FHIR server that leaks what it is told to leak, and nothing else."""
    if listed:
        for each in LEAKS:
            click.echo(f"{each.name:26} {each.family:12} {each.descent}")
        return
    try:
        server = with_people(frozenset(leaks))
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"http://127.0.0.1:{port}/fhir leaks: {', '.join(leaks) or 'nothing'}")
    with make_server("127.0.0.1", port, server, handler_class=Quiet) as listening:
        listening.serve_forever()


if __name__ == "__main__":
    main()
