"""A request has so long: over it a clear answer, and nothing stored half."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import Client

from gateway import amending, deadline, raising, sandbox
from gateway.deadline import OverdueError
from gateway.deposit import deposit
from gateway.dividing import stands_without
from gateway.fhir import intake
from gateway.fhir.app import create_app
from gateway.labelling import label_document, label_set
from gateway.repository import crypt
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.store import Store, open_store
from gateway.repository.tables import audit_event, blob, item
from gateway.repository.vault import Vault
from gateway.services import Services
from labels.fhir import CONFIDENTIALITY
from mappings.cda import submission as cda
from mappings.content import Content
from mappings.pdf import UNREADABLE, PdfText, unread
from mappings.submission import Submission, Traits
from tests.gateway.world import Software

ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"
SOON = 0.2


def test_the_time_of_a_block_is_up() -> None:
    """Inside it work ends at the next look; outside nothing is limited."""
    deadline.check()
    assert deadline.left() is None
    with deadline.within(0):
        assert deadline.left() == 0
        with pytest.raises(OverdueError):
            deadline.check()
        with pytest.raises(OverdueError):
            list(deadline.each([1]))
    deadline.check()
    assert list(deadline.each([1])) == [1]


def test_a_block_inside_another_never_has_longer() -> None:
    """The entries of a batch share the time of the batch."""
    with deadline.within(0), deadline.within(1000):
        assert deadline.passed()
    with deadline.within(1000), deadline.within(0):
        assert deadline.passed()


def opened(url: str, folder: Path) -> Store:
    """Open a store of its own."""
    vault = Vault(folder / "vault")
    vault.check()
    return open_store(
        url, DeploymentKeys.of(crypt.load_key_file(folder / "key"), vault)
    )


def test_sqlite_gives_up_a_statement(tmp_path: Path) -> None:
    """In the middle of it; the next one of another request is answered."""
    store = opened(f"sqlite:///{tmp_path / 'a.db'}", tmp_path)
    with (
        pytest.raises(OperationalError, match="interrupted"),
        deadline.within(SOON),
        store.unit() as connection,
    ):
        connection.execute(text(ENDLESS))
    with store.unit() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    store.engine.dispose()


@pytest.mark.postgresql
def test_postgresql_gives_up_a_statement(tmp_path: Path, postgresql_url: str) -> None:
    """By its own clock; the limit ends with the transaction."""
    store = opened(postgresql_url, tmp_path)
    with (
        pytest.raises(OperationalError, match="statement timeout"),
        deadline.within(SOON),
        store.unit() as connection,
    ):
        connection.execute(text("SELECT pg_sleep(60)"))
    with store.unit() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "0"
    store.engine.dispose()


def test_nothing_is_committed_too_late(tmp_path: Path) -> None:
    """What the client is told did not happen does not happen."""
    store = opened(f"sqlite:///{tmp_path / 'a.db'}", tmp_path)
    with pytest.raises(OverdueError):
        write_slowly(store)
    with pytest.raises(OperationalError), store.unit() as connection:
        connection.execute(text("SELECT * FROM late"))
    store.engine.dispose()


def write_slowly(store: Store) -> None:
    """Write something, and be about to commit when the time is up."""
    with deadline.within(SOON), store.unit() as connection:
        connection.execute(text("CREATE TABLE late (a INT)"))
        while not deadline.passed():
            pass


def rows(services: Services) -> tuple[int | None, ...]:
    """Return how many items, originals and events there are."""
    with services.store.unit() as connection:
        return tuple(
            connection.scalar(select(func.count()).select_from(each))
            for each in (item, blob, audit_event)
        )


def test_a_locked_database_is_a_503_that_changes_nothing(software: Software) -> None:
    """With Retry-After and an outcome, for reads and deposits; then all is as before."""
    deposit = next(d for d in software.world.deposits if d.name == "ankle-visit")
    sent = {"data": deposit.body, "content_type": deposit.content_type}
    before = rows(software.services)
    found = []
    with software.services.store.unit():
        for path, method, more in (
            ("/fhir/Patient?identifier=urn:oid:1.2.250.1.213.1.4.8|1", "GET", {}),
            (deposit.path, "POST", sent),
        ):
            with deadline.within(SOON):
                found.append(software.ask(deposit.depositor, path, method, **more))
    for answer in found:
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        outcome = answer.get_json(force=True)
        assert outcome["issue"][0]["code"] in ("timeout", "transient")
    assert rows(software.services) == before


def test_a_deposit_that_takes_too_long_leaves_nothing(software: Software) -> None:
    """Given up while it is worked on, with what it would have stored."""

    def endless(_data: bytes) -> PdfText:
        while not deadline.passed():
            pass
        return UNREADABLE

    services = replace(software.services, pdf=endless)
    software.client = Client(create_app(services))
    deposit = next(d for d in software.world.deposits if b"application/pdf" in d.body)
    before = rows(services)
    with deadline.within(SOON):
        answer = software.ask(
            deposit.depositor,
            deposit.path,
            "POST",
            data=deposit.body,
            content_type=deposit.content_type,
        )
    assert answer.status_code == 503
    assert answer.get_json(force=True)["issue"][0]["code"] == "timeout"
    assert rows(services) == before


def test_the_labels_of_one_document_are_given_up(software: Software) -> None:
    """At the next place that is read, and before the next rendition that is tried."""
    held = next(d for d in software.world.deposits if d.path == "/cda")
    read = cda.read(held.body, unread)
    document = read.value.documents[0]
    kind = document.content_type
    with deadline.within(0):
        with pytest.raises(OverdueError):
            label_document(document, read.value)
        with pytest.raises(OverdueError):
            stands_without(document.body, kind, ())
    assert stands_without(document.body, kind, ())


def test_the_labels_of_a_set_are_given_up() -> None:
    """Its own words are read one by one too; it is labelled before anything is committed."""
    said = Submission(Traits(()), (), {}, (Content("List.title", text="Bilan"),))
    assert label_set(said).version
    with deadline.within(0), pytest.raises(OverdueError):
        label_set(said)


def test_what_is_kept_is_never_said_to_be_given_up(
    software: Software, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time ends between the commit and the answer: the change is answered as done."""
    late = 0.0

    def in_the_end(act: Callable[..., object]) -> Callable[..., object]:
        def done(*given: object, **named: object) -> object:
            nonlocal late
            found = act(*given, **named)
            late = 1000.0
            return found

        return done

    monkeypatch.setattr(deadline, "monotonic", lambda: monotonic() + late)
    monkeypatch.setattr(intake, "deposit", in_the_end(deposit))
    monkeypatch.setattr(amending, "amend", in_the_end(amending.amend))
    monkeypatch.setattr(raising, "raised", in_the_end(raising.raised))
    sent_in = next(d for d in software.world.deposits if d.name == "ankle-visit")
    path = f"/fhir/DocumentReference/{software.id_of('ankle-visit')}"
    coding = {"system": CONFIDENTIALITY, "code": "R"}
    meta = {"name": "meta", "valueMeta": {"security": [coding]}}
    wrong = [{"op": "replace", "path": "/status", "value": "entered-in-error"}]
    patch = json.dumps(wrong).encode()
    body = json.dumps({"resourceType": "Parameters", "parameter": [meta]}).encode()
    found = []
    for where, method, data, kind in (
        (sent_in.path, "POST", sent_in.body, sent_in.content_type),
        (path, "PATCH", patch, "application/json-patch+json"),
        (f"{path}/$meta-add", "POST", body, "application/fhir+json"),
    ):
        late = 0.0
        software.forget()
        sent = {"data": data, "content_type": kind}
        answer = software.ask(sent_in.depositor, where, method, **sent)
        found.append((late, answer.status_code))
    assert found == [(1000.0, 200)] * 3


def test_a_pdf_has_no_longer_than_its_request() -> None:
    """Its child is ended with it; what was not read is unreadable, so restricted."""
    with deadline.within(0):
        assert sandbox.pdf(b"%PDF-1.4") == UNREADABLE
