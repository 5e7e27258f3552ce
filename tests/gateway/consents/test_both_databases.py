"""Codes, counters and ties on SQLite and on PostgreSQL: once is once, also at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from gateway import presenting
from gateway.consents import attempts, codes
from gateway.consents.attempts import Limit
from gateway.demo.environment import open_demo, settings_in
from gateway.identity.claims import PERSON_SYSTEM
from gateway.identity.principal import Principal
from gateway.repository import entries, records
from gateway.repository.entries import REVIEW
from gateway.repository.records import Record
from gateway.services import Services
from mappings.ins import NIR_TEST
from mappings.submission import Identifier, Traits

WHO = Identifier(NIR_TEST, "180029935000160")
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = Limit(3, timedelta(hours=1))


@pytest.fixture
def services(database_url: str, tmp_path: Path) -> Iterator[Services]:
    """Give a gateway with one record, on each kind of database."""
    opened, _ = open_demo(settings_in(tmp_path / "data", database_url=database_url))
    with opened.store.unit() as connection:
        keys = opened.store.keys
        records.open_record(connection, keys, Traits((WHO,)), "discreet")
    yield opened
    opened.store.engine.dispose()


def opened(services: Services, connection: Connection) -> Record:
    """Return the record of the test."""
    return records.by_identifiers(connection, services.store.keys, WHO)


def test_a_code_presented_at_once_by_many_opens_once(services: Services) -> None:
    """Of six professionals who present the same code at the same time, one is let in."""
    with services.store.unit() as connection:
        record = opened(services, connection)
        made = codes.make(connection, record, services.clock.now())
    presenters = [
        Principal(f"{PERSON_SYSTEM}|89970099{number:04}", profession="10")
        for number in range(6)
    ]
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(
                lambda each: presenting.present(services, each, WHO, made.code),
                presenters,
            )
        )
    assert len([each for each in answers if each is not None]) == 1


def test_failures_counted_at_once_are_all_counted(services: Services) -> None:
    """A presenter who tries in parallel is counted as one who tries in turn."""
    presenter = Principal(f"{PERSON_SYSTEM}|899700990001", profession="10")
    known = Principal(f"{PERSON_SYSTEM}|899700990002", profession="10")
    presenting.present(services, presenter, WHO, "AAAAAAAA")
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda _: presenting.present(services, presenter, WHO, "AAAAAAAA"),
                range(6),
            )
        )
    with services.store.unit() as connection:
        house = records.by_id(connection, services.store.keys, records.HOUSE)
        at, hour = services.clock.now(), timedelta(hours=1)
        who = presenter.subject
        assert attempts.reached(connection, house, who, Limit(7, hour), at)
        assert not attempts.reached(connection, house, who, Limit(8, hour), at)
        assert not attempts.reached(
            connection, house, known.subject, Limit(1, hour), at
        )


def test_a_window_is_over_when_its_time_has_passed(services: Services) -> None:
    """Three failures reach the limit; an hour after the first they are forgotten."""
    with services.store.unit() as connection:
        record = opened(services, connection)
        for minutes in (0, 30, 59):
            at = AT + timedelta(minutes=minutes)
            assert not attempts.reached(connection, record, "a", HOUR, at)
            attempts.failed(connection, record, "a", HOUR, at)
        assert attempts.reached(connection, record, "a", HOUR, AT)
        over = AT + timedelta(hours=1)
        assert not attempts.reached(connection, record, "a", HOUR, over)
        attempts.failed(connection, record, "a", HOUR, over)
        assert not attempts.reached(connection, record, "a", HOUR, over)


def test_a_second_entry_under_an_id_takes_the_place_of_the_first(
    services: Services,
) -> None:
    """One id is one entry, whoever comes first."""
    with services.store.unit() as connection:
        keys = opened(services, connection).keys
        for value in ("first", "second"):
            entries.put(connection, REVIEW, keys, "0" * 32, {"is": value})
        assert entries.find(connection, REVIEW, keys, "0" * 32) == {"is": "second"}
        assert entries.find(connection, REVIEW, keys, "1" * 32) is None
        assert len(entries.of_record(connection, REVIEW, keys)) == 1
