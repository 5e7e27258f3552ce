"""Each command is found by its name, and printing it loads nothing that is slow."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from gateway import cli

SLOW = ("labels.detection", "flask", "sqlalchemy", "lxml")
PROGRAM = f"""
import sys
from click.testing import CliRunner
from gateway.cli import main
assert CliRunner().invoke(main, ["--help"]).exit_code == 0
print([name for name in {SLOW} if name in sys.modules])
"""


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_each_command_is_found(name: str) -> None:
    """Every name of the list leads to the command that calls itself so."""
    found = cli.main.get_command(click.Context(cli.main), name)
    assert found is not None
    assert found.name == name


def test_an_unknown_command_is_refused() -> None:
    """A name that is not listed is an error of usage."""
    assert (
        CliRunner().invoke(cli.main, ["open"]).exit_code == click.UsageError.exit_code
    )


def test_help_loads_nothing_slow() -> None:
    """The list of commands needs neither the rules nor the database nor the web."""
    command = [sys.executable, "-c", PROGRAM]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "[]"
