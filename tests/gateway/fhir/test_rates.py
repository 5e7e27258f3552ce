"""How much is asked in a minute: counted by requests alone, never by what there is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from limits.errors import StorageError
from limits.storage import MemoryStorage
from werkzeug.test import Client, TestResponse

from gateway import metering
from gateway.clock import FixedClock
from gateway.edge import Edge, Rates
from gateway.fhir.app import create_app
from gateway.metering import Memory, Shared
from gateway.settings import SettingsError
from tests.gateway.world import Software

NEVER = "0" * 64
SEEN = "/fhir/Patient?identifier=urn:oid:1.2.250.1.213.1.4.8|199999999999999"


def metered(still: Software, quotas: Rates, clock: FixedClock) -> Software:
    """Return the same world behind an application with these quotas."""
    made = object.__new__(Software)
    made.world, made.issuer, made._tokens = still.world, still.issuer, {}
    settings = replace(still.services.settings, edge=Edge(quotas))
    made.services = replace(still.services, settings=settings, clock=clock)
    made.client = Client(create_app(made.services))
    return made


def asked(
    client: Software, path: str, times: int = 1, reader: str = "gp"
) -> list[TestResponse]:
    """Ask as the same professional, so many times."""
    return [client.ask(reader, path) for _ in range(times)]


@pytest.fixture
def clock(still: Software) -> FixedClock:
    """Give a clock that stands forty seconds into a minute, after the world began."""
    at = still.services.clock.now() + timedelta(minutes=1)
    return FixedClock(at.replace(second=40, microsecond=0))


def test_a_reader_who_asks_too_often_is_told_when_to_come_back(
    still: Software, clock: FixedClock
) -> None:
    """429 with an outcome and Retry-After; in the next minute all begins anew."""
    client = metered(still, Rates(reader=3), clock)
    answers = asked(client, SEEN, 4)
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    refused = answers[3]
    assert refused.get_json(force=True)["issue"][0]["code"] == "throttled"
    assert refused.headers["Retry-After"] == "20"
    assert client.ask("pharmacist", SEEN).status_code == 200  # others are not kept out
    clock.instant += timedelta(seconds=20)
    assert asked(client, SEEN)[0].status_code == 200


def test_quotas_are_told_and_what_is_left_when_it_is_little(
    still: Software, clock: FixedClock
) -> None:
    """As draft 11 writes it; while much is left, answers that are alike stay alike."""
    client = metered(still, Rates(reader=8, record=4), clock)
    answers = asked(client, f"/fhir/DocumentReference/{NEVER}", 4)
    assert {each.headers["RateLimit-Policy"] for each in answers} == {
        '"reader";q=8;w=60, "record";q=4;w=60'
    }
    told = [each.headers.get("RateLimit") for each in answers]
    assert told == [None, None, None, '"reader";r=4;t=20, "record";r=0;t=20']


def test_a_record_that_is_not_there_counts_the_same(
    still: Software, clock: FixedClock
) -> None:
    """Seen, hidden, unknown, by id or by number: the same headers after as many requests."""
    seen, hidden = map(still.id_of, ("blood-count", "hiv-consultation"))
    every = []
    for record in (seen, hidden, NEVER):
        client = metered(still, Rates(reader=100, record=2), clock)
        path = f"/fhir/DocumentReference/{record}"
        every.append(asked(client, path, 3, "pharmacist"))
    known = still.world.patients["solene"].identifier
    for person in (f"{known.system}|{known.value}", f"{known.system}|{'9' * 15}"):
        client = metered(still, Rates(reader=100, record=2), clock)
        path = f"/fhir/DocumentReference?patient.identifier={person}"
        every.append(asked(client, path, 3, "pharmacist"))
    heads = [
        [(e.headers.get("RateLimit"), e.headers["RateLimit-Policy"]) for e in answers]
        for answers in every
    ]
    assert heads.count(heads[0]) == len(heads)
    assert {answers[2].status_code for answers in every} == {429}
    assert [answers[0].status_code for answers in every] == [200, 404, 404, 200, 200]
    assert len({answers[2].get_data() for answers in every}) == 1


def test_one_record_is_one_whatever_is_asked_of_it(
    still: Software, clock: FixedClock
) -> None:
    """Every item of it, by every route; another record has a quota of its own."""
    client = metered(still, Rates(record=2), clock)
    item = f"{'a' * 32}{'1' * 32}"
    paths = (
        f"/fhir/DocumentReference/{item}",
        f"/fhir/Binary/{'a' * 32}{'2' * 32}",
        f"/fhir/Patient/{'a' * 32}",
        f"/fhir/Condition?patient=Patient/{'a' * 32}",
    )
    assert [client.ask("gp", each).status_code == 429 for each in paths] == [
        *(False, False, True, True)
    ]
    assert client.ask("gp", f"/fhir/Binary/{NEVER}").status_code == 404


def test_who_is_not_known_is_counted_by_address(
    still: Software, clock: FixedClock
) -> None:
    """Without a token, with a bad one, and at the open addresses; a reader there is not."""
    client = metered(still, Rates(address=2), clock)
    bad = {"Authorization": "Bearer x"}
    statuses = [
        client.client.get("/fhir/metadata").status_code,
        client.client.get(SEEN).status_code,
        client.client.get(SEEN, headers=bad).status_code,
        client.client.get("/openapi.json").status_code,
    ]
    assert statuses == [200, 401, 429, 429]
    other = {"REMOTE_ADDR": "192.0.2.7"}
    answer = client.client.get("/fhir/metadata", environ_overrides=other)
    assert answer.status_code == 200
    assert asked(client, SEEN)[0].status_code == 200


def test_a_household_in_ipv6_is_one_address(still: Software, clock: FixedClock) -> None:
    """It has as many addresses as it likes in its network."""
    client = metered(still, Rates(address=1), clock)
    statuses = [
        client.client.get(
            "/fhir/metadata", environ_overrides={"REMOTE_ADDR": each}
        ).status_code
        for each in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")
    ]
    assert statuses == [200, 429, 200]


def test_each_entry_of_a_batch_counts(still: Software, clock: FixedClock) -> None:
    """A batch is no way round: what is too much in it is a 429 of its entry."""
    client = metered(still, Rates(reader=3), clock)
    entry = {"request": {"method": "GET", "url": SEEN.removeprefix("/fhir/")}}
    batch = {"resourceType": "Bundle", "type": "batch", "entry": [entry] * 3}
    answer = client.ask("gp", "/fhir", "POST", json=batch, content_type=FHIR)
    found = [e["response"]["status"][:3] for e in answer.get_json(force=True)["entry"]]
    assert found == ["200", "200", "429"]


FHIR = "application/fhir+json"


def test_what_is_counted_names_nobody(
    still: Software,
    clock: FixedClock,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither keys nor log hold a number, a reader or an address."""
    kept: list[str] = []

    class Watched(Memory):
        def add(self, window: int, key: str) -> int:
            kept.append(key)
            return super().add(window, key)

    monkeypatch.setattr(metering, "Memory", Watched)
    number = still.world.patients["solene"].identifier.value
    client = metered(still, Rates(record=1), clock)
    asked(client, f"/fhir/DocumentReference?patient.identifier={number}", 3)
    reader = still.world.readers["gp"].identifier.value
    assert all(len(each) == 64 for each in kept)
    assert len(set(kept)) == 2
    text = caplog.text + " ".join(kept)
    assert "1 a minute, record" in text
    assert text.count("a minute") == 1
    assert not any(each in text for each in (number, reader, "127.0.0.1"))


@pytest.fixture
def shared() -> Iterator[str]:
    """Give the address of a storage that all who name it count in."""
    held = MemoryStorage()

    class Together(MemoryStorage):
        STORAGE_SCHEME = ("together",)  # type: ignore[assignment]

        def incr(self, key: str, expiry: float, amount: int = 1) -> int:
            return held.incr(key, expiry, amount)

    yield "together://"
    held.reset()


def test_several_processes_count_together(
    still: Software, clock: FixedClock, shared: str
) -> None:
    """Two applications with one storage are one to their readers."""
    one, other = (
        metered(still, Rates(reader=2, shared=shared), clock) for _ in range(2)
    )
    statuses = [c.ask("gp", SEEN).status_code for c in (one, other, one, other)]
    assert statuses == [200, 200, 429, 429]


def test_without_its_storage_each_counts_for_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A storage that cannot be had refuses nobody, and lets nobody in uncounted."""

    class Broken(MemoryStorage):
        STORAGE_SCHEME = ("broken",)  # type: ignore[assignment]

        def incr(self, _key: str, _expiry: float, _amount: int = 1) -> int:
            raise StorageError(OSError())

    counts = Shared("broken://")
    assert [counts.add(1, "a") for _ in range(3)] == [1, 2, 3]
    assert "cannot be had" in caplog.text


@pytest.mark.parametrize("address", ["nonsense://", "redis://127.0.0.1", "x"])
def test_a_storage_that_is_none_stops_the_start(address: str) -> None:
    """An unknown one, or one whose driver is not installed: by the name of the setting."""
    with pytest.raises(SettingsError, match=r"rates\.shared"):
        Shared(address)


def test_only_two_windows_are_kept() -> None:
    """What was counted in older minutes is forgotten, whoever comes late."""
    counts = Memory()
    assert [counts.add(each, "a") for each in (1, 2, 1, 3, 2, 4)] == [1, 1, 2, 1, 2, 1]
    assert counts.add(4, "a") == 2
    assert counts.add(1, "a") == 1
