"""What two records said of one person: the stricter, put back; what was absorbed, erased."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.consents import (
    directives,
    emergencies,
    emergency_consents,
    registry,
    relations,
)
from gateway.consents.relations import HeldRelation
from gateway.lifecycle import erasure, merging, turning
from gateway.lifecycle.share import BROUGHT, Share
from gateway.lifecycle.turning import OPERATOR
from gateway.outbox.delivery import deliver
from gateway.repository import keeping, records
from gateway.repository.records import Record
from gateway.services import Services
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.policy.question import Relation
from mappings.submission import Identifier
from tests.gateway.lifecycle.test_life import at
from tests.gateway.lifecycle.test_merging import (
    DENTIST,
    contents,
    second_record,
)
from tests.gateway.world import Software


def record_of(services: Services, identifier: Identifier) -> Record:
    """Return the open record of a number."""
    with services.store.unit() as connection:
        return records.by_identifiers(connection, services.store.keys, identifier)


def mask(services: Services, identifier: Identifier, said: Directive) -> None:
    """Keep a mask of the person of a record."""
    with services.store.unit() as connection:
        record = records.by_identifiers(connection, services.store.keys, identifier)
        directives.decide(connection, record, said)


def test_what_the_stricter_record_said_is_put_back(software: Software) -> None:
    """Emergency choices with their Consents, a death, the end of a relation of both."""
    services = software.services
    solene = software.world.patients["solene"].identifier
    old = second_record(software)
    ends = (services.clock.now() + timedelta(days=9)).isoformat()
    who = software.world.readers[DENTIST].id
    with services.store.unit() as connection:
        for number, until in ((old, ends), (solene, "")):
            record = records.by_identifiers(connection, services.store.keys, number)
            held = HeldRelation(Relation.CARE_TEAM, who, until=until)
            relations.declare(connection, record, held)
        record = records.by_identifiers(connection, services.store.keys, old)
        chosen = replace(emergencies.choices(connection, record), samu=False)
        emergencies.choose(connection, record, chosen)
    before, first = contents(services), record_of(services, solene)
    turning.decease(services, old, date(2026, 11, 1), OPERATOR)
    merging.merge(services, solene, old, OPERATOR)
    merged = record_of(services, solene)
    with services.store.unit() as connection:
        assert not emergencies.choices(connection, merged).samu
        said = emergency_consents.consent_id(merged, "samu")
        assert registry.of_record(connection, merged)[said]
        held_now = relations.of_record(connection, merged)
    assert ends in {each.until for each in held_now if each.who == who}
    assert (merged.died, first.died) == ("2026-11-01", "")
    merging.unmerge(services, solene, OPERATOR)
    assert asdict(record_of(services, solene).identity) == asdict(first.identity)
    assert record_of(services, solene).died == ""
    after = contents(services)
    for name in set(before) - {"record", "rendition", "entry"}:
        assert after[name] == before[name], name
    assert _entries(after) == _entries(before)


def _entries(rows: dict[str, Any]) -> int:
    return len(rows["entry"])


def test_what_was_decided_since_a_merge_stays(software: Software) -> None:
    """A preset, a choice about emergencies, the day of death: also when made two again."""
    services = software.services
    solene = software.world.patients["solene"].identifier
    old = second_record(software)
    with services.store.unit() as connection:
        record = records.by_identifiers(connection, services.store.keys, old)
        chosen = replace(emergencies.choices(connection, record), samu=False)
        emergencies.choose(connection, record, chosen)
    merging.merge(services, solene, old, OPERATOR)
    with services.store.unit() as connection:
        record = records.by_identifiers(connection, services.store.keys, solene)
        records.set_preset(connection, record, "very_discreet")
        now = emergencies.choices(connection, record)
        after = replace(now, others=False)
        emergencies.choose(connection, record, after)
        start = services.clock.now()
        emergency_consents.say(connection, record, (now, after), start)
    merging.unmerge(services, solene, OPERATOR)
    record = record_of(services, solene)
    assert record.preset == "very_discreet"
    with services.store.unit() as connection:
        assert emergencies.choices(connection, record) == after


def test_a_mask_of_an_encounter_holds_for_all(software: Software) -> None:
    """One that was said in the absorbed record, where it named no document."""
    services = software.services
    solene = software.world.patients["solene"].identifier
    old = second_record(software)
    everyone = Audience(AudienceKind.PROFESSIONALS)
    said_there = Directive("", Effect.MASK, everyone, episodes=frozenset({"urn:x|1"}))
    mask(services, old, said_there)
    merging.merge(services, solene, old, OPERATOR)
    record = record_of(services, solene)
    with services.store.unit() as connection:
        said = directives.of_record(connection, record)
    episodes = {i for each in said if each.audience == everyone for i in each.episodes}
    assert episodes == {"urn:x|1"}


def test_a_mask_that_is_to_begin_holds_for_all(software: Software) -> None:
    """From the day that was said in the absorbed record."""
    services = software.services
    solene = software.world.patients["solene"].identifier
    old = second_record(software)
    everyone = Audience(AudienceKind.PROFESSIONALS)
    start = services.clock.now() + timedelta(days=9)
    said = Directive("", Effect.MASK, everyone, everything=True, start=start)
    mask(services, old, said)
    merging.merge(services, solene, old, OPERATOR)
    record = record_of(services, solene)
    with services.store.unit() as connection:
        kept = directives.of_record(connection, record)
    assert start in {each.start for each in kept if each.audience == everyone}


def test_a_mask_of_what_is_there_no_more_is_kept(software: Software) -> None:
    """What followed the document it named is masked, and named by nothing."""
    services = software.services
    solene = software.world.patients["solene"].identifier
    old = second_record(software)
    everyone = Audience(AudienceKind.PROFESSIONALS)
    with services.store.unit() as connection:
        record = records.by_identifiers(connection, services.store.keys, old)
        [there] = {e.id for e in keeping.every(connection, record)}
    mask(services, old, Directive("", Effect.MASK, everyone, frozenset({"e" * 32})))
    with services.store.unit() as connection:
        directives.extend(connection, record, ("e" * 32, there), same=False)
    merging.merge(services, solene, old, OPERATOR)
    with services.store.unit() as connection:
        record = records.by_identifiers(connection, services.store.keys, solene)
        said = directives.of_record(connection, record)
        copies = {
            each.id
            for each in keeping.every(connection, record)
            if "2.25.99001" in str(each.content)
        }
    [held] = [each for each in said if each.audience == everyone]
    assert copies <= held.items
    assert not held.as_said.items
    assert [each.partition("|")[0] for each in held.as_said.episodes] == [BROUGHT]


def test_a_place_that_the_person_sees_stays_named() -> None:
    """One of a document that waits does not, and is masked with the whole."""
    everyone = Audience(AudienceKind.PROFESSIONALS)
    both = frozenset({("seen", "1"), ("waits", "1")})
    share = Share("whole", frozenset({"seen", "waits", "gone"}), frozenset({"seen"}))
    said = Directive("", Effect.MASK, everyone, frozenset({"gone"}), places=both)
    spoken = share.spoken(said, frozenset({"gone"}))
    assert spoken.places == both
    assert spoken.as_said.places == {("seen", "1")}


@pytest.mark.parametrize("closes", [False, True])
def test_what_was_absorbed_is_erased_with_what_it_was_merged_into(
    software: Software, *, closes: bool
) -> None:
    """With its secret: at once, and ten years after closing."""
    services = software.services
    solene = software.world.patients["solene"].identifier
    old = second_record(software)
    ids = [record_of(services, each).patient_id for each in (solene, old)]
    merging.merge(services, solene, old, OPERATOR)
    if closes:
        turning.close(services, solene, OPERATOR)
        later = at(services, 366 * 11)
        handlers = erasure.handlers(services.store.keys)
        deliver(later.store, later.clock, handlers)
    else:
        turning.erase(services, solene, OPERATOR)
    keys = services.store.keys
    assert [keys.vault.find(each) for each in ids] == [None, None]
    with services.store.unit() as connection:
        states = {records.row_of(connection, each).state for each in ids}  # type: ignore[union-attr]
    assert states == {records.ERASED}
