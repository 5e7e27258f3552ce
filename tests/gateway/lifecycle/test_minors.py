"""A minor and who represents her: by the clock, suspended at once, secret everywhere."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.clock import FixedClock
from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.identity.principal import Principal
from gateway.inquiry import by_identifier, inquire
from gateway.lifecycle import representation
from gateway.lifecycle.turning import OPERATOR
from gateway.lifecycle.zones import ZONES
from gateway.repository import records
from gateway.services import Services
from labels.policy.question import Relation
from tests.gateway.lifecycle.test_life import answers, person
from tests.gateway.world import Software

BIRTHDAY = date(2029, 9, 14)
PARAMETERS = "Parameters"


def asked(
    services: Services, software: Software, reader: Principal, at: datetime
) -> frozenset[Relation]:
    """Return what a reader is to Inaya at an instant."""
    then = replace(services, clock=FixedClock(at))
    find = by_identifier(then, software.world.patients["inaya"].identifier)
    with inquire(then, reader, find) as inquiry:
        return inquiry.question.relations


def resettled(services: Services, software: Software, zone: str) -> None:
    """Have Inaya live elsewhere."""
    with services.store.unit() as connection:
        keys, who = services.store.keys, software.world.patients["inaya"].identifier
        record = records.by_identifiers(connection, keys, who)
        records.keep(connection, replace(record, zone=zone))


@pytest.mark.parametrize("zone", ["Europe/Paris", "Pacific/Noumea", "Pacific/Tahiti"])
def test_eighteen_is_midnight_where_she_lives(software: Software, zone: str) -> None:
    """A second before the birthday the mother represents; at midnight she does not."""
    resettled(software.services, software, zone)
    mother = person(software.world.patients["corentine"].identifier)
    midnight = datetime(
        BIRTHDAY.year, BIRTHDAY.month, BIRTHDAY.day, tzinfo=ZoneInfo(zone)
    )
    for at, represents in (
        (midnight - timedelta(seconds=1), True),
        (midnight, False),
    ):
        found = asked(software.services, software, mother, at.astimezone(UTC))
        assert (Relation.REPRESENTATIVE in found) is represents


def test_every_zone_is_known() -> None:
    """Each zone that can be chosen is one that the machine can compute."""
    assert all(ZoneInfo(each).key == each for each in ZONES)


def test_a_guardian_represents_no_minor(software: Software) -> None:
    """Who is guardian, and nothing else, sees nothing of a minor's record."""
    services = software.services
    who = software.world.patients["octave"].identifier
    held = HeldRelation(Relation.GUARDIAN, str(who))
    with services.store.unit() as connection:
        record = records.by_identifiers(
            connection,
            services.store.keys,
            software.world.patients["inaya"].identifier,
        )
        relations.declare(connection, record, held)
    assert software.identifiers("octave", "inaya") == set()


@pytest.mark.parametrize("who", ["inaya", "gp", "midwife"])
def test_suspended_is_a_stranger(software: Software, who: str) -> None:
    """At once the mother finds what a stranger finds, on every route; nothing tells."""
    inaya = software.world.patients["inaya"].identifier
    assert software.identifiers("corentine", "inaya")
    patient = {"system": inaya.system, "value": inaya.value}
    body = {
        "resourceType": PARAMETERS,
        "parameter": [{"name": "patient", "valueIdentifier": patient}],
    }
    done = software.ask(who, "/fhir/Patient/$suspend-representation", "POST", json=body)
    assert done.status_code == 200
    assert answers(software, "corentine", inaya) == answers(
        software, "psychiatrist", inaya
    )
    assert software.identifiers("inaya", "inaya")
    assert representation.restore(software.services, inaya, OPERATOR)
    assert software.identifiers("corentine", "inaya")


@pytest.mark.parametrize("who", ["corentine", "psychiatrist", "octave"])
def test_a_stranger_and_a_parent_suspend_nobody(software: Software, who: str) -> None:
    """One answer for a known child and for nobody; the mother keeps her access."""
    found = []
    inaya = software.world.patients["inaya"].identifier
    for value in (inaya.value, "100000000000063"):
        patient = {"system": inaya.system, "value": value}
        body = {
            "resourceType": PARAMETERS,
            "parameter": [{"name": "patient", "valueIdentifier": patient}],
        }
        path = "/fhir/Patient/$suspend-representation"
        answer = software.ask(who, path, "POST", json=body)
        found.append((answer.status, answer.get_data()))
    assert found[0] == found[1]
    assert found[0][0].startswith("404")
    assert software.identifiers("corentine", "inaya")


def test_one_of_two_is_suspended(software: Software) -> None:
    """Under joint authority the other parent goes on; what had an end keeps it."""
    services = software.services
    inaya = software.world.patients["inaya"].identifier
    father = software.world.patients["octave"].identifier
    until = (services.clock.now() + timedelta(days=9)).isoformat()
    with services.store.unit() as connection:
        record = records.by_identifiers(connection, services.store.keys, inaya)
        held = HeldRelation(Relation.REPRESENTATIVE, str(father), until=until)
        relations.declare(connection, record, held)
    mother = software.world.patients["corentine"].identifier
    find = by_identifier(services, inaya)
    assert representation.suspend(services, person(inaya), find, str(mother))
    assert software.identifiers("octave", "inaya")
    assert not software.identifiers("corentine", "inaya")
    now = services.clock.now()
    later = now + timedelta(days=10)
    assert asked(services, software, person(father), later) == frozenset()
