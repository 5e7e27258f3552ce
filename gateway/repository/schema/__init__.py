"""The schema and its migrations (Alembic); run at each start, no step by hand."""

from importlib.resources import files
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config

if TYPE_CHECKING:
    from sqlalchemy import Engine


def migrate(engine: "Engine") -> None:
    """Bring the database behind ``engine`` to the newest version of the schema."""
    config = Config()
    config.set_main_option("script_location", str(files(__package__)))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
