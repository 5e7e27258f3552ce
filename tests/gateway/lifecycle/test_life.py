"""The life of a record: what each act leaves readable, to whom, and how it is proved."""

import shutil
from dataclasses import replace
from datetime import date, timedelta

import pytest
from cryptography.exceptions import InvalidTag

from gateway.clock import FixedClock
from gateway.identity.principal import Principal
from gateway.lifecycle import certificate, certificate_pdf, erasure, turning
from gateway.lifecycle.act import Act, CannotFollowError
from gateway.lifecycle.turning import OPERATOR
from gateway.outbox.delivery import deliver
from gateway.repository import records, signing
from gateway.repository.records import HOUSE
from gateway.services import Services, start
from labels.codes import Purpose
from mappings import ins
from mappings.submission import Identifier, Traits
from tests.gateway.world import Software

NOBODY = Identifier(ins.NIR_TEST, "100000000000063")
TRAITS = Traits((NOBODY,), "DURAND", ("LÉA",), birth_date="2001-02-03", gender="female")


def person(identifier: Identifier) -> Principal:
    """Return the person of an identifier, as a token says."""
    return Principal(str(identifier), patient=(identifier,), purpose=Purpose.PATRQT)


def at(services: Services, days: float) -> Services:
    """Return the same gateway so many days later."""
    later = services.clock.now() + timedelta(days=days)
    return replace(services, clock=FixedClock(later))


def answers(software: Software, reader: str, identifier: Identifier) -> list[object]:
    """Return what a reader observes of a person on the routes that name one."""
    token = f"{identifier.system}|{identifier.value}"
    seen: list[object] = []
    for path in (
        "/fhir/Patient?identifier=",
        "/fhir/DocumentReference?patient.identifier=",
        "/fhir/List?patient.identifier=",
    ):
        answer = software.ask(reader, f"{path}{token}")
        body = answer.get_json(force=True)
        body.pop("link", None)
        seen.append((answer.status, body))
    return seen


@pytest.mark.parametrize("act", [turning.oppose, turning.close, turning.erase])
def test_not_open_is_unknown(software: Software, act: turning.Turned) -> None:
    """Opposed, closed, erased and never opened are one answer, to everybody."""
    identifier = software.world.patients["solene"].identifier
    public_id = software.id_of("dental-assessment")
    act(software.services, identifier, OPERATOR)
    for reader in ("solene", "gp", "dentist", "psychiatrist"):
        unknown = answers(software, reader, NOBODY)
        assert answers(software, reader, identifier) == unknown
        for kind in ("DocumentReference", "Binary"):
            gone = software.ask(reader, f"/fhir/{kind}/{public_id}")
            never = software.ask(reader, f"/fhir/{kind}/{'a' * 64}")
            assert (gone.status, gone.get_data()) == (never.status, never.get_data())


def test_a_closed_record_opens_again_as_it_was(software: Software) -> None:
    """Reopening restores exactly what every reader saw; the planned erasure is off."""
    services = software.services
    identifier = software.world.patients["solene"].identifier
    before = {who: software.identifiers(who, "solene") for who in ("gp", "dentist")}
    turning.close(services, identifier, OPERATOR)
    turning.reopen(services, identifier, OPERATOR)
    after = {who: software.identifiers(who, "solene") for who in ("gp", "dentist")}
    assert after == before
    keys = services.store.keys
    later = FixedClock(services.clock.now() + timedelta(days=3700))
    deliver(services.store, later, erasure.handlers(keys))
    assert software.identifiers("gp", "solene") == before["gp"]


def test_ten_years_after_closing_it_is_erased(software: Software) -> None:
    """Nine years on a closed record can be opened again; after ten it is gone."""
    services = software.services
    identifier = software.world.patients["solene"].identifier
    turning.close(services, identifier, OPERATOR)
    keys, began = services.store.keys, services.clock.now()
    for years, there in ((9, True), (11, False)):
        clock = FixedClock(began + timedelta(days=366 * years))
        deliver(services.store, clock, erasure.handlers(keys))
        with services.store.unit() as connection:
            found = records.held_for(connection, keys, identifier)
        assert (found is not None) is there


def test_an_erased_record_is_unreadable_in_a_copy_of_the_database(
    software: Software,
) -> None:
    """A backup made before, with the key file itself, opens nothing of it."""
    services = software.services
    identifier = software.world.patients["solene"].identifier
    keys = services.store.keys
    with services.store.unit() as connection:
        patient_id = records.by_identifiers(connection, keys, identifier).patient_id
    services.store.engine.dispose()
    database = services.settings.data / "paravent.db"
    shutil.copy(database, database.with_suffix(".copy"))
    turning.erase(services, identifier, OPERATOR)
    services.store.engine.dispose()
    for left in services.settings.data.glob("paravent.db-*"):
        left.unlink()
    shutil.move(database.with_suffix(".copy"), database)

    restored = start(services.settings)
    with restored.store.unit() as connection:
        found = records.by_id(connection, restored.store.keys, patient_id)
        assert found.patient_id == HOUSE
        assert records.in_any_state(connection, restored.store.keys, patient_id) is None
        row = records.row_of(connection, patient_id)
        assert row is not None
        with pytest.raises(InvalidTag):
            restored.store.keys.open_record_key(row.wrapped_key, patient_id)
    traits = replace(TRAITS, identifiers=(identifier,))
    assert turning.open_record(restored, traits, "discreet") != patient_id
    restored.store.engine.dispose()


def test_a_stop_in_the_middle_of_an_erasure_is_made_up_for(software: Software) -> None:
    """The secret of a record that was erased goes at the next start, if it was left."""
    services = software.services
    identifier = software.world.patients["solene"].identifier
    keys = services.store.keys
    with services.store.unit() as connection:
        patient_id = records.by_identifiers(connection, keys, identifier).patient_id
        records.erase(connection, patient_id)
    assert keys.vault.find(patient_id) is not None
    start(services.settings).store.engine.dispose()
    assert keys.vault.find(patient_id) is None


def test_opposition_keeps_a_record_from_being_opened(services: Services) -> None:
    """Who opposed gets no record until the opposition is withdrawn; then one can be."""
    turning.oppose(services, NOBODY, person(NOBODY))
    with pytest.raises(CannotFollowError):
        turning.open_record(services, TRAITS, "discreet")
    with pytest.raises(CannotFollowError):
        turning.oppose(services, NOBODY, person(NOBODY))
    turning.withdraw(services, NOBODY, person(NOBODY))
    with services.store.unit() as connection:
        keys = services.store.keys
        assert records.held_for(connection, keys, NOBODY) is None
    assert turning.open_record(services, TRAITS, "very_discreet")


def test_an_opposed_record_that_is_erased_stays_opposed(software: Software) -> None:
    """Erasing what was kept does not undo the opposition."""
    identifier = software.world.patients["solene"].identifier
    turning.oppose(software.services, identifier, OPERATOR)
    turning.erase(software.services, identifier, OPERATOR)
    traits = replace(TRAITS, identifiers=(identifier,))
    with pytest.raises(CannotFollowError):
        turning.open_record(software.services, traits, "discreet")


def test_a_certificate_proves_itself_for_its_person_alone(services: Services) -> None:
    """Its code verifies with the public key; not changed, not for somebody else."""
    issued = turning.oppose(services, NOBODY, person(NOBODY))
    public = signing.public_key(services.store.keys)
    held = certificate.read(issued.code, public, NOBODY)
    assert held is not None
    assert held.what == Act.OPPOSE
    other = Identifier(NOBODY.system, "2910499999901")
    assert certificate.read(issued.code, public, other) is None
    for broken in (
        "",
        "a.b.c",
        issued.code[:-2],
        f"{issued.code}.x",
        "PARAVENT1.e30.e30",
    ):
        assert certificate.read(broken, public, NOBODY) is None
    pdf = certificate_pdf.written(issued)
    assert pdf.startswith(b"%PDF")
    assert pdf == certificate_pdf.written(issued)


def test_after_a_death_only_depositors_see(software: Software) -> None:
    """Care, mandates and the account end; what one deposited stays; an error is undone."""
    services = software.services
    identifier = software.world.patients["solene"].identifier
    before = software.identifiers("gp", "solene")
    turning.decease(services, identifier, date(2026, 11, 1), OPERATOR)
    assert software.identifiers("solene", "solene") == set()
    assert software.identifiers("pharmacist", "solene") == set()
    own = software.identifiers("gp", "solene")
    assert own < before
    turning.decease(services, identifier, None, OPERATOR)
    assert software.identifiers("gp", "solene") == before


def test_patients_act_by_the_api(software: Software) -> None:
    """Close, reopen, erase: by the person alone, and once there is nothing, not found."""
    parameters = {"json": {"resourceType": "Parameters"}}
    for reader, status in (("gp", 403), ("solene", 200)):
        answer = software.ask(reader, "/fhir/Patient/$close", "POST", **parameters)
        assert answer.status_code == status
    again = software.ask("solene", "/fhir/Patient/$close", "POST", **parameters)
    assert again.status_code == 404
    for name in ("$reopen", "$erase"):
        done = software.ask("solene", f"/fhir/Patient/{name}", "POST", **parameters)
        assert done.status_code == 200
    after = software.ask("solene", "/fhir/Patient/$reopen", "POST", **parameters)
    assert (after.status_code, after.get_data()) == (404, again.get_data())
