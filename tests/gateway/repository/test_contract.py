"""One contract for both databases: what holds on SQLite holds on PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from cryptography.exceptions import InvalidTag
from sqlalchemy import func, inspect, select, update

from gateway.audit import trail
from gateway.demo.environment import open_demo, settings_in
from gateway.demo.issuer import open_issuer
from gateway.demo.seed import seed
from gateway.demo.world import expected
from gateway.demo.world.load import load
from gateway.repository import records
from gateway.repository.tables import audit_event, item, metadata, record
from gateway.services import Services
from mappings.submission import Identifier, Traits
from tests.gateway.world import Software

WORLD = load()


@pytest.fixture
def services(database_url: str, tmp_path: Path) -> Iterator[Services]:
    """Give a gateway on each kind of database, empty."""
    opened, _ = open_demo(settings_in(tmp_path / "data", database_url=database_url))
    yield opened
    opened.store.engine.dispose()


def test_the_migrations_make_the_tables_the_code_speaks_of(services: Services) -> None:
    """Nothing differs between what Alembic made and tables.py."""
    with services.store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_every_key_but_the_index_begins_with_the_patient(services: Services) -> None:
    """Primary keys, unique constraints and foreign keys all carry patient_id first."""
    found = inspect(services.store.engine)
    for table in set(metadata.tables) - {"identifier_index"}:
        keys = [
            found.get_pk_constraint(table)["constrained_columns"],
            *(each["constrained_columns"] for each in found.get_foreign_keys(table)),
            *(each["column_names"] for each in found.get_unique_constraints(table)),
        ]
        assert {each[0] for each in keys} == {"patient_id"}, table


def test_no_column_may_be_null(services: Services) -> None:
    """A rule can never meet a null, in whatever column."""
    found = inspect(services.store.engine)
    nullable = [
        f"{table}.{column['name']}"
        for table in metadata.tables
        for column in found.get_columns(table)
        if column["nullable"]
    ]
    assert nullable == []


def test_the_demo_world_is_the_same_on_every_database(services: Services) -> None:
    """Deposits, masks and searches give each reader what is expected."""
    issuer = open_issuer(services.settings.data)
    seed(services, issuer, WORLD)
    software = Software(services)
    by_identifier = {each.identifier: name for name, each in WORLD.documents().items()}
    for reader in ("dentist", "gp", "corentine", "inaya", "psychiatrist"):
        seen = {
            by_identifier[identifier]
            for patient in WORLD.patients
            for identifier in software.identifiers(reader, patient)
        }
        wanted = {
            name
            for name, each in expected.load().items()
            if reader in each.seen_by | each.in_part_by
        }
        assert (reader, wanted) == (reader, seen)


def test_the_same_document_sent_at_once_is_one_document(services: Services) -> None:
    """Eight concurrent deposits of one document make one item and name the same one."""
    issuer = open_issuer(services.settings.data)
    seed(services, issuer, WORLD)
    deposit = next(each for each in WORLD.deposits if each.name == "back-pain-visit")
    oid = deposit.documents[0].identifier.removeprefix("urn:oid:").encode()
    body = deposit.body.replace(oid, b"2.25.999")

    def send(software: Software) -> tuple[int, str]:
        answer = software.ask(
            deposit.depositor,
            deposit.path,
            "POST",
            data=body,
            content_type=deposit.content_type,
        )
        return answer.status_code, answer.headers["Location"]

    # Made one by one: two threads that make routes at once trip over CPython 3.11's ast.
    clients = [Software(services) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, clients))
    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert len({location for _, location in answers}) == 1


def test_a_unit_that_fails_leaves_nothing(services: Services) -> None:
    """An error in the middle of a unit takes back all of it."""

    def count() -> int:
        with services.store.unit() as connection:
            return int(connection.scalar(select(func.count()).select_from(record)) or 0)

    before = count()
    traits = Traits((Identifier("urn:x", "1"),), "A")

    def fail() -> None:
        with services.store.unit() as connection:
            records.open_record(connection, services.store.keys, traits, "discreet")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert before == count()


def test_a_sealed_row_opens_in_no_other_record(services: Services) -> None:
    """A row moved to another record by who can write the database is not read."""
    store = services.store
    with store.unit() as connection:
        ids = [
            records.open_record(
                connection,
                store.keys,
                Traits((Identifier("urn:x", value),)),
                "discreet",
            )
            for value in ("1", "2")
        ]
        stolen = connection.execute(
            select(record.c.sealed_identity, record.c.wrapped_key).where(
                record.c.patient_id == ids[0]
            )
        ).one()
        connection.execute(
            update(record)
            .where(record.c.patient_id == ids[1])
            .values(sealed_identity=stolen.sealed_identity)
        )
        with pytest.raises(InvalidTag):
            records.by_id(connection, store.keys, ids[1])


def test_every_access_leaves_an_event_and_no_answer_goes_without(
    services: Services,
) -> None:
    """A read adds an event; when the event cannot be written, nothing is answered."""
    issuer = open_issuer(services.settings.data)
    seed(services, issuer, WORLD)
    software = Software(services)
    document_id = software.id_of("blood-count")
    with services.store.unit() as connection:
        held = records.by_identifiers(
            connection, services.store.keys, WORLD.patients["solene"].identifier
        )
        before = len(trail.of_record(connection, held))
    assert software.ask("gp", f"/fhir/Binary/{document_id}").status_code == 200
    with services.store.unit() as connection:
        events = trail.of_record(connection, held)
    assert len(events) == before + 1
    assert f"Binary/{document_id}" in str(events[-1]["entity"])
    with services.store.unit() as connection:
        audit_event.drop(connection)
    for path in ("Binary", "DocumentReference"):
        answer = software.ask("gp", f"/fhir/{path}/{document_id}")
        assert answer.status_code in (500, 503)
        assert b"RIVECOURT" not in answer.get_data()
    assert software.search("gp", "solene").status_code in (500, 503)


def test_items_hold_no_word_in_the_clear(services: Services) -> None:
    """What is not sealed in a row of items is a token, a number or a random id."""
    issuer = open_issuer(services.settings.data)
    seed(services, issuer, WORLD)
    with services.store.unit() as connection:
        rows = connection.execute(select(item)).mappings().all()
    shown = {
        str(value)
        for row in rows
        for name, value in row.items()
        if not name.startswith("sealed") and name != "kind"
    }
    assert all(set(value) <= set("0123456789abcdef-") for value in shown)
