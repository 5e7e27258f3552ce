"""Closing, opposing, erasing a child's record: both parents, strongly known, in time."""

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.inquiry import by_identifier
from gateway.lifecycle import representation
from gateway.repository import records
from gateway.repository.records import OPEN
from labels.policy.question import Relation
from tests.gateway.consenting import bearer
from tests.gateway.consents.asking import (
    UNKNOWN,
    Json,
    Moving,
    observed,
    parameters,
    parts,
)
from tests.gateway.lifecycle.test_life import person

MOTHER, FATHER, CHILD = "corentine", "octave", "inaya"
NAMES = ("$oppose", "$close", "$erase")


@pytest.fixture
def moving(tmp_path_factory: pytest.TempPathFactory) -> Moving:
    """Give the demo world in which Inaya has two parents."""
    world = Moving(tmp_path_factory.mktemp("joint"))
    represent(world, FATHER)
    return world


def represent(moving: Moving, name: str, *, sole: bool = False) -> None:
    """Have somebody hold parental authority over Inaya."""
    with moving.services.store.unit() as connection:
        who = str(moving.world.patients[name].identifier)
        held = HeldRelation(Relation.REPRESENTATIVE, who, sole=sole)
        relations.declare(connection, the_record(moving, connection), held)


def the_record(moving: Moving, connection: object) -> records.Record:
    """Return the record of Inaya, whatever its state."""
    keys, inaya = moving.services.store.keys, moving.world.patients[CHILD].identifier
    found = records.held_for(connection, keys, inaya)  # type: ignore[arg-type]
    assert found is not None
    return found


def is_open(moving: Moving) -> bool:
    """Tell whether the record of Inaya is open."""
    with moving.services.store.unit() as connection:
        return the_record(moving, connection).state == OPEN


def act(
    moving: Moving, who: str, name: str = "$close", of: Json | None = None
) -> TestResponse:
    """Have somebody ask for an act on the record of Inaya, or of another."""
    patient = moving.patient(CHILD) if of is None else of
    body = parameters(patient=("valueIdentifier", patient))
    return moving.post(who, f"Patient/{name}", body)


def decline(moving: Moving, who: str, name: str = "close") -> int:
    """Have somebody refuse or withdraw an act; returns the status of the answer."""
    patient = ("valueIdentifier", moving.patient(CHILD))
    body = parameters(patient=patient, act=("valueCode", name))
    return moving.post(who, "Patient/$decline-joint-act", body).status_code


def joint_acts(moving: Moving, who: str) -> list[Json]:
    """Return the joint acts that somebody is shown."""
    answer = act(moving, who, "$joint-acts")
    assert answer.status_code == 200
    return parts(answer.get_json(force=True))


@pytest.mark.parametrize("name", NAMES)
def test_one_asks_the_other_consents_and_it_is_done(moving: Moving, name: str) -> None:
    """The first waits thirty days; with the second it is done, and certified."""
    first = act(moving, MOTHER, name)
    (waiting,) = parts(first.get_json(force=True))
    assert (first.status_code, waiting["state"]) == (202, "waiting")
    assert parts(act(moving, MOTHER, name).get_json(force=True)) == [waiting]
    assert is_open(moving)
    second = act(moving, FATHER, name)
    names = [each["name"] for each in second.get_json(force=True)["parameter"]]
    assert (second.status_code, names[-1]) == (200, "certificate")
    assert moving.identifiers(CHILD, CHILD) == set()
    gone = act(moving, MOTHER, name)
    assert observed(gone) == observed(act(moving, MOTHER, name, UNKNOWN))


def test_what_nobody_consents_to_lapses(moving: Moving) -> None:
    """On the thirtieth day it is over, and the second parent's word is a first one."""
    act(moving, MOTHER)
    moving.later(days=29, hours=23)
    assert [each["state"] for each in joint_acts(moving, CHILD)] == ["waiting"]
    moving.later(hours=1)
    assert [each["state"] for each in joint_acts(moving, CHILD)] == ["lapsed"]
    assert act(moving, FATHER).status_code == 202
    assert is_open(moving)


@pytest.mark.parametrize(("who", "state"), [(FATHER, "refused"), (MOTHER, "withdrawn")])
def test_it_is_refused_or_withdrawn(moving: Moving, who: str, state: str) -> None:
    """By the other, or by who asked; the child is told by whom, a parent of himself."""
    act(moving, MOTHER)
    assert decline(moving, who) == 200
    assert decline(moving, who) == 404
    (told,) = joint_acts(moving, CHILD)
    assert (told["state"], told["settledBy"]) == (
        state,
        str(moving.world.patients[who].identifier),
    )
    other = MOTHER if who == FATHER else FATHER
    (less,) = joint_acts(moving, other)
    assert "settledBy" not in less
    assert act(moving, FATHER).status_code == 202


def test_one_act_is_not_another(moving: Moving) -> None:
    """Consent to closing is none to erasing."""
    act(moving, MOTHER, "$close")
    assert act(moving, FATHER, "$erase").status_code == 202
    assert is_open(moving)


def test_who_holds_authority_alone_acts_alone(moving: Moving) -> None:
    """A judge's decision, noted with the relation: one word is enough."""
    represent(moving, "melisande", sole=True)
    assert act(moving, "melisande").status_code == 200
    assert not is_open(moving)


def test_the_only_parent_who_is_known_waits_all_the_same(moving: Moving) -> None:
    """That nobody else is registered, or somebody is suspended, is not told."""
    inaya = moving.world.patients[CHILD].identifier
    father = str(moving.world.patients[FATHER].identifier)
    before = act(moving, MOTHER, "$close").get_json(force=True)
    find = by_identifier(moving.services, inaya)
    assert representation.suspend(moving.services, person(inaya), find, father)
    assert act(moving, MOTHER, "$close").get_json(force=True) == before
    assert is_open(moving)


def test_the_word_of_who_was_suspended_is_none(moving: Moving) -> None:
    """He asked, then was suspended: the mother's is a first word, and he is a stranger."""
    act(moving, FATHER)
    inaya = moving.world.patients[CHILD].identifier
    father = str(moving.world.patients[FATHER].identifier)
    find = by_identifier(moving.services, inaya)
    assert representation.suspend(moving.services, person(inaya), find, father)
    assert act(moving, MOTHER).status_code == 202
    assert is_open(moving)
    for name in (*NAMES, "$joint-acts", "$reopen"):
        never = observed(act(moving, FATHER, name, UNKNOWN))
        assert observed(act(moving, FATHER, name)) == never
        assert observed(act(moving, "melisande", name)) == never


def test_a_child_does_not_act_alone(moving: Moving) -> None:
    """Nor is pressed to: under eighteen nothing is there to close; then there is."""
    body = parameters()
    never = observed(moving.ask(CHILD, f"/fhir/Binary/{'a' * 64}"))
    for name in NAMES:
        asked = moving.post(CHILD, f"Patient/{name}", body)
        assert observed(asked)[0::2] == never[0::2]
    assert is_open(moving)
    moving.later(days=366 * 3)
    assert moving.post(CHILD, "Patient/$close", body).status_code == 200


def test_a_guardian_closes_nothing(moving: Moving) -> None:
    """The record of a protected adult is the adult's to close, or a judge's."""
    with moving.services.store.unit() as connection:
        keys = moving.services.store.keys
        solene = moving.world.patients["solene"].identifier
        record = records.by_identifiers(connection, keys, solene)
        who = str(moving.world.patients[FATHER].identifier)
        relations.declare(connection, record, HeldRelation(Relation.GUARDIAN, who))
    for name in (*NAMES, "$joint-acts"):
        adult = observed(act(moving, FATHER, name, moving.patient("solene")))
        assert adult == observed(act(moving, FATHER, name, UNKNOWN))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("acr", ["", "eidas1"])
def test_who_is_weakly_known_closes_nothing(
    moving: Moving, name: str, acr: str
) -> None:
    """403 with the reason, whoever the record is of, before anything is looked up."""
    weak = {"Authorization": bearer(moving, "solene", acr=acr), "X-Request-Id": "r-1"}
    answers = [
        moving.ask("solene", f"/fhir/Patient/{name}", "POST", json=body, headers=weak)
        for body in (
            parameters(),
            parameters(patient=("valueIdentifier", moving.patient(CHILD))),
            parameters(patient=("valueIdentifier", UNKNOWN)),
        )
    ]
    assert {each.status_code for each in answers} == {403}
    assert len({each.get_data() for each in answers}) == 1
    (issue,) = answers[0].get_json(force=True)["issue"]
    assert issue["code"] == "forbidden"
    assert "eIDAS substantial" in issue["details"]["text"]
    assert moving.identifiers("solene", "solene")


def test_an_act_that_is_none_is_unclear(moving: Moving) -> None:
    """400 for a word that names no joint act."""
    assert decline(moving, MOTHER, "reopen") == 400


def test_the_child_and_the_parents_are_told(moving: Moving) -> None:
    """A notice says that an act waits, to the child; the trail says whose word it was."""
    act(moving, MOTHER)
    when = moving.clock.now() + timedelta(days=30)
    (told,) = joint_acts(moving, CHILD)
    assert told["by"] == str(moving.world.patients[MOTHER].identifier)
    assert told["due"] == when.isoformat()
