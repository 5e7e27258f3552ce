"""The command ``paravent``: each of its commands is imported when it is run, not before."""

import logging
from importlib import import_module
from types import MappingProxyType

import click

COMMANDS = MappingProxyType(
    {
        "alerts": ("alerts:command", "List or close the patterns an officer looks at."),
        "client": ("client:command", "Register or end applications (SMART)."),
        "contest": ("contest:command", "Handle the cases of contested accesses."),
        "demo": ("demo:command", "Make the demo world and serve it on 127.0.0.1."),
        "exposure": ("exposure:command", "Print what still reveals what is hidden."),
        "label": ("label:command", "Print the labels of a file, or of each line."),
        "leakbench": (
            "leakbench:command",
            "Find out whether what a FHIR server hides can be noticed.",
        ),
        "map": ("map:command", "Print a CDA as a FHIR document Bundle."),
        "matrix": ("matrix:command", "Print who may read which type of document."),
        "outbox": (
            "outbox:command",
            "Do what is due: notices leave, patterns are seen.",
        ),
        "record": (
            "record:command",
            "Open a record, relate people to it, end its life.",
        ),
        "relabel": ("relabel:command", "Label anew what older rules labelled."),
        "render": ("render:command", "Print a document without chosen categories."),
        "serve": ("serve:command", "Serve the gateway."),
        "token": ("demo:token", "Print a bearer token for a persona (demo only)."),
        "tour": ("tour:command", "Play seven stories, each claim checked."),
        "twins": (
            "leakbench:twins",
            "Open two empty records for leakbench (demo only).",
        ),
        "validate": ("map:validate", "Print what is wrong or doubtful in a document."),
        "why": ("why:command", "Say whether a reader may see an item, and why."),
    }
)
"""Where each command is in :mod:`gateway.commands`, and what the list of them says."""


class Commands(click.Group):
    """The commands by name; the list of them is printed without loading any."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - of click
        """Return the names in their order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - of click
        """Import a command; nothing when there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        found = getattr(import_module(f"gateway.commands.{module}"), name)
        return found if isinstance(found, click.Command) else None

    def format_commands(
        self,
        ctx: click.Context,
        formatter: click.HelpFormatter,
    ) -> None:
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, COMMANDS[name][1]) for name in self.list_commands(ctx)]
            )


@click.group(cls=Commands)
@click.version_option(package_name="paravent")
def main() -> None:
    """Paravent: a FHIR gateway with confidentiality labels."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")


if __name__ == "__main__":
    main()
