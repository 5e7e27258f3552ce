"""What waits for an announcement: seen after a month by the clock, and never longer."""

from dataclasses import replace
from datetime import datetime, timedelta

from gateway.clock import FixedClock
from gateway.lifecycle import announcing
from gateway.notify import notices
from gateway.outbox.delivery import deliver
from gateway.repository import records
from gateway.services import Services
from tests.gateway.test_deposit import LETTERS, marked, renamed, send
from tests.gateway.world import Software

BIOPSY = "biopsy"


def later(software: Software, days: float) -> Software:
    """Return the same world so many days later, for who signs in then."""
    clock = FixedClock(software.services.clock.now() + timedelta(days=days))
    return Software(replace(software.services, clock=clock))


def told(services: Services, software: Software, at: datetime) -> list[str]:
    """Return the occasions of which the patient has a notice, after a delivery."""
    deliver(services.store, FixedClock(at), announcing.handlers())
    identifier = software.world.patients["octave"].identifier
    with services.store.unit() as connection:
        record = records.by_identifiers(connection, services.store.keys, identifier)
        return [each.occasion for each in notices.of_record(connection, record)]


def test_after_a_month_the_patient_sees_it(software: Software) -> None:
    """No job has to run: the clock is enough, on searches and reads alike."""
    wanted = software.world.documents()[BIOPSY].identifier
    public_id = software.id_of(BIOPSY)
    for days, seen in ((0, False), (26, False), (31, True)):
        then = later(software, days)
        assert (wanted in then.identifiers("octave", "octave")) is seen
        for kind in ("DocumentReference", "Binary"):
            answer = then.ask("octave", f"/fhir/{kind}/{public_id}")
            assert answer.status_code == (200 if seen else 404)


def test_a_repetition_does_not_hold_what_was_seen(software: Software) -> None:
    """To wait is asked with the deposit, never after: the patient may have read it."""
    wanted = LETTERS.documents[1].identifier
    send(software, LETTERS, marked(LETTERS, "INVISIBLE_PATIENT"))
    assert wanted in software.identifiers("solene", "solene")


def test_a_copy_does_not_prolong_the_wait(software: Software) -> None:
    """The same content under another identifier waits from when the first one came."""
    wanted = software.world.documents()[BIOPSY]
    deposit = next(d for d in software.world.deposits if d.name == BIOPSY)
    third_week = later(software, 21)
    assert send(third_week, deposit, renamed(deposit, "2.25.4711")).status_code == 201
    fifth_week = later(software, 31)
    seen = fifth_week.search("octave", "octave", "&_count=200").get_json(force=True)
    named = {e["resource"]["masterIdentifier"]["value"] for e in seen["entry"]}
    assert {wanted.identifier, "urn:oid:2.25.4711"} <= named


def test_after_two_weeks_the_patient_is_told(software: Software) -> None:
    """Once, that there is something to hear, and nothing of what."""
    services, now = software.services, software.services.clock.now()
    assert told(services, software, now + timedelta(days=13)) == []
    day = now + timedelta(days=15)
    assert told(services, software, day) == [announcing.WAITING]
    assert told(services, software, day + timedelta(days=9)) == [announcing.WAITING]


def test_the_depositor_says_that_it_was_announced(software: Software) -> None:
    """From then on the patient sees it, and no notice comes; nobody else can say so."""
    services, public_id = software.services, software.id_of(BIOPSY)
    path = f"/fhir/DocumentReference/{public_id}/$announced"
    parameters = {"json": {"resourceType": "Parameters"}}
    never = f"/fhir/DocumentReference/{'a' * 64}/$announced"
    for reader in ("gp", "octave", "dentist"):
        refused = software.ask(reader, path, "POST", **parameters)
        absent = software.ask(reader, never, "POST", **parameters)
        assert (refused.status, refused.get_data()) == (
            absent.status,
            absent.get_data(),
        )
    done = software.ask("pathologist", path, "POST", **parameters)
    assert done.status_code == 200
    assert software.ask("octave", f"/fhir/Binary/{public_id}").status_code == 200
    after = services.clock.now() + timedelta(days=15)
    assert told(services, software, after) == []
