"""A database of an earlier version is brought to this one with nothing lost."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from gateway.repository.tables import entry

WHERE = "gateway.repository:schema"


def _upgrade(connection: sa.Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", WHERE)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def test_sealed_rows_move_to_one_table(database_url: str) -> None:
    """Directives, words and relations are entries of their kind, byte for byte."""
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        _upgrade(connection, "0003")
        connection.execute(
            sa.text("INSERT INTO record VALUES ('p', 'open', :bytes, :bytes)"),
            {"bytes": b"sealed"},
        )
        for name in ("directive", "label_word", "relation"):
            names = ("patient_id", "id", "sealed")
            old = sa.insert(sa.table(name, *map(sa.column, names)))
            connection.execute(old.values(("p", "id", name.encode())))
        _upgrade(connection, "head")
        rows = connection.execute(sa.select(entry).order_by(entry.c.kind)).all()
    engine.dispose()
    assert [(row.kind, row.id, bytes(row.sealed)) for row in rows] == [
        (name, "id", name.encode()) for name in ("directive", "label_word", "relation")
    ]
