"""The registry of Consents as its tests fill it, and look into it."""

from gateway import masking
from gateway.audit import trail
from gateway.consents import directives, relations
from gateway.consents.relations import HeldRelation
from gateway.demo import table
from gateway.repository import records
from gateway.repository.records import Record
from labels.codes import Category
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.policy.question import Relation
from tests.gateway.consenting import (
    WORLD,
    Json,
    about,
    consent,
    to_person,
)
from tests.gateway.world import Software


def masked(software: Software, document: str = "blood-count") -> Json:
    """Return the Consent by which Solène masks a document to everyone."""
    data = [about(software.id_of(document))]
    return consent("solene", {"type": "deny", "data": data})


def sees(software: Software, reader: str, document: str = "blood-count") -> bool:
    """Tell whether a persona may read a document of the demo."""
    path = f"/fhir/DocumentReference/{software.id_of(document)}"
    return software.ask(reader, path).status_code == 200


def mask_of_the_app(software: Software) -> str:
    """Let Solène mask a subject in the app; return the directive's id."""
    decided = Directive(
        "",
        Effect.MASK,
        Audience(AudienceKind.PROFESSION, "40"),
        categories=frozenset({Category.TOBACCO}),
    )
    solene = table.principal_of(WORLD.readers["solene"])
    made = masking.decide(software.services, solene, decided)
    assert made
    return made


def directives_of(software: Software, patient: str) -> tuple[Directive, ...]:
    """Return the directives in force of a demo patient."""
    store = software.services.store
    with store.unit() as connection:
        return directives.of_record(
            connection, record_of(software, patient, connection)
        )


def record_of(software: Software, patient: str, connection: object) -> Record:
    """Return the record of a demo patient."""
    keys = software.services.store.keys
    identifier = WORLD.patients[patient].identifier
    return records.by_identifiers(connection, keys, identifier)  # type: ignore[arg-type]


def authorise(software: Software, reader: str, patient: str) -> None:
    """Make it that the patient gave a code to a persona."""
    with software.services.store.unit() as connection:
        held = HeldRelation(Relation.AUTHORISED, WORLD.readers[reader].id)
        relations.declare(connection, record_of(software, patient, connection), held)


def to_the_pharmacist(patient: str) -> Json:
    """Return a permission of everything to the pharmacist."""
    provision = {"type": "permit", "actor": [to_person("pharmacist")]}
    return consent(patient, provision)


def events(software: Software) -> list[Json]:
    """Return Solène's trail."""
    with software.services.store.unit() as connection:
        return trail.of_record(connection, record_of(software, "solene", connection))
