"""A Consent, and the explanation of a document, answer others like what never existed."""

from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from tests.gateway.consenting import WORLD, about, consent, found, post
from tests.gateway.world import Software, seeded

OTHERS = ("gp", "dentist", "biologist", "psychiatrist", "corentine", "tristan", "dpi")
"""Treating doctor, team, an author, a stranger, two other persons, a structure."""


@pytest.fixture(scope="module")
def software(tmp_path_factory: pytest.TempPathFactory) -> Software:
    """Give one world for all readers."""
    return Software(seeded(tmp_path_factory.mktemp("world")))


@pytest.fixture(scope="module")
def held(software: Software) -> str:
    """Give the id of a restriction that Solène decided in the app."""
    return str(found(software, "solene", "solene")[0]["id"])


def observed(answer: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return all that a client sees of an answer."""
    return answer.status, list(answer.headers.items()), answer.get_data()


def probes(software: Software, reader: str, consent_id: str) -> list[object]:
    """Return what a reader observes on every route that names a Consent."""
    path = f"/fhir/Consent/{consent_id}"
    body = {"resourceType": "Consent", "id": consent_id, "status": "inactive"}
    asked = [
        software.ask(reader, f"{path}{more}", method)
        for more in ("", "/_history/1", "/_history/2")
        for method in ("GET", "HEAD", "OPTIONS", "DELETE", "PATCH")
    ]
    put = software.ask(reader, path, "PUT", json=body, content_type="application/json")
    stale = software.ask(
        reader,
        path,
        "PUT",
        json=body,
        content_type="application/json",
        headers={"If-Match": 'W/"7"'},
    )
    return [observed(each) for each in (*asked, put, stale)]


@pytest.mark.parametrize("reader", OTHERS)
def test_a_restriction_and_a_random_id_are_one_answer(
    software: Software, held: str, reader: str
) -> None:
    """Status, headers and body are the same for everybody but the person."""
    assert probes(software, reader, held) == probes(software, reader, uuid4().hex * 2)


@pytest.mark.parametrize("reader", OTHERS)
def test_a_search_finds_what_it_finds_of_an_unknown_person(
    software: Software, reader: str
) -> None:
    """Who has decided something, and who has a record, is not found out by searching."""
    known = WORLD.patients["solene"].identifier
    answers = []
    for value in (known.value, "100000000000063"):
        path = f"/fhir/Consent?patient.identifier={known.system}|{value}&status=active"
        body = software.ask(reader, path).get_json(force=True)
        del body["link"]
        answers.append(body)
    assert answers[0] == answers[1]
    assert answers[0]["total"] == 0


@pytest.mark.parametrize("reader", OTHERS)
def test_an_explanation_and_a_random_id_are_one_answer(
    software: Software, reader: str
) -> None:
    """Also to who may read the document: why another may not is the person's to know."""
    dentist = WORLD.readers["dentist"].id
    answers = [
        observed(
            software.ask(
                reader, f"/fhir/DocumentReference/{each}/$explain?reader={dentist}"
            )
        )
        for each in (software.id_of("blood-count", "solene"), uuid4().hex * 2)
    ]
    assert answers[0] == answers[1]


def test_naming_what_is_held_is_naming_nothing(software: Software) -> None:
    """A report that waits for its announcement is no document to the person yet."""
    waiting = software.id_of("biopsy")
    dentist = WORLD.readers["dentist"].id
    for each in (waiting, uuid4().hex * 2):
        path = f"/fhir/DocumentReference/{each}/$explain?reader={dentist}"
        assert software.ask("octave", path).status_code == 404
    refusals = {
        post(
            software, "octave", consent("octave", {"type": "deny", "data": [data]})
        ).data
        for data in (about(waiting), about(uuid4().hex * 2))
    }
    assert len(refusals) == 1
