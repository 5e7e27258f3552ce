"""The registry of Consents, the people, joint acts: on SQLite and on PostgreSQL alike."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gateway import circle, consent
from gateway.audit import trail
from gateway.audit.events import Interaction
from gateway.consent import Change
from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.demo.environment import open_demo, settings_in
from gateway.identity.claims import PERSON_SYSTEM, STRUCTURE_SYSTEM
from gateway.identity.principal import Principal
from gateway.inquiry import by_identifier, inquire
from gateway.lifecycle import asking, turning
from gateway.lifecycle.act import Act
from gateway.lifecycle.certificate import Issued
from gateway.lifecycle.joint import Joint
from gateway.repository import records
from gateway.services import Services
from labels.codes import Category, Purpose
from labels.policy.question import Relation
from mappings.ins import NIR_TEST
from mappings.mapped import Refused
from mappings.submission import Identifier, Traits
from tests.gateway.consenting import HIV
from tests.gateway.consenting import consent as written

Json = dict[str, Any]

CHILD = Identifier(NIR_TEST, "180029935000160")
PARENTS = (Identifier(NIR_TEST, "2790599999906"), Identifier(NIR_TEST, "1780799999903"))
DOCTOR = Principal(f"{PERSON_SYSTEM}|899700990001", profession="10")
SURGERY = f"{STRUCTURE_SYSTEM}|1990000001"


@pytest.fixture
def services(database_url: str, tmp_path: Path) -> Iterator[Services]:
    """Give a gateway with the record of a child who has two parents."""
    opened, _ = open_demo(settings_in(tmp_path / "data", database_url=database_url))
    born = f"{opened.clock.now().year - 14}-01-01"
    with opened.store.unit() as connection:
        keys = opened.store.keys
        made = records.open_record(
            connection, keys, Traits((CHILD,), birth_date=born), "discreet"
        )
        record = records.by_id(connection, keys, made)
        for each in PARENTS:
            held = HeldRelation(Relation.REPRESENTATIVE, str(each))
            relations.declare(connection, record, held)
    yield opened
    opened.store.engine.dispose()


def person(identifier: Identifier) -> Principal:
    """Return a person who is strongly known."""
    own = (identifier,)
    return Principal(str(identifier), patient=own, purpose=Purpose.PATRQT, acr="eidas2")


def related(services: Services, who: Principal) -> frozenset[Relation]:
    """Return what somebody is to the child now."""
    find = by_identifier(services, CHILD)
    with inquire(services, who, find) as asked:
        return asked.question.relations


def mask() -> Json:
    """Return the Consent by which the child masks HIV to everyone."""
    patient = {"identifier": {"system": CHILD.system, "value": CHILD.value}}
    return written("solene", {"type": "deny", "securityLabel": [HIV]}, patient=patient)


def test_a_consent_is_taken_changed_and_found(services: Services) -> None:
    """Two versions, the last found; from another version it is refused."""
    child = person(CHILD)
    made = consent.create(services, child, mask())
    ended = Change(made.resource | {"status": "inactive"}, of=1)
    after = consent.update(services, child, made.resource["id"], ended)
    assert after is not None
    assert after.version == 2
    with pytest.raises(Refused):
        consent.update(services, child, made.resource["id"], ended)
    first = consent.version(services, child, made.resource["id"], 1)
    assert first == made
    with inquire(services, child, by_identifier(services, CHILD)) as asked:
        assert consent.search(asked, lambda _: True) == [after]
        assert not asked.question.directives


def test_of_changes_at_once_of_one_version_one_is_kept(services: Services) -> None:
    """Four at the same time, each from the first version: one new one."""
    child = person(CHILD)
    made = consent.create(services, child, mask())

    def change(number: int) -> bool:
        changed = made.resource | {"sourceAttachment": {"title": str(number)}}
        wanted = Change(changed, of=1)
        try:
            consent.update(services, child, made.resource["id"], wanted)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(change, range(4))) == 1


def test_people_are_let_in_confirmed_and_put_out(services: Services) -> None:
    """By a parent to no more than parents; by the child for good; blocked, out."""
    find = by_identifier(services, CHILD)
    held = HeldRelation(Relation.CARE_TEAM, DOCTOR.subject)
    first = circle.declare(services, person(PARENTS[0]), held, find=find)
    assert related(services, DOCTOR) == {Relation.CARE_TEAM, Relation.INTRODUCED}
    assert first is not None
    assert circle.declare(services, person(CHILD), held) != first
    assert related(services, DOCTOR) == {Relation.CARE_TEAM}
    assert not circle.end(services, person(PARENTS[1]), "0" * 32, find=find)
    assert circle.block(services, person(CHILD), DOCTOR.subject, "")
    assert related(services, DOCTOR) == {Relation.BLOCKED}
    assert circle.unblock(services, person(CHILD), DOCTOR.subject)
    assert related(services, DOCTOR) == frozenset()


def test_a_structure_attests_and_a_carer_is_shown(services: Services) -> None:
    """Where it was let in, one of its own; a subject opened to a carer."""
    child, find = person(CHILD), by_identifier(services, CHILD)
    team = HeldRelation(Relation.CARE_TEAM, SURGERY)
    clerk = Principal("", organization=SURGERY)
    member = HeldRelation(Relation.CARE_TEAM, DOCTOR.subject, within=SURGERY)
    assert not circle.attest(services, clerk, find, member)
    assert circle.declare(services, child, team)
    assert circle.attest(services, clerk, find, member)
    carer = HeldRelation(Relation.CARER, "urn:oid:1.2.250.1.213.1.4.10|2850599999907")
    with pytest.raises(Refused):
        circle.declare(services, child, carer, frozenset({Category.TOBACCO}))
    shown = circle.ties(services, child, find)
    assert {each.held.kind for each in shown} == {
        Relation.CARE_TEAM,
        Relation.REPRESENTATIVE,
    }


def test_both_parents_at_once_close_once(services: Services) -> None:
    """One asks, the other asks at the same time: it waits or is done, and never fails."""

    def close(who: Identifier) -> Issued | Joint | str | None:
        return asking.ask(services, person(who), Act.CLOSE, of=CHILD)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(close, PARENTS))
    kinds = sorted(type(each).__name__ for each in done)
    assert kinds in (["Issued", "Joint"], ["Joint", "Joint"])
    if kinds == ["Joint", "Joint"]:
        assert isinstance(close(PARENTS[0]), Issued)
    assert close(PARENTS[1]) is None
    assert turning.reopen(services, CHILD, person(CHILD))
    assert isinstance(close(PARENTS[0]), Joint)


def test_what_both_asked_to_erase_is_erased(services: Services) -> None:
    """With the second word the secret of the record is gone."""
    child = person(CHILD)
    consent.create(services, child, mask())
    with services.store.unit() as connection:
        keys = services.store.keys
        patient_id = records.by_identifiers(connection, keys, CHILD).patient_id
    first, second = (
        asking.ask(services, person(each), Act.ERASE, of=CHILD) for each in PARENTS
    )
    assert isinstance(first, Joint)
    assert isinstance(second, Issued)
    assert keys.vault.find(patient_id) is None


def test_acts_at_once_take_turns(services: Services) -> None:
    """Each holds the record before it leaves an event; none waits for ever for another."""

    def act(_: int) -> None:
        find = by_identifier(services, CHILD)
        with inquire(services, person(CHILD), find, hold=True) as asked:
            asked.trace(Interaction.OPERATION, granted=True, reason="one")
            asked.trace(Interaction.OPERATION, granted=True, reason="two")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(12)))
    find = by_identifier(services, CHILD)
    with inquire(services, person(CHILD), find) as asked:
        assert len(list(trail.of_record(*asked.place))) == 2 * 12
        asked.trace(Interaction.OPERATION, granted=True, reason="counted")
