"""Opening the demo: records, relations, deposits by the front door, then directives."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection
from werkzeug.test import Client

from gateway.consents import directives, relations
from gateway.consents.relations import HeldRelation
from gateway.demo.issuer import DemoIssuer
from gateway.demo.world.load import World, WorldDeposit
from gateway.demo.world.people import Patient
from gateway.fhir.app import create_app
from gateway.repository import indexed, records
from gateway.repository.records import Record
from gateway.services import Services
from labels.consent import Audience, Directive

PLACED = ("person", "organization")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one deposit: its name and the HTTP status of the answer."""

    name: str
    status: int
    problem: str = ""


def seed(services: Services, issuer: DemoIssuer, world: World) -> list[Outcome]:
    """Make the demo world; what is there already is not made twice.

    Nor left out: who was interrupted gets the rest at the next start, directives too.
    """
    for patient in world.patients.values():
        _open(services, world, patient)
    client = Client(create_app(services))
    tokens = {
        each.depositor: issuer.token(
            world.readers[each.depositor], services.clock.now()
        )
        for each in world.deposits
    }
    outcomes = [
        _deposit(client, tokens[each.depositor], each) for each in world.deposits
    ]
    for patient in world.patients.values():
        _decide(services, world, patient)
    return outcomes


def _open(services: Services, world: World, patient: Patient) -> None:
    """Open the record with its relations, unless it is open already."""
    store = services.store
    with store.unit() as connection:
        known = records.by_identifiers(connection, store.keys, patient.identifier)
        if known.known:
            return
        patient_id = records.open_record(
            connection, store.keys, patient.traits, patient.preset
        )
        opened = records.by_id(connection, store.keys, patient_id)
        for kind, key in patient.relations:
            reader = world.readers[key]
            name = f"{reader.given} {reader.family}"
            held = HeldRelation(kind, reader.id, name)
            relations.declare(connection, opened, held)


def _deposit(client: Client, token: str, deposit: WorldDeposit) -> Outcome:
    answer = client.post(
        deposit.path,
        data=deposit.body,
        content_type=deposit.content_type,
        headers={"Authorization": f"Bearer {token}"},
    )
    problem = "" if answer.status_code < 400 else answer.get_data(as_text=True)  # noqa: PLR2004
    return Outcome(deposit.name, answer.status_code, problem)


def _decide(services: Services, world: World, patient: Patient) -> None:
    """Keep the directives, with the ids of the documents they name.

    All of a patient in one transaction, the last of the seeding: a record that has any,
    also ended ones, has had them all, and what its patient changed since stays.
    """
    store, at = services.store, services.clock.now()
    with store.unit() as connection:
        record = records.by_identifiers(connection, store.keys, patient.identifier)
        if not record.known or directives.of_record(connection, record):
            return
        ids = document_ids(connection, world, record)
        for decided in patient.directives:
            held = replace(
                decided,
                items=frozenset(ids[name] for name in decided.items),
                audience=_audience(world, decided),
                start=at,
            )
            directives.decide(connection, record, held)


def _audience(world: World, decided: Directive) -> Audience:
    """Return the audience with the reader's identifier in place of the persona's key."""
    audience = decided.audience
    if audience.kind in PLACED and audience.value in world.readers:
        return replace(audience, value=world.readers[audience.value].id)
    return audience


def document_ids(
    connection: Connection, world: World, record: Record
) -> dict[str, str]:
    """Return the item id of each demo document that is in the record, by name."""
    found = {}
    for name, document in world.documents().items():
        token = f"urn:ietf:rfc:3986|{document.identifier}"
        for item_id in indexed.by_token(connection, record, "identifier", token):
            found[name] = item_id
    return found
