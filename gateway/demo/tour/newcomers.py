"""People whom a scene brings along: they have no place in the demo world."""

from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.demo.tour.paper import XML, Paper, written
from gateway.demo.tour.stage import Stage
from gateway.demo.world.people import Patient, Reader
from gateway.repository import records
from labels.policy.question import Relation
from mappings import ins
from mappings.submission import Identifier, Traits


def person(key: str, number: str, family: str, given: str) -> Reader:
    """Return somebody with an INS of the test range, whom the issuer vouches for."""
    name = f"{given} {family}"
    held = ins.identifier(ins.NIR_TEST, number)
    return Reader(key, "patient", held, name, name, family, given)


def child(who: Reader, birth_date: str, gender: str) -> Patient:
    """Return the patient that a person is, in the discreet setting."""
    traits = Traits(
        (who.identifier,),
        who.family,
        (who.given.upper(),),
        used_family=who.family,
        used_given=who.given,
        birth_date=birth_date,
        gender=gender,
    )
    place = ("99999", "VALOMBRE")
    return Patient(who.key, traits, place, "discreet", (), (), who.fr, who.en)


def open_record(
    stage: Stage, patient: Patient, *around: tuple[Relation, Identifier]
) -> None:
    """Open a record as an operator does, with who is what to its patient by civil status."""
    store, at = stage.services.store, stage.clock.now()
    with store.unit() as connection:
        made = records.open_record(
            connection, store.keys, patient.traits, patient.preset
        )
        opened = records.by_id(connection, store.keys, made)
        for kind, who in around:
            held = HeldRelation(kind, str(who), since=at.isoformat())
            relations.declare(connection, opened, held)


def deposit(stage: Stage, author: str, patient: Patient, paper: Paper) -> str:
    """Hand a document in as its author; return the id it got.

    Raises ``ValueError`` when the gateway does not take it.
    """
    body = written(paper, patient, stage.people[author])
    answer = stage.ask(author, "POST", "/cda", body, XML)
    if answer.status_code != 201:  # noqa: PLR2004
        raise ValueError(f"{paper.name}: {answer.status_code}")
    stage.papers[paper.name] = f"urn:oid:{paper.oid}"
    return answer.headers["Location"].rpartition("/")[2]
