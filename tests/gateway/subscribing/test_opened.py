"""Who saw a document when it came is not told again when it opens to others."""

import pytest

from gateway.consents import relations, reviewing
from gateway.consents.relations import HeldRelation
from gateway.consents.reviewing import Answer, IntakeRule
from gateway.repository import records
from labels.policy.question import Relation
from tests.gateway.subscribing.hearing import Listener
from tests.gateway.subscribing.scene import AUTHOR, PATIENT, Scene, subscription


def heard_by(listener: Listener, reader: str) -> int:
    """Return how many documents were named to a reader."""
    return sum(len(e.named) for e in listener.events if e.path == f"/{reader}")


def subscribed(scene: Scene, listener: Listener, reader: str, patient: str) -> None:
    """Have a reader subscribe, at an address of their own."""
    body = subscription(f"{listener.address}/{reader}", patient)
    assert scene.subscribe(body, reader).status_code == 201
    scene.deliver()


def cared_for(scene: Scene, patient: str, reader: str, *rules: IntakeRule) -> None:
    """Take a reader into the care team of a patient who says this of new documents."""
    store, world = scene.services.store, scene.software.world
    found, at = world.readers[reader].identifier, scene.clock.now()
    with store.unit() as connection:
        identifier = world.patients[patient].identifier
        place = connection, records.by_identifiers(connection, store.keys, identifier)
        who = f"{found.system}|{found.value}"
        held = HeldRelation(Relation.CARE_TEAM, who, since=at.isoformat())
        relations.declare(*place, held)
        for rule in rules:
            reviewing.decide(*place, rule)
    scene.wait(minutes=1)


@pytest.mark.parametrize(
    ("decision", "others"),
    [("", 1), ("accept", 1), ("mask", 0), ("refuse", 0)],
)
def test_a_depositor_is_told_once_whatever_the_patient_decides(
    scene: Scene, listener: Listener, decision: str, others: int
) -> None:
    """As of a deposit that was not held; another reader is told when it is accepted."""
    held = [IntakeRule(Answer.HOLD)] if decision else []
    cared_for(scene, PATIENT, AUTHOR, *held)
    for reader in (AUTHOR, "dentist"):
        subscribed(scene, listener, reader, PATIENT)
    public_id = scene.deposit("reviewed")
    scene.deliver()
    assert heard_by(listener, AUTHOR) == 1
    assert heard_by(listener, "dentist") == (0 if decision else 1)
    if decision:
        said = [{"name": "decision", "valueCode": decision}]
        body = {"resourceType": "Parameters", "parameter": said}
        path = f"/fhir/DocumentReference/{public_id}/$review"
        assert scene.ask(PATIENT, path, "POST", body).status_code == 200
    scene.wait(minutes=1)
    scene.deliver()
    assert (heard_by(listener, AUTHOR), heard_by(listener, "dentist")) == (1, others)


def test_an_announced_document_is_told_to_whom_it_opens(
    scene: Scene, listener: Listener
) -> None:
    """To the patient; who deposited it is not told of it again."""
    cared_for(scene, "octave", "pathologist")
    for reader in ("pathologist", "octave"):
        subscribed(scene, listener, reader, "octave")
    path = f"/fhir/DocumentReference/{scene.software.id_of('biopsy')}/$announced"
    body = {"resourceType": "Parameters"}
    assert scene.ask("pathologist", path, "POST", body).status_code == 200
    scene.wait(minutes=1)
    scene.deliver()
    heard = {each: heard_by(listener, each) for each in ("pathologist", "octave")}
    assert heard == {"pathologist": 0, "octave": 1}
