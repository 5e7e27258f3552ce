"""Two records of one person in two worlds: opened, filled, related, and merged."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.demo.world.people import Patient
from gateway.lifecycle import merging, turning
from gateway.lifecycle.turning import OPERATOR
from gateway.repository import records
from labels.policy.question import Relation
from mappings import ins
from mappings.submission import Identifier
from tests.noninterference.documents import lot, sheet, world
from tests.noninterference.draws import drawn_by
from tests.noninterference.pair import Gateway
from tests.noninterference.playing import FHIR
from tests.noninterference.side_by_side import by_person
from tests.noninterference.story import START
from tests.noninterference.twoworlds import Two, paper

Json = dict[str, Any]

PERSON, RENAMED = "octave", "solene"
AUTHOR, OURS, OTHER = "cardiologist", "dentist", "psychiatrist"
"""Who writes what waits; who is related to the kept record, and who to nobody at first."""
NUMBER = ins.identifier(ins.NIR_TEST, "1380399999904")
FORMER = ins.identifier(ins.NIR_TEST, "1910499999902")
WAITS = "INVISIBLE_PATIENT"
CONSENTS = f"/fhir/Consent?status=active&{by_person(PERSON)}"
PAGES = ("/reglages", "/cercle", "/documents", "/categories", "/voir-comme", "/urgence")
ID = re.compile("[0-9a-f]{32,}")
HOUR = {"valueCode": "BTG"}


def own(patient: str = PERSON) -> Identifier:
    """Return the number of the record that goes on."""
    return world().patients[patient].identifier


def another(number: Identifier, patient: str = PERSON, **more: Any) -> Patient:  # noqa: ANN401
    """Return the same person under another number."""
    known = world().patients[patient]
    traits = replace(known.traits, identifiers=(number,), former_given=(), **more)
    return replace(known, traits=traits)


def tie(gateway: Gateway, number: Identifier, reader: str, **more: Any) -> None:  # noqa: ANN401
    """Have the person of a record let somebody into the care team."""
    store, who = gateway.services.store, world().readers[reader].id
    with store.unit() as connection, drawn_by(f"tie {number} {reader}"):
        record = records.by_identifiers(connection, store.keys, number)
        held = HeldRelation(Relation.CARE_TEAM, who, **more)
        relations.declare(connection, record, held)


def opened(gateway: Gateway, person: Patient, *readers: str) -> None:
    """Open the record of another number, with a care team."""
    with drawn_by("another record"):
        turning.open_record(gateway.services, person.traits, "law")
    for reader in readers:
        tie(gateway, person.identifier, reader)


def put(
    gateway: Gateway,
    person: Patient,
    number: int,
    *marks: str,
    text: bytes = b"",
    follows: int = 0,
) -> str:
    """Have the author deposit a document in the record of a number; return its id."""
    by = world().readers[AUTHOR]
    given = replace(paper(number, follows=follows), at=START - timedelta(days=number))
    described = sheet(given, person, by, marks)
    if text:
        plain = "text/plain", "urn:ihe:iti:xds:2017:mimeTypeSufficient"
        described = replace(
            described, body=text, content_type=plain[0], format=plain[1]
        )
    body = lot(f"lot {number}", [(given, described)], person, by)
    token = gateway.token(AUTHOR, gateway.clock.now())
    headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "00000000-test"}
    with drawn_by(f"deposit of {number}"):
        answer = gateway.client.post(
            "/fhir", data=body, content_type=FHIR, headers=headers
        )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    made = [e["response"].get("location", "") for e in answer.get_json()["entry"]]
    [one] = [e for e in made if e.startswith("DocumentReference/")]
    return str(one.split("/")[1])


def merge(gateway: Gateway, absorbed: Identifier, patient: str = PERSON) -> None:
    """Make one of the two records."""
    with drawn_by("merge"):
        merging.merge(gateway.services, own(patient), absorbed, OPERATOR)


def total(two: Two, reader: str, patient: str = PERSON) -> int:
    """Return how many documents of a person a reader finds in the left world."""
    path = f"/fhir/DocumentReference?{by_person(patient)}"
    return int(json.loads(two.one(two.left, reader, path).body)["total"])


def told(text: str) -> str:
    """Return a text with each id by the order in which the ids come, and no markup."""
    known: dict[str, str] = {}
    plain = unescape(re.sub("<[^>]+>", " ", text))
    return ID.sub(lambda m: known.setdefault(m[0], f"id{len(known)}"), plain)
