"""What only the record knows of a person is told to no author by what becomes of a deposit.

Two worlds: in one the record knows a former first name, in the other there never was one.
Authors guess, with a document each time, and look at their own document in every way.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.repository import records
from tests.noninterference.documents import Paper, clinical, lot, sheet, world
from tests.noninterference.draws import drawn_by
from tests.noninterference.pair import Gateway, Pair, Seen, pair
from tests.noninterference.playing import FHIR
from tests.noninterference.side_by_side import alike, ask, by_person, later
from tests.noninterference.story import START

PATIENT, STRANGER, CARING = "solene", "ophthalmologist", "dentist"
DOCUMENTS = f"/fhir/DocumentReference?{by_person(PATIENT)}"
GUESSES = (
    "Un homme de 35 ans, vu ce jour.",
    "Invites : Adrien, Amaury, Bruno.",
    "Vu Amaury ce jour.",
    "Vu Monsieur KERMOAL, sexe : M.",
    "Rien à dire.",
)
LOOKS = (
    "DocumentReference/{id}",
    "DocumentReference/{id}/$meta",
    "DocumentReference/{id}/_history",
    "Binary/{id}",
    "Provenance?patient={record}&target=DocumentReference/{id}",
    "DocumentReference?patient={record}&_id={id}&security-label=V",
    "DocumentReference?patient={record}&_id={id}&security-label=N",
)
"""How an author looks at what was deposited."""
AROUND = (
    "DocumentReference?patient={record}",
    "List?patient={record}",
    "Composition?patient={record}",
    "Provenance?patient={record}",
    "Patient/{record}/$everything",
)
"""And who sees nothing else, at all there is. (The care team sees other documents, of which
the former name is left out in the first world only.)"""


@pytest.fixture(scope="module")
def both() -> Iterator[Pair]:
    """Give two worlds; in the second the record was never told of a former name."""
    with pair() as made:
        place = made.right.services.store
        who = world().patients[PATIENT].identifier
        with place.unit() as connection, drawn_by("never"):
            found = records.by_identifiers(connection, place.keys, who)
            assert found.identity.former_given
            never = replace(found.identity, former_given=())
            records.keep(connection, replace(found, identity=never))
        yield made


def deposit(gateway: Gateway, reader: str, paper: Paper, way: str) -> Seen:
    """Deposit a document as a persona."""
    patient, author = world().patients[PATIENT], world().readers[reader]
    token = gateway.token(reader, gateway.clock.now())
    body, kind, path = clinical(paper, patient, author), "application/xml", "/cda"
    if way == "lot":
        one = (paper, sheet(paper, patient, author))
        body, kind, path = lot(paper.oid, [one], patient, author), FHIR, "/fhir"
    headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "00000000-test"}
    with drawn_by(f"{reader} deposits {paper.oid}"):
        answer = gateway.client.post(
            path, data=body, content_type=kind, headers=headers
        )
    assert answer.status_code in (200, 201), answer.get_data(as_text=True)
    return Seen.of(answer)


@pytest.mark.parametrize("reader", [STRANGER, CARING])
@pytest.mark.parametrize("way", ["cda", "lot"])
@pytest.mark.parametrize("number", range(len(GUESSES)))
def test_a_guess_is_answered_alike(
    both: Pair, reader: str, way: str, number: int
) -> None:
    """Right or wrong: the receipt, the document, its labels and bytes, what finds it."""
    oid = f"2.25.95{number}{int(way == 'lot')}{int(reader == CARING)}"
    at = START - timedelta(days=1)
    paper = Paper(oid, "11488-4", GUESSES[number], at, said=GUESSES[number])
    later(both, minutes=1)
    made = [deposit(each, reader, paper, way) for each in both.both]
    assert made[0] == made[1]
    shown = alike(both, reader, f"{DOCUMENTS}&identifier=urn:oid:{oid}")
    [entry] = json.loads(shown.body)["entry"]
    record = entry["resource"]["subject"]["reference"].removeprefix("Patient/")
    for path in (*LOOKS, *(AROUND if reader == STRANGER else ())):
        made_of = path.format(id=entry["resource"]["id"], record=record)
        alike(both, reader, f"/fhir/{made_of}")


def test_the_person_is_told_what_it_is_about(both: Pair) -> None:
    """Whose name it is knows it: the label that policy goes by is shown there."""
    paper = Paper("2.25.9599", "11488-4", "Suivi", START, said="Vu Amaury ce jour.")
    deposit(both.left, STRANGER, paper, "cda")
    named = f"{DOCUMENTS}&identifier=urn:oid:{paper.oid}"
    shown = ask(both.left, PATIENT, named)
    [entry] = json.loads(shown.body)["entry"]
    codes = {each["code"] for each in entry["resource"]["meta"]["security"]}
    assert {"V", "GENDER"} <= codes
