"""Starting for a command: what is wrong is said in one line, without a traceback."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from gateway.repository.crypt import KeyFileError
from gateway.repository.store import StoreError
from gateway.repository.vault import VaultError
from gateway.settings import SettingsError

settings_option: Callable[[Callable[..., None]], Callable[..., None]] = click.option(
    "--settings",
    "path",
    type=click.Path(path_type=Path),
    default=Path("paravent.toml"),
    show_default=True,
    help="The settings file (TOML).",
)
"""The option of every command that runs with an operator's settings."""


@contextmanager
def plainly() -> Iterator[None]:
    """Turn what a wrong set-up raises into one line that names it."""
    try:
        yield
    except (SettingsError, KeyFileError, VaultError, StoreError) as error:
        raise click.ClickException(str(error)) from None
    except SQLAlchemyError as error:
        raise click.ClickException(f"database_url: {_first_line(error)}") from None
    except OSError as error:
        where = error.filename or ""
        raise click.ClickException(f"{error.strerror}: {where}".strip(": ")) from None


def _first_line(error: SQLAlchemyError) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
