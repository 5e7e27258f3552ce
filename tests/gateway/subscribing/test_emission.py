"""What a subscriber is told is judged when it is sent, at least once and in order."""

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.consents import emergencies, relations
from gateway.consents.emergencies import Grant
from gateway.consents.relations import HeldRelation
from gateway.demo.world.load import load
from gateway.fhir import subscription_json
from gateway.identity.principal import Principal
from gateway.inquiry import by_identifier
from gateway.lifecycle import turning
from gateway.outbox.delivery import pause
from gateway.repository import entries, outbox, records
from gateway.repository.records import Record
from gateway.smart import clients
from gateway.smart.clients import Client, Registration
from gateway.subscribing import emission, requesting
from gateway.subscribing.subscription import Status
from labels.codes import Purpose
from labels.policy.question import Relation
from mappings.fhir import shape
from tests.gateway.smart.applications import CALLBACK, Applications, person
from tests.gateway.subscribing.hearing import Listener
from tests.gateway.subscribing.scene import PATIENT, READER, SECRET, Scene, subscription


def record(scene: Scene) -> Record:
    """Return the record that everything here is about."""
    store = scene.services.store
    identifier = scene.software.world.patients[PATIENT].identifier
    with store.unit() as connection:
        return records.by_identifiers(connection, store.keys, identifier)


def waiting(scene: Scene) -> list[str]:
    """Return the kinds of the rows that are left in the outbox, due or not."""
    found = record(scene)
    with scene.services.store.unit() as connection:
        rows = outbox.due(connection, found, scene.clock.now() + timedelta(days=99))
    return [each.kind for each in rows if each.kind == "subscription"]


def tie(scene: Scene, kind: Relation, who: str, *, ended: bool = False) -> None:
    """Declare a relation, or end all of that kind with somebody."""
    at, found = scene.clock.now(), record(scene)
    with scene.services.store.unit() as connection:
        place = connection, found
        if not ended:
            relations.declare(*place, HeldRelation(kind, who, since=at.isoformat()))
        for row_id, held in relations.kept(*place) if ended else []:
            if (held.kind, held.who) == (kind, who):
                relations.end(*place, row_id, at)


def test_a_document_is_told_by_its_id_and_nothing_else(
    scene: Scene, listener: Listener
) -> None:
    """The endpoint is greeted, then told once; the patient finds it in the log."""
    made = scene.subscribe(
        subscription(
            f"{listener.address}/in?tenant=7",
            header=[f"Authorization: Bearer {SECRET}", "X-Practice: 12"],
        )
    )
    found = made.get_json(force=True)["id"]
    assert scene.status(found) == "requested"
    scene.deliver()
    assert scene.status(found) == "active"
    public_id = scene.deposit("a canary of the text")
    scene.deliver()
    scene.deliver()
    greeting, told = listener.heard
    assert greeting.status["type"] == "handshake"
    assert told.status["type"] == "event-notification"
    assert told.status["events-since-subscription-start"] == "1"
    base = f"{scene.services.settings.base_url}/fhir/DocumentReference"
    assert told.named == [f"{base}/{public_id}"]
    assert b"canary" not in told.body
    for each in (greeting, told):
        assert shape.check(each.bundle, "Bundle") == ()
    shown = scene.ask(READER, f"/fhir/Subscription/{found}").get_json(force=True)
    assert shape.check(shown, "Subscription") == ()
    assert all("resource" not in each for each in told.bundle["entry"][1:])
    assert told.path == "/in?tenant=7"
    headers = dict(told.headers)
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert headers["X-Practice"] == "12"
    assert headers["Content-Type"] == "application/fhir+json"
    log = scene.ask(PATIENT, f"/fhir/AuditEvent?patient={public_id[:32]}&_count=200")
    assert public_id in log.get_data(as_text=True)
    assert emission.TOLD in log.get_data(as_text=True)


def test_criteria_choose(scene: Scene, listener: Listener) -> None:
    """A document of another type tells nothing; one that matches does."""
    scene.active(f"{listener.address}/in", more="&type=11502-2")
    scene.deposit("a consultation")
    scene.deliver()
    assert listener.events == []
    scene.active(f"{listener.address}/in", "gp", more="&type=11488-4&date=ge2020")
    scene.deposit("another")
    scene.deliver()
    assert len(listener.events) == 1


@pytest.mark.parametrize("how", ["masked", "ended", "blocked", "restricted"])
def test_what_may_not_be_seen_any_more_is_not_told(
    scene: Scene, listener: Listener, how: str
) -> None:
    """Right when it was written, wrong when it would leave: nothing leaves, no trace."""
    found = scene.active(f"{listener.address}/in")
    who = load().readers[READER].id
    public_id = scene.deposit("one", "V" if how == "restricted" else "N")
    if how == "masked":
        scene.mask(public_id)
    if how == "ended":
        tie(scene, Relation.CARE_TEAM, who, ended=True)
    if how == "blocked":
        tie(scene, Relation.BLOCKED, who)
    scene.deliver()
    assert listener.events == []
    assert waiting(scene) == []
    if how in ("masked", "restricted"):
        assert scene.status(found) == "active"
        path = f"/fhir/Subscription/{found}/$status"
        told = scene.ask(READER, path).get_data(as_text=True)
        assert '"events-since-subscription-start","valueString":"0"' in told
    else:
        assert scene.ask(READER, f"/fhir/Subscription/{found}").status_code == 404


def test_masked_between_two_tries_it_is_not_told(
    scene: Scene, listener: Listener
) -> None:
    """The first try failed; by the second the patient had decided."""
    found = scene.active(f"{listener.address}/in")
    public_id = scene.deposit("one")
    listener.answers = [503]
    scene.deliver()
    scene.mask(public_id)
    scene.wait(minutes=2)
    scene.deliver()
    assert len(listener.events) == 1
    assert scene.status(found) == "active"


def test_it_ends_with_its_relation_and_does_not_come_back(
    scene: Scene, listener: Listener
) -> None:
    """Let in again, or unblocked: off, and a new one is to be made."""
    found = scene.active(f"{listener.address}/in")
    who = load().readers[READER].id
    tie(scene, Relation.BLOCKED, who)
    scene.wait(minutes=1)
    tie(scene, Relation.BLOCKED, who, ended=True)
    assert scene.status(found) == "off"
    other = scene.active(f"{listener.address}/other")
    tie(scene, Relation.CARE_TEAM, who, ended=True)
    scene.wait(minutes=1)
    tie(scene, Relation.CARE_TEAM, who)
    assert scene.status(other) == "off"
    shown = scene.ask(READER, f"/fhir/Subscription/{other}").get_json(force=True)
    begun = shown | {"status": "requested"}
    path = f"/fhir/Subscription/{other}"
    assert scene.ask(READER, path, "PUT", begun).status_code == 422
    scene.deposit("one")
    scene.deliver()
    assert listener.events == []


def test_it_ends_at_its_end(scene: Scene, listener: Listener) -> None:
    """From the instant on that its subscriber named."""
    end = (scene.clock.now() + timedelta(minutes=30)).isoformat()
    body = subscription(f"{listener.address}/in") | {"end": end}
    found = scene.subscribe(body).get_json(force=True)["id"]
    scene.deliver()
    scene.wait(minutes=30)
    scene.deposit("one")
    scene.deliver()
    assert listener.events == []
    assert scene.status(found) == "off"


def test_an_emergency_begins_none_and_widens_none(
    scene: Scene, listener: Listener
) -> None:
    """A stranger in an emergency is answered as always; a member is told no more."""
    scene.active(f"{listener.address}/in")
    world, at, found = load(), scene.clock.now(), record(scene)
    with scene.services.store.unit() as connection:
        for reader in ("psychiatrist", READER):
            who = world.readers[reader]
            given = Grant(who.id, who.organization, Purpose.BTG, at, at)
            emergencies.grant(connection, found, given)
    stranger = scene.subscribe(subscription(f"{listener.address}/x"), "psychiatrist")
    assert stranger.status_code == 404
    scene.deposit("one", "R")
    scene.deliver()
    assert listener.events == []


def test_a_record_that_is_closed_tells_nothing_more(
    scene: Scene, listener: Listener
) -> None:
    """Nor when it is opened again: its subscriptions are gone."""
    found = scene.active(f"{listener.address}/in")
    scene.deposit("one")
    identifier = scene.software.world.patients[PATIENT].identifier
    turning.close(scene.services, identifier, turning.OPERATOR)
    scene.deliver()
    turning.reopen(scene.services, identifier, turning.OPERATOR)
    scene.deposit("two")
    scene.deliver()
    assert listener.events == []
    assert scene.ask(READER, f"/fhir/Subscription/{found}").status_code == 404


def test_it_is_told_again_until_it_is_taken(scene: Scene, listener: Listener) -> None:
    """Under one name each time; what came meanwhile waits with it, in order."""
    scene.active(f"{listener.address}/in")
    first = scene.deposit("one")
    listener.answers = [500]
    scene.deliver()
    scene.wait(seconds=30)
    second = scene.deposit("two")
    assert scene.deliver() == {}
    scene.wait(seconds=30)
    listener.answers = [429]
    scene.deliver()
    scene.wait(minutes=2)
    scene.deliver()
    failed, again, taken = listener.events
    assert [each.rpartition("/")[2] for each in failed.named] == [first]
    assert [each.rpartition("/")[2] for each in taken.named] == [first, second]
    assert again.bundle["id"] == taken.bundle["id"] != failed.bundle["id"]
    assert taken.status["events-since-subscription-start"] == "2"


def test_after_two_hours_it_stands_in_error(scene: Scene, listener: Listener) -> None:
    """Said in words that tell nothing; what comes then is not kept for it."""
    found = scene.active(f"{listener.address}/in")
    scene.deposit("one")
    listener.answers = [500] * 99
    for attempt in range(1, emission.MOST_TRIES + 2):
        scene.deliver()
        scene.clock.instant += pause(attempt)
    scene.wait()
    shown = scene.ask(READER, f"/fhir/Subscription/{found}").get_json(force=True)
    assert shown["status"] == "error"
    assert shown["error"] == "The endpoint did not take what was sent to it."
    assert len(listener.events) == emission.MOST_TRIES
    listener.answers = []
    scene.deposit("two")
    assert scene.deliver() == {}
    path = f"/fhir/Subscription/{found}"
    del shown["error"]
    scene.ask(READER, path, "PUT", shown | {"status": "requested"})
    scene.deliver()
    assert scene.status(found) == "active"


@pytest.mark.parametrize("status", [307, 410])
def test_a_refusal_for_good_ends_in_error(
    scene: Scene, listener: Listener, status: int
) -> None:
    """A redirect is one: it is not followed, whereever it leads."""
    listener.location = f"{listener.address}/elsewhere"
    listener.answers = [status]
    made = scene.subscribe(subscription(f"{listener.address}/in"))
    scene.deliver()
    assert [each.path for each in listener.heard] == ["/in"]
    assert scene.status(made.get_json(force=True)["id"]) == "error"
    assert scene.deliver() == {}


def test_an_origin_taken_off_the_list_is_told_no_more(
    scene: Scene, listener: Listener
) -> None:
    """The list is asked when something is sent."""
    found = scene.active(f"{listener.address}/in")
    scene.deposit("one")
    settings = replace(scene.services.settings, webhooks=frozenset())
    scene.services = replace(scene.services, settings=settings)
    scene.deliver()
    assert listener.events == []
    assert scene.status(found) == "error"


def test_a_long_absence_ends_in_few_messages(
    scene: Scene, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many documents in each, the rest at the next pass, every one told once."""
    monkeypatch.setattr(emission, "AT_ONCE", 2)
    scene.active(f"{listener.address}/in")
    ids = {scene.deposit(str(each)) for each in range(3)}
    while scene.deliver():
        pass
    told = [n.rpartition("/")[2] for each in listener.events for n in each.named]
    assert sorted(told) == sorted(ids)
    counts = [e.status["events-since-subscription-start"] for e in listener.events]
    assert counts == ["2", "3"]


def test_a_stop_between_sending_and_keeping_sends_again(
    scene: Scene, listener: Listener
) -> None:
    """At least once: another process finds the row when its lease is over."""
    scene.active(f"{listener.address}/in")
    scene.deposit("one")
    found = record(scene)
    with scene.services.store.unit() as connection:
        row = outbox.due(connection, found, scene.clock.now())[0]
        leased = replace(row, not_before=row.not_before + timedelta(minutes=10))
        outbox.keep(connection, found, replace(leased, attempts=1))
    scene.services.store.engine.dispose()
    assert scene.deliver() == {}
    scene.wait(minutes=10)
    scene.deliver()
    assert len(listener.events) == 1


def test_no_address_and_no_secret_is_logged(
    scene: Scene, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    """An operator reads that something did not leave, not what or where to."""
    caplog.set_level(logging.DEBUG)
    scene.subscribe(subscription(f"{listener.address}/in", header=[f"X-Key: {SECRET}"]))
    listener.answers = [500]
    scene.deliver()
    assert "did not leave" in caplog.text
    assert SECRET not in caplog.text
    assert listener.address not in caplog.text


def registered(scene: Scene) -> Client:
    """Return an application of persons, registered."""
    said = Registration(
        *("Diary", "patient", ("launch/patient", "offline_access", "patient/*.cruds")),
        redirect_uris=(CALLBACK,),
        owner="Diary SAS",
    )
    return clients.register(scene.services, said)


def test_it_ends_when_the_application_is_revoked(
    scene: Scene, listener: Listener
) -> None:
    """``client revoke`` ends what an application goes on being told, whoever let it in."""
    apps = Applications(scene.services)
    app = registered(scene)
    held = apps.launched(app, person(scene.software, PATIENT), "patient/*.cruds")
    body = json.dumps(subscription(f"{listener.address}/in"))
    sent = {"data": body, "content_type": "application/fhir+json"}
    made = apps.ask(held["access_token"], "/fhir/Subscription", "POST", **sent)
    assert made.status_code == 201
    scene.deliver()
    scene.deposit("one")
    scene.deliver()
    assert len(listener.events) == 1
    clients.end(scene.services, app.id)
    scene.deposit("two")
    scene.deliver()
    assert len(listener.events) == 1


@pytest.mark.parametrize("ended", ["ended", "until"])
def test_it_ends_with_the_application_that_made_it(
    scene: Scene, listener: Listener, ended: str
) -> None:
    """A grant that the person ended, or that is over; no other, older or later, holds it."""
    found, at = record(scene), scene.clock.now()
    reader = Principal(
        subject=str(found.identity.identifiers[0]),
        patient=found.identity.identifiers,
        purpose=Purpose.PATRQT,
        client=registered(scene).id,
    )
    held = {
        "client": reader.client,
        "subject": reader.subject,
        "since": at.isoformat(),
        "until": (at + timedelta(days=9)).isoformat(),
        "ended": "",
    }
    with scene.services.store.unit() as connection:
        grant = entries.append(connection, entries.GRANT, found.keys, held)
        entries.append(connection, entries.GRANT, found.keys, held)
    reader = replace(reader, grant=grant)
    wish = subscription_json.asked(
        subscription(f"{listener.address}/in"), frozenset({listener.address})
    ).wish
    find = by_identifier(scene.services, found.identity.identifiers[0])
    made = requesting.create(scene.services, reader, find, wish)
    assert made is not None
    scene.deliver()
    scene.deposit("one")
    scene.deliver()
    assert len(listener.events) == 1
    scene.wait(minutes=1)
    over = held | {ended: scene.clock.now().isoformat()}
    later = held | {"since": scene.clock.now().isoformat()}
    with scene.services.store.unit() as connection:
        entries.replace(connection, entries.GRANT, found.keys, grant, over)
        entries.append(connection, entries.GRANT, found.keys, later)
    scene.deposit("two")
    scene.deliver()
    assert len(listener.events) == 1
    told = requesting.read(scene.services, reader, str(made.id))
    assert told is not None
    assert told.status is Status.OFF
