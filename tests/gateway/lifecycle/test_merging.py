"""Two records made one: nobody gains sight; made two again, exactly as they were."""

from typing import Any

import pytest
from sqlalchemy import select

from gateway.consents import directives, relations
from gateway.consents.relations import HeldRelation
from gateway.inquiry import by_identifier, inquire
from gateway.lifecycle import merging, turning
from gateway.lifecycle.act import CannotFollowError
from gateway.lifecycle.audience import preset
from gateway.lifecycle.turning import OPERATOR
from gateway.repository import records
from gateway.repository.tables import audit_event, identifier_index, metadata
from gateway.services import Services
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.policy.question import Relation
from mappings import ins
from mappings.submission import Identifier, Traits
from tests.gateway.lifecycle.test_life import answers
from tests.gateway.test_deposit import CDA, LETTERS, send
from tests.gateway.world import Software

OLD = ins.identifier(ins.NIR_TEST, "1910499999902")
READERS = ("solene", "gp", "dentist", "pharmacist", "endocrinologist", "psychiatrist")
DENTIST, PHARMACIST = "dentist", "pharmacist"


def second_record(software: Software, *members: str) -> Identifier:
    """Open another record for Solène, with a care team and a document of its own."""
    services, world = software.services, software.world
    known = world.patients["solene"].traits
    traits = Traits(
        (OLD,), known.family, known.given, birth_date=known.birth_date, gender="male"
    )
    turning.open_record(services, traits, "law")
    with services.store.unit() as connection:
        record = records.by_identifiers(connection, services.store.keys, OLD)
        for member in members:
            held = HeldRelation(Relation.CARE_TEAM, world.readers[member].id)
            relations.declare(connection, record, held)
    body = CDA.body
    for each in known.identifiers:
        body = body.replace(each.value.encode(), OLD.value.encode())
    name = CDA.documents[0].identifier.removeprefix("urn:oid:").encode()
    body = body.replace(name, b"2.25.99001")
    assert send(software, CDA, body).status_code == 201
    return OLD


def contents(services: Services) -> dict[str, Any]:
    """Return every row there is, but the trail, and what the index leads to."""
    with services.store.unit() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in metadata.sorted_tables
            if table not in (audit_event, identifier_index)
        }


def seen(software: Software, identifier: Identifier) -> dict[str, set[str]]:
    """Return what each reader finds of a person, by the identifiers of documents."""
    token = f"{identifier.system}|{identifier.value}"
    found = {}
    for reader in READERS:
        path = f"/fhir/DocumentReference?_count=200&patient.identifier={token}"
        bundle = software.ask(reader, path).get_json(force=True)
        resources = [each["resource"] for each in bundle.get("entry", [])]
        found[reader] = {
            f"{each['date']} {each.get('description', '')}" for each in resources
        }
    return found


def test_nobody_gains_and_the_patient_has_all(software: Software) -> None:
    """Each reader finds at most what both records showed before; the patient, all."""
    services = software.services
    solene = software.world.patients["solene"].identifier
    old = second_record(software, DENTIST, "psychiatrist")
    first, second = seen(software, solene), seen(software, old)
    merging.merge(services, solene, old, OPERATOR)
    after = seen(software, solene)
    for reader in set(READERS) - {"gp"}:  # the treating doctor sees all by law
        assert after[reader] <= first[reader] | second[reader]
    with services.store.unit() as connection:
        record = records.by_identifiers(connection, services.store.keys, solene)
        assert record.preset == "discreet"
    found = software.search("solene", "solene", "&_count=200").get_json(force=True)
    names = {e["resource"]["masterIdentifier"]["value"] for e in found["entry"]}
    assert "urn:oid:2.25.99001" in names
    bundle = software.search("pharmacist", "solene", "&_count=200").get_data()
    assert b"2.25.99001" not in bundle


def test_the_old_number_leads_nowhere(software: Software) -> None:
    """Who knows the former number finds nobody, and no answer names it."""
    services = software.services
    solene = software.world.patients["solene"].identifier
    old = second_record(software, DENTIST)
    merging.merge(services, solene, old, OPERATOR)
    never = Identifier(OLD.system, "100000000000063")
    for reader in READERS:
        assert answers(software, reader, old) == answers(software, reader, never)
        token = f"{solene.system}|{solene.value}"
        shown = software.ask(reader, f"/fhir/Patient?identifier={token}")
        assert old.value.encode() not in shown.get_data()


def test_masks_and_blocks_of_either_hold_for_all(software: Software) -> None:
    """Who was blocked in the absorbed record is blocked; what was masked there is."""
    services = software.services
    solene = software.world.patients["solene"].identifier
    old = second_record(software)
    blocked = HeldRelation(Relation.BLOCKED, software.world.readers[DENTIST].id)
    pharmacist = Audience(AudienceKind.PERSON, software.world.readers[PHARMACIST].id)
    with services.store.unit() as connection:
        record = records.by_identifiers(connection, services.store.keys, old)
        relations.declare(connection, record, blocked)
        said = Directive("", Effect.MASK, pharmacist, everything=True)
        directives.decide(connection, record, said)
    assert software.identifiers(PHARMACIST, "solene")
    merging.merge(services, solene, old, OPERATOR)
    own = software.identifiers(DENTIST, "solene")
    find = by_identifier(services, solene)
    with inquire(services, OPERATOR, find) as asked:
        held = relations.of_record(*asked.place)
    assert any(each.kind is Relation.BLOCKED for each in held)
    assert own <= {software.world.documents()["dental-assessment"].identifier}
    by_name = {LETTERS.documents[1].identifier}  # more specific than a mask of all
    assert software.identifiers(PHARMACIST, "solene") <= by_name


def test_unmerging_restores_both_exactly(software: Software) -> None:
    """Every row but the trail is what it was; both numbers lead where they led."""
    services = software.services
    solene = software.world.patients["solene"].identifier
    old = second_record(software, DENTIST, "psychiatrist")
    seen(software, solene)
    before, first, second = (
        contents(services),
        seen(software, solene),
        seen(software, old),
    )
    merging.merge(services, solene, old, OPERATOR)
    assert merging.unmerge(services, solene, OPERATOR) == 1
    after = contents(services)
    for name in set(before) - {"record", "rendition"}:
        assert after[name] == before[name], name
    assert seen(software, solene) == first
    assert seen(software, old) == second


def test_only_one_person_is_made_one(software: Software) -> None:
    """Another birth date, the same record twice, a record that is not open: refused."""
    services, world = software.services, software.world
    solene = world.patients["solene"].identifier
    for other in (world.patients["inaya"].identifier, solene, OLD):
        with pytest.raises(CannotFollowError):
            merging.merge(services, solene, other, OPERATOR)


def test_the_stricter_preset_wins() -> None:
    """Whatever the order."""
    assert preset("law", "very_discreet") == preset("very_discreet", "law")
    assert preset("law", "discreet") == "discreet"
